using Ketman.EventStore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Looks after streams that wait. What can be folded meanwhile (after a pause, or when much came at once) is folded; for a
/// version that has been missing for a while, its owner is asked.
/// </summary>
internal sealed partial class GapFiller(
    Journal journal, EventSource source, RoadTimings timings, TimeProvider clock, ILogger<GapFiller> log)
    : BackgroundService
{
    private const int PageSize = 500;

    // An owner that did not have the version a moment ago will hardly have it now.
    private readonly Dictionary<string, long> _asked = new(StringComparer.Ordinal);
    private readonly Backoff _backoff = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(timings.Tick, clock, stoppingToken);
                await journal.FoldWaitingAsync(stoppingToken);
                await FillAsync(stoppingToken);
                if (_backoff.Succeed())
                {
                    LogRecovered();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (_backoff.Fail())
                {
                    LogFailing(e);
                }

                await _backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        var gaps = await journal.GapsAsync(clock.GetUtcNow() - timings.GapAge, cancellation);
        foreach (var stream in _asked.Keys.Except(gaps.Select(gap => gap.Stream), StringComparer.Ordinal).ToList())
        {
            _asked.Remove(stream);
        }

        foreach (var gap in gaps)
        {
            if (_asked.TryGetValue(gap.Stream, out var asked) && clock.GetElapsedTime(asked) < 5 * timings.GapAge)
            {
                continue;
            }

            _asked[gap.Stream] = clock.GetTimestamp();
            LogAsking(gap.Stream, gap.Folded);
            await FillAsync(gap, cancellation);
        }
    }

    private async Task FillAsync(Gap gap, CancellationToken cancellation)
    {
        for (var after = gap.Folded; after < gap.Until;)
        {
            var events = await source.StreamAsync(gap.Owner, gap.Stream, after, PageSize, cancellation);
            if (events.Count == 0)
            {
                LogUnknown(gap.Stream, after, gap.Owner);
                return;
            }

            await journal.TakeAsync([.. events.Select(Arrival.Of)], [], cancellation);
            after = events[^1].Version;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream} lacks what follows version {Version}; asking its owner")]
    private partial void LogAsking(string stream, long version);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stream} lacks what follows version {Version}, and {Owner} does not have it either")]
    private partial void LogUnknown(string stream, long version, string owner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gaps cannot be filled at present")]
    private partial void LogFailing(Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gaps can be filled again")]
    private partial void LogRecovered();
}

/// <summary>A version that is missing.</summary>
/// <param name="Owner">Who has it.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Folded">The last version before the gap.</param>
/// <param name="Until">The first version after it.</param>
internal sealed record Gap(string Owner, string Stream, long Folded, long Until);
