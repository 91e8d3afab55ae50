using Ketman.EventStore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Compares the journal with the log of each owner, so that nothing is missed of which no later event tells: the lost end of
/// a stream, a queue that was deleted, and everything that happened before this service existed. It asks for the heads of
/// what was published, which is little, and for events only where they did not come.
/// </summary>
internal sealed partial class TailReconciler(
    ConsumerWiring wiring, Journal journal, JournalEndpoint endpoint, EventSource source, RoadTimings timings,
    TimeProvider clock, ILogger<TailReconciler> log)
    : BackgroundService
{
    private const int HeadsPageSize = 5000;
    private const int PageSize = 500;

    // With more streams behind than this, the stretch of the log is read whole rather than stream by stream.
    private const int FewStreams = 16;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(wiring.Owners.Select(owner => FollowAsync(owner, stoppingToken)));

    private async Task FollowAsync(string owner, CancellationToken cancellation)
    {
        var backoff = new Backoff(clock);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await ReconcileAsync(owner, cancellation);
                if (backoff.Succeed())
                {
                    LogRecovered(owner);
                }

                await Task.Delay(timings.Reconcile, clock, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (backoff.Fail())
                {
                    LogFailing(e, owner);
                }

                await backoff.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReconcileAsync(string owner, CancellationToken cancellation)
    {
        // One instance looks at a time. The lease outlives a page that is slow; should it run out, a page is compared twice.
        var lease = timings.Patience + TimeSpan.FromSeconds(30);
        var settled = 0L;
        while (await journal.LeaseAsync(owner, lease, cancellation) is { } checkpoint)
        {
            var page = await source.HeadsAsync(owner, checkpoint, null, HeadsPageSize, cancellation);
            var behind = await journal.BehindAsync(page.Streams, cancellation);
            if (behind.Count > 0 && page.Next > settled)
            {
                // It may be on its way. What was published up to now has had its time after this wait, so only the first page waits.
                settled = page.Published;
                await WaitForArrivalsAsync(cancellation);
                behind = await journal.BehindAsync(page.Streams, cancellation);
            }

            if (behind.Count > 0)
            {
                LogBehind(owner, behind.Count);
                await FetchAsync(owner, checkpoint, page, behind, cancellation);
            }

            await journal.ReachAsync(owner, page.Next, cancellation);
            if (page.Next >= page.Published)
            {
                return;
            }
        }
    }

    private async Task WaitForArrivalsAsync(CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        do
        {
            await Task.Delay(timings.Grace, clock, cancellation);
        }
        while (endpoint.Quiet < timings.Grace && clock.GetElapsedTime(began) < timings.Patience);
    }

    private async Task FetchAsync(
        string owner, long checkpoint, HeadsPage page, IReadOnlyList<StreamHead> behind, CancellationToken cancellation)
    {
        if (behind.Count > FewStreams)
        {
            for (var after = checkpoint; after < page.Next;)
            {
                var stretch = await source.LogAsync(owner, after, PageSize, cancellation);
                await journal.TakeAsync([.. stretch.Events.Select(Arrival.Of)], [], cancellation);
                after = stretch.Next;
            }

            return;
        }

        foreach (var (stream, reached) in behind)
        {
            for (var after = reached; ;)
            {
                var events = await source.StreamAsync(owner, stream, after, PageSize, cancellation);
                if (events.Count == 0)
                {
                    break;
                }

                await journal.TakeAsync([.. events.Select(Arrival.Of)], [], cancellation);
                after = events[^1].Version;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} streams of {Owner} did not come by the bus; asking for them")]
    private partial void LogBehind(string owner, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of {Owner} cannot be compared at present")]
    private partial void LogFailing(Exception e, string owner);

    [LoggerMessage(Level = LogLevel.Information, Message = "The log of {Owner} can be compared again")]
    private partial void LogRecovered(string owner);
}
