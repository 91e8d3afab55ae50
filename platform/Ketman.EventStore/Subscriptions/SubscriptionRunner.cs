using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore.Subscriptions;

/// <summary>
/// Runs all subscriptions of a service in one of its instances. The others wait for the lock, and ring for the one that has it.
/// Two that both think they lead do no harm: the checkpoint's compare-and-set is the fence.
/// </summary>
internal sealed partial class SubscriptionRunner : BackgroundService
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _database;
    private readonly LogSignal _signal;
    private readonly TimeProvider _time;
    private readonly ILogger<SubscriptionRunner> _logger;
    private readonly LogBell _bell;
    private readonly List<Subscription> _subscriptions;
    private volatile bool _leads;
    private bool? _said;

    public SubscriptionRunner(
        NpgsqlDataSource database,
        LogReader reader,
        LogSignal signal,
        IEnumerable<ILogSubscriber> subscribers,
        IEnumerable<IProjection> projections,
        TimeProvider time,
        ILogger<SubscriptionRunner> logger)
    {
        (_database, _signal, _time, _logger) = (database, signal, time, logger);
        _bell = new LogBell(database, signal, time);
        Subscription Follow(string name, Func<Checkpoints, Advance> advance, Func<Exception, bool> isTransient)
        {
            var checkpoints = new Checkpoints(database, name, time);
            return new Subscription(name, advance(checkpoints), isTransient, checkpoints, reader, signal, time, logger);
        }

        _subscriptions =
        [
            .. subscribers.Select(each => Follow(each.Name, checkpoints => Publishing(each, checkpoints), each.IsTransient)),
            .. projections.Select(each => Follow(each.Name, checkpoints => Projecting(each, checkpoints), _ => false)),
        ];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_subscriptions.Count > 0)
        {
            await Task.WhenAll(
                KeepOnAsync(LeadOrWaitAsync, stoppingToken),
                KeepOnAsync(stopping => _bell.RingAsync(() => !_leads, stopping), stoppingToken));
        }
    }

    private async Task LeadOrWaitAsync(CancellationToken stopping)
    {
        await using var leadership = await Leadership.TryTakeAsync(_database, _signal, TryAgain, stopping);
        Say(leadership is not null);
        if (leadership is null)
        {
            await new Backoff(_time, TryAgain, TryAgain).WaitAsync(stopping);
            return;
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, leadership.Lost);
        _leads = true;
        try
        {
            await Task.WhenAll(_subscriptions.Select(each => each.FollowAsync(both.Token)));
        }
        finally
        {
            _leads = false;
        }
    }

    private async Task KeepOnAsync(Func<CancellationToken, Task> step, CancellationToken stopping)
    {
        var backoff = new Backoff(_time);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await step(stopping);
                backoff.Succeed();
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (backoff.Fail())
                {
                    LogFailing(_logger, e.GetType().Name, (e as PostgresException)?.SqlState);
                }

                await backoff.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Say(bool leads)
    {
        if (_said != leads)
        {
            _said = leads;
            LogLeads(_logger, leads ? "leads" : "waits while another instance leads");
        }
    }

    // The effect is outside of the database, so it comes first: after a crash between the two it is repeated, never lost.
    private static Advance Publishing(ILogSubscriber subscriber, Checkpoints checkpoints) => async (events, from, to, cancellation) =>
    {
        if (events.Count > 0)
        {
            await subscriber.HandleAsync(events, cancellation);
        }

        await checkpoints.MoveAsync(from, to, cancellation);
    };

    private Advance Projecting(IProjection projection, Checkpoints checkpoints) => async (events, from, to, cancellation) =>
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await checkpoints.MoveAsync(transaction, from, to, cancellation);
        if (events.Count > 0)
        {
            await projection.ProjectAsync(events, transaction, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "This instance {Role} in following the log")]
    private static partial void LogLeads(ILogger logger, string role);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log cannot be followed ({ErrorType} {SqlState}); it is tried again until it can")]
    private static partial void LogFailing(ILogger logger, string errorType, string? sqlState);
}
