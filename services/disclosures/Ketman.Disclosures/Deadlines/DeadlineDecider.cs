using Ketman.Contracts;
using Ketman.Disclosures.Notices;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.Disclosures.Deadlines;

/// <summary>
/// Carries a batch of claimed cases through: reads their streams in one round trip, decides what time has brought about in each, and
/// appends all of it in one transaction with the new deadlines and the notices. No transaction is open while it decides.
/// </summary>
internal sealed partial class DeadlineDecider(IEventStore store, DeadlineTable table, TimeProvider time, ILogger<DeadlineDecider> logger)
{
    /// <summary>Who records what time brings about.</summary>
    public const string Platform = "platform";

    // A case that fails may be mended by what is appended next; one that still fails then is for a person.
    private const int Tries = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // Who loses against commands so often leaves the case to the next claim.
    private const int MostConflicts = 8;

    /// <summary>Notices what has come in these cases. A case whose decision fails does not touch the others.</summary>
    /// <exception cref="NpgsqlException">The database does not answer; the claims run out.</exception>
    public async Task NoticeAsync(IReadOnlyList<ClaimedCase> claimed, CancellationToken cancellation)
    {
        try
        {
            await NoticeTogetherAsync(claimed, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && !TransientErrors.Passes(e))
        {
            if (claimed is [var only])
            {
                await FailAsync(only, e, cancellation);
                return;
            }

            // An event that cannot be read, a row that cannot be written: it is not said whose. One by one it shows.
            foreach (var one in claimed)
            {
                await NoticeAsync([one], cancellation);
            }
        }
    }

    private async Task NoticeTogetherAsync(IReadOnlyList<ClaimedCase> claimed, CancellationToken cancellation)
    {
        var open = claimed;
        for (var conflicts = 0; open.Count > 0; conflicts++)
        {
            var decided = await DecideAsync(open, cancellation);
            var changed = decided.Where(one => one.Events.Count > 0).ToList();
            var alone = await AppendAsync(changed, cancellation);
            var still = decided.Where(one => one.Events.Count == 0).Select(one => (one.Case, one.Next)).ToList();
            if (still.Count > 0)
            {
                await table.ReleaseAsync(still, cancellation);
            }

            // A case that is stormed with commands holds up nobody else.
            open = conflicts < MostConflicts ? alone : [];
        }
    }

    private async Task<List<Decided>> DecideAsync(IReadOnlyList<ClaimedCase> cases, CancellationToken cancellation)
    {
        var streams = await store.ReadToDecideAsync(cases.Select(one => DisclosureStream.Aggregate.StreamOf(one.Id)).ToList(), [], cancellation);
        var now = Now();
        var decided = new List<Decided>(cases.Count);
        foreach (var one in cases)
        {
            try
            {
                decided.Add(Decide(one, streams[DisclosureStream.Aggregate.StreamOf(one.Id)], now));
            }
            catch (Exception e) when (cases.Count > 1)
            {
                await FailAsync(one, e, cancellation);
            }
        }

        return decided;
    }

    private static Decided Decide(ClaimedCase one, StreamSoFar past, DateTimeOffset now)
    {
        var state = past.Events.Aggregate(DisclosureStream.Aggregate.Initial, (folded, recorded) => Disclosure.Evolve(folded, recorded.Id, recorded.Data));
        var events = Proceedings.UpTo(state, now, now - CatchingUp.Late, name => DeterministicId.From(past.Stream, name));
        var after = events.Aggregate(state, (folded, noticed) => Disclosure.Evolve(folded, noticed.Id, noticed.Event));
        var notices = events.Select(noticed => Notice.Of(after, noticed.Id, noticed.Event, now)).OfType<Notice>().ToList();
        return new Decided(one, past, now, events, Proceedings.NextAt(after), notices);
    }

    /// <summary>Appends to all of them; of those that a command changed first, it says which.</summary>
    private async Task<List<ClaimedCase>> AppendAsync(List<Decided> changed, CancellationToken cancellation)
    {
        var alone = new List<ClaimedCase>();
        while (changed.Count > 0)
        {
            try
            {
                await store.AppendAsync([.. changed.Select(one => one.Append())], [.. Beside(changed)], cancellation);
                Measure(changed);
                break;
            }
            catch (WrongExpectedVersionException e)
            {
                DeadlineMetrics.Conflicts.Add(1);
                var at = changed.FindIndex(one => one.Past.Stream == e.Stream);
                alone.Add(changed[at].Case);
                changed.RemoveAt(at);
            }
        }

        return alone;
    }

    private static IEnumerable<NpgsqlBatchCommand> Beside(List<Decided> changed) =>
        NoticeTable.Write([.. changed.SelectMany(one => one.Notices.Select(notice => (one.Case.Id, notice)))], changed[0].Now)
            .Prepend(DeadlineTable.Settle([.. changed.Select(one => new NextDue(one.Case.Id, one.Next))]));

    private void Measure(List<Decided> changed)
    {
        var now = time.GetUtcNow();
        foreach (var (_, data) in changed.SelectMany(one => one.Events))
        {
            DeadlineMetrics.Noticed.Add(1, new KeyValuePair<string, object?>("type", DisclosureStream.Events.NameOf(data.GetType())));
            if (now - data.OccurredAt.Start is var late && late < CatchingUp.Late)
            {
                DeadlineMetrics.Lateness.Record(late.TotalMilliseconds);
            }
        }
    }

    private async Task FailAsync(ClaimedCase failed, Exception error, CancellationToken cancellation)
    {
        var now = Now();
        var tries = failed.Tries + 1;
        await table.FailAsync(
            failed, error.GetType().Name, tries < Tries ? now + (FirstPause * Math.Pow(2, failed.Tries)) : null, now, cancellation);
        if (tries >= Tries)
        {
            DeadlineMetrics.Parked.Add(1);
            LogParked(logger, failed.Id, error.GetType().Name, tries);
        }
    }

    private DateTimeOffset Now() => Moment.At(time.GetUtcNow()).Start;

    [LoggerMessage(Level = LogLevel.Error, Message = "Deadlines of case {Id} failed with {ErrorType} {Tries} times; they stand still until somebody retries them")]
    private static partial void LogParked(ILogger logger, Guid id, string errorType, int tries);

    private sealed record Decided(
        ClaimedCase Case, StreamSoFar Past, DateTimeOffset Now, IReadOnlyList<(Guid Id, IDomainEvent Event)> Events, DateTimeOffset? Next,
        IReadOnlyList<Notice> Notices)
    {
        public StreamAppend Append() => new(
            Past.Stream, Past.Version, Past.LastHash, [.. Events.Select(noticed => new NewEvent(noticed.Id, noticed.Event))],
            new EventMetadata(Now, Platform, Events[0].Id, null, null, null));
    }
}
