using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Timetables;

/// <summary>
/// Asks Disclosures again what is due in every case that has changed. While it does not answer, boards show what it said last, and the cases stay
/// wanted: nothing is lost by an outage.
/// </summary>
internal sealed class TimetableFollowing(TimetableTable table, TimetableOwner owner, TimeProvider clock, ILogger<TimetableFollowing> log) : Following(clock, log)
{
    /// <inheritdoc />
    protected override string What => "What is due";

    /// <inheritdoc />
    public override async Task<bool> AdvanceAsync(CancellationToken cancellation)
    {
        await table.RefillAsync(cancellation);
        var wanted = await table.ClaimAsync(TimetableOwner.MostAtOnce, cancellation);
        if (wanted.Count == 0)
        {
            return false;
        }

        try
        {
            await table.WriteAsync(wanted, await owner.AskAsync(wanted, cancellation), cancellation);
        }
        catch (HttpRequestException)
        {
            await table.ReleaseAsync(wanted, cancellation);
            throw;
        }

        return wanted.Count == TimetableOwner.MostAtOnce;
    }
}
