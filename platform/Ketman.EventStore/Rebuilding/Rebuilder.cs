using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// Carries out the rebuilds that are wanted. The new tables grow in a schema of their own, batch by batch, each committed
/// together with how far it got, while the live ones go on being read and written. When the new ones have caught up, the live
/// read model is held for a moment and they take its place. A rebuild that was killed is gone on with by any instance.
/// </summary>
internal sealed class Rebuilder(NpgsqlDataSource database, Rebuilds rebuilds, TimeProvider time, ILogger<Rebuilder> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        rebuilds.All.Select(each => new RebuildLoop(each, new RebuildWork(each, database, time), rebuilds, time, logger).FollowAsync(stoppingToken)));
}

/// <summary>Does what is wanted of one read model; no error ends it.</summary>
internal sealed partial class RebuildLoop(ReadModelRebuild rebuild, RebuildWork work, Rebuilds rebuilds, TimeProvider time, ILogger logger)
{
    private const int BatchSize = 2000;

    // A slip of the moment does not come as often with one event; what fails so often is in the event.
    private const int Tries = 3;

    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);

    private readonly Backoff _trouble = new(time, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(15));
    private readonly Backoff _lock = new(time, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1));
    private int _apart;
    private int _tries;
    private bool _works;
    private bool _failing;

    public async Task FollowAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var wanted = rebuilds.Wanted;
            try
            {
                if (!await work.IsWantedAsync(stopping) || !await AdvanceAsync(stopping))
                {
                    await Task.WhenAny(wanted, Task.Delay(LookAnyway, time, stopping));
                }
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                await RecoverAsync(e, stopping);
            }
        }
    }

    // False: another instance is at it.
    private async Task<bool> AdvanceAsync(CancellationToken cancellation)
    {
        // After a failure event by event, so that it is known which it is.
        var limit = _apart > 0 ? 1 : BatchSize;
        var step = await work.AdvanceAsync(limit, cancellation);
        if (step is Step.Elsewhere)
        {
            _works = false;
            return false;
        }

        if (!_works)
        {
            _works = true;
            LogWorks(logger, rebuild.Name);
        }

        if (step is Step.Waits)
        {
            _lock.Fail();
            await _lock.WaitAsync(cancellation);
        }
        else if (step is Step.CaughtUp)
        {
            await SwitchAsync(limit, cancellation);
        }

        (_tries, _failing) = (0, false);
        _apart = Math.Max(0, _apart - 1);
        _trouble.Succeed();
        return true;
    }

    private async Task SwitchAsync(int limit, CancellationToken cancellation)
    {
        try
        {
            if (await work.SwitchAsync(limit, cancellation))
            {
                _works = false;
                _lock.Succeed();
                LogDone(logger, rebuild.Name);
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            // Somebody uses the tables: he goes first, and it is tried again in a moment.
            _lock.Fail();
            await _lock.WaitAsync(cancellation);
        }
    }

    private async Task RecoverAsync(Exception error, CancellationToken cancellation)
    {
        if (!_failing)
        {
            _failing = true;
            LogFailing(logger, rebuild.Name, Describe(error));
        }

        if (!Passes(error))
        {
            if (_apart == 0)
            {
                _apart = BatchSize;
            }
            else if (++_tries >= Tries)
            {
                await GiveUpAsync(error, cancellation);
            }
        }

        _trouble.Fail();
        await _trouble.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task GiveUpAsync(Exception error, CancellationToken cancellation)
    {
        try
        {
            var which = (error as UnfoldableEventException)?.Event;
            await work.GiveUpAsync(which, Describe(error), cancellation);
            (_apart, _tries, _works) = (0, 0, false);
            LogGivenUp(logger, rebuild.Name, which, Describe(error));
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The next try finds the same and comes here again.
        }
    }

    private static Exception Cause(Exception error) => error is UnfoldableEventException { InnerException: { } cause } ? Cause(cause) : error;

    private static bool Passes(Exception error) => Cause(error) switch
    {
        PostgresException { SqlState: var state } => state[..2] is "08" or "40" or "53" or "55" or "57" or "58",
        NpgsqlException or SocketException or IOException or TimeoutException or OperationCanceledException or RebuildOutdatedException => true,
        _ => false,
    };

    // Its message may quote the data; where and what kind is enough to find it.
    private static string Describe(Exception error) => Cause(error) switch
    {
        PostgresException e => $"{nameof(PostgresException)} {e.SqlState} {e.ConstraintName}".TrimEnd(),
        var e => e.GetType().Name,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Read model {Name} is being rebuilt by this instance")]
    private static partial void LogWorks(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Read model {Name} is rebuilt: the new tables have taken over")]
    private static partial void LogDone(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rebuild of {Name} cannot go on ({ErrorType}) and tries again")]
    private static partial void LogFailing(ILogger logger, string name, string errorType);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rebuild of {Name} is given up at event {Event} ({ErrorType}); the live read model is as it was")]
    private static partial void LogGivenUp(ILogger logger, string name, string? @event, string errorType);
}
