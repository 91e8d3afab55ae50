using Ketman.Contracts;
using Ketman.Disclosures.Notices;
using Ketman.EventStore;
using Npgsql;

namespace Ketman.Disclosures.Deadlines;

/// <summary>
/// Notices what time brings about: takes up cases whose time has come, the oldest first, and appends what came. Any number of
/// instances do so beside one another. A claim only keeps them from doing the same work; that it takes effect once is certain by
/// the version of the stream, and that it is the same whoever does it, by ids that follow from names.
/// </summary>
internal sealed partial class DeadlineClock(
    DeadlineTable table, DeadlineDecider decider, CatchingUp catchingUp, DeadlineOperations operations, TimeProvider time, ILogger<DeadlineClock> logger)
    : BackgroundService
{
    // Large enough that a round trip and a commit are little for each case, small enough to be done in a fraction of the lease.
    private const int BatchSize = 200;

    // A command may write a deadline that comes before the next one known here; so late it is noticed at most.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Count = TimeSpan.FromSeconds(10);

    private long _counted;

    /// <summary>Notices everything whose time has come and that nobody else works on.</summary>
    /// <returns>How long to wait before looking again.</returns>
    public async Task<TimeSpan> NoticeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (next, lateNotices) = await table.NextAsync(cancellation);
            var now = Now();
            var claimed = next <= now ? await table.ClaimAsync(now, BatchSize, cancellation) : [];
            if (claimed.Count > 0)
            {
                await decider.NoticeAsync(claimed, cancellation);
                continue;
            }

            if (lateNotices)
            {
                await catchingUp.TellAsync(now, DeadlineRow.Settling, cancellation);
            }

            var wait = next - now;
            return wait > ShortestWait && wait < LongestWait ? wait.Value : LongestWait;
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var trouble = new Backoff(time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = await NoticeAsync(stoppingToken);
                await CountAsync(stoppingToken);
                if (trouble.Succeed())
                {
                    LogRecovered(logger);
                }

                await Task.Delay(wait, time, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (trouble.Fail())
                {
                    LogFailing(logger, e.GetType().Name, (e as PostgresException)?.SqlState);
                }

                await trouble.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task CountAsync(CancellationToken cancellation)
    {
        if (_counted == 0 || time.GetElapsedTime(_counted) > Count)
        {
            DeadlineMetrics.Backlogged((await operations.BacklogAsync(cancellation)).Due);
            _counted = time.GetTimestamp();
        }
    }

    private DateTimeOffset Now() => Moment.At(time.GetUtcNow()).Start;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deadlines cannot be noticed ({ErrorType} {SqlState}); it is tried again until it can")]
    private static partial void LogFailing(ILogger logger, string errorType, string? sqlState);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deadlines are noticed again")]
    private static partial void LogRecovered(ILogger logger);
}
