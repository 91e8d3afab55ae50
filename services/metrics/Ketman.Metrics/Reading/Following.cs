using Ketman.EventStore;
using Npgsql;

namespace Ketman.Metrics.Reading;

/// <summary>
/// A loop that does in the background what the fold noted to be done, some tens of milliseconds behind it. It never ends by a failure: it
/// says so once, tries again less and less often, and says when it goes on.
/// </summary>
internal abstract partial class Following(TimeProvider clock, ILogger log) : BackgroundService
{
    // Asking a table that is empty costs less than a tenth of a millisecond; nobody sees a shorter delay.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    /// <summary>What it does, e.g. <c>What is due</c>.</summary>
    protected abstract string What { get; }

    /// <summary>Does a bounded part of what there is to do.</summary>
    /// <returns>Whether there may be more.</returns>
    public abstract Task<bool> AdvanceAsync(CancellationToken cancellation);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var trouble = new Backoff(clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var more = await AdvanceAsync(stoppingToken);
                if (trouble.Succeed())
                {
                    LogRecovered(What);
                }

                if (!more)
                {
                    await Task.Delay(Rest, clock, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (trouble.Fail())
                {
                    LogFailing(What, e.GetType().Name, (e as PostgresException)?.SqlState);
                }

                await trouble.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} cannot be brought up to date ({ErrorType} {SqlState}); it is tried again until it can")]
    private partial void LogFailing(string what, string errorType, string? sqlState);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} is brought up to date again")]
    private partial void LogRecovered(string what);
}
