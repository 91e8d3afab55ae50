namespace Ketman.Hosting.Bus;

/// <summary>
/// Answers whether everything that the owners have committed is in the read models. It asks the owners how far they are and
/// compares stream by stream, so the answer is exact whatever is on its way, lost or paused.
/// </summary>
internal sealed class RoadProgress(ConsumerWiring wiring, Journal journal, EventSource source)
{
    private const int PageSize = 5000;

    // A newcomer with a long history before it is behind; how far exactly need not be counted.
    private const int Pages = 4;

    /// <summary>How far each owner's log is folded.</summary>
    /// <param name="until">Places in the logs of owners up to which to look; where none is given, up to what is committed by now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="HttpRequestException">An owner does not answer.</exception>
    public async Task<CatchUp> ReadAsync(IReadOnlyDictionary<string, long> until, CancellationToken cancellation)
    {
        var owners = await Task.WhenAll(wiring.Owners.Select(owner => ReadAsync(owner, until.TryGetValue(owner, out var place) ? place : null, cancellation)));
        return new CatchUp(owners.All(owner => owner.Unpublished == 0 && owner.StreamsBehind == 0), owners);
    }

    private async Task<OwnerCatchUp> ReadAsync(string owner, long? until, CancellationToken cancellation)
    {
        var after = await journal.CheckpointAsync(owner, cancellation);
        var behind = 0;
        HeadsPage page;
        var pages = 0;
        do
        {
            page = await source.HeadsAsync(owner, after, until, PageSize, cancellation);
            behind += (await journal.UnfoldedAsync(page.Streams, cancellation)).Count;
            after = page.Next;
        }
        while (after < Math.Min(page.Published, until ?? long.MaxValue) && ++pages < Pages);

        // Below the checkpoint everything is in the journal; what is not folded of it waits.
        behind += (int)Math.Min(int.MaxValue, (await journal.StatusAsync(cancellation)).WaitingStreams);
        var wanted = until ?? page.Committed;
        return new OwnerCatchUp(
            owner, wanted, Math.Max(0, wanted - page.Published), behind + (after < Math.Min(page.Published, wanted) ? 1 : 0));
    }
}

/// <summary>How far a consumer is behind.</summary>
/// <param name="CaughtUp">Whether everything that was committed when the question came is in the read models.</param>
/// <param name="Owners">Owner by owner.</param>
public sealed record CatchUp(bool CaughtUp, IReadOnlyList<OwnerCatchUp> Owners);

/// <summary>How far a consumer is behind one owner.</summary>
/// <param name="Owner">The service.</param>
/// <param name="Committed">Up to where its log was looked at: what was committed when first asked. Given back, it is what is waited for.</param>
/// <param name="Unpublished">How far its publisher is behind its log, in places of the log.</param>
/// <param name="StreamsBehind">At least how many streams are not folded to their end.</param>
public sealed record OwnerCatchUp(string Owner, long Committed, long Unpublished, int StreamsBehind);
