using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore.Subscriptions;

/// <summary>Brings the effect of <paramref name="events"/> about and moves the checkpoint, in the order that suits its kind.</summary>
internal delegate Task Advance(IReadOnlyList<RecordedEvent> events, long from, long to, CancellationToken cancellation);

/// <summary>
/// One subscription's way along the log, while this instance leads. What passes by itself is tried until it does. Any other
/// error is the fault of an event: the batch is taken apart to find it, it is tried a few times, recorded, and the
/// subscription stands still until an operator resumes it or passes the event over.
/// </summary>
internal sealed partial class Subscription(
    string name, Advance advance, Func<Exception, bool> isTransient, Checkpoints checkpoints, LogReader reader, LogSignal signal, TimeProvider time, ILogger logger)
{
    private const int BatchSize = 1000;
    private const int Tries = 5;

    // Between two looks at a busy log: each look then brings many events, and an idle log is still answered at once.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    // A look costs much the same for ten events and for two hundred, and so does the checkpoint's commit after it: two round trips,
    // which one client that appends without a pause would otherwise pay for with every tenth event.
    private static readonly TimeSpan BusyPace = TimeSpan.FromMilliseconds(20);
    private const int Busy = 8;
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);

    private readonly Backoff _trouble = new(time);
    private readonly Backoff _gap = new(time, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(50));
    private long _position;
    private long _takenApartTo;
    private int _tries;
    private bool _failing;
    private bool _paused;

    /// <summary>Follows until cancelled; no error ends it.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await FollowFromCheckpointAsync(cancellation);
            }
            catch (CheckpointMovedException)
            {
                LogMoved(logger, name, _position);
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                await RecoverAsync(e, cancellation);
            }
        }
    }

    private async Task FollowFromCheckpointAsync(CancellationToken cancellation)
    {
        (_position, var paused) = await checkpoints.LoadAsync(cancellation);
        if (paused != _paused)
        {
            _paused = paused;
            LogStanding(logger, name, paused ? "stands still" : "goes on", _position);
        }

        if (paused)
        {
            await Task.Delay(LookAnyway, time, cancellation);
            return;
        }

        Task<LogPage>? ahead = null;
        while (true)
        {
            var next = signal.Next;
            LogPage page;
            try
            {
                var size = _position < _takenApartTo ? 1 : BatchSize;
                page = await (ahead ?? reader.ReadAsync(_position, size, cancellation));
            }
            catch (UnreadableEventException e)
            {
                ahead = null;
                if (await BlameAsync(e.Sequence, e.Type, e, cancellation))
                {
                    return;
                }

                continue;
            }

            ahead = null;
            if (page.Through == _position)
            {
                await WaitForMoreAsync(page.Waiting, next, cancellation);
                continue;
            }

            // The next batch is read while this one takes effect.
            ahead = page.Events.Count == BatchSize ? reader.ReadAsync(page.Through, BatchSize, cancellation) : null;
            try
            {
                await advance(page.Events, _position, page.Through, cancellation);
            }
            catch (Exception e)
            {
                Forget(ahead);
                ahead = null;
                if (e is CheckpointMovedException || cancellation.IsCancellationRequested || Passes(e) || page.Events.Count == 0)
                {
                    throw;
                }

                if (page.Events.Count > 1)
                {
                    // Event by event, so that all before the bad one take effect and it is known which it is.
                    _takenApartTo = page.Through;
                }
                else if (await BlameAsync(page.Events[0].Sequence, page.Events[0].Type, e, cancellation))
                {
                    return;
                }

                continue;
            }

            Advanced(page.Through);
            if (ahead is null && _position >= _takenApartTo)
            {
                await Task.Delay(page.Events.Count < Busy ? Pace : BusyPace, time, cancellation);
            }
        }
    }

    private async Task WaitForMoreAsync(bool waiting, Task next, CancellationToken cancellation)
    {
        if (waiting)
        {
            _gap.Fail();
            await _gap.WaitAsync(cancellation);
            return;
        }

        _gap.Succeed();
        await Task.WhenAny(next, Task.Delay(LookAnyway, time, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }

    private void Advanced(long position)
    {
        _position = position;
        _gap.Succeed();
        _trouble.Succeed();
        _tries = 0;
        if (_failing)
        {
            _failing = false;
            LogRecovered(logger, name, position);
        }
    }

    private async Task RecoverAsync(Exception error, CancellationToken cancellation)
    {
        if (!_failing)
        {
            _failing = true;
            LogFailing(logger, name, _position, error.GetType().Name, (error as PostgresException)?.SqlState);
        }

        _trouble.Fail();
        await _trouble.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Counts a failure of one event.</summary>
    /// <returns>True: that was the last try, the subscription is paused now.</returns>
    private async Task<bool> BlameAsync(long sequence, string type, Exception error, CancellationToken cancellation)
    {
        if (++_tries < Tries)
        {
            _trouble.Fail();
            await _trouble.WaitAsync(cancellation);
            return false;
        }

        await checkpoints.PauseAsync(sequence, type, error, _tries, cancellation);
        LogPoison(logger, name, sequence, type, error.GetType().Name, _tries);
        _tries = 0;
        _trouble.Succeed();
        return true;
    }

    private bool Passes(Exception error) => TransientErrors.Passes(error) || isTransient(error);

    private static void Forget(Task<LogPage>? ahead) =>
        ahead?.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    [LoggerMessage(Level = LogLevel.Information, Message = "Subscription {Name} loads its checkpoint again; it was at {Position}")]
    private static partial void LogMoved(ILogger logger, string name, long position);

    [LoggerMessage(Level = LogLevel.Information, Message = "Subscription {Name} {Standing} at {Position}")]
    private static partial void LogStanding(ILogger logger, string name, string standing, long position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Subscription {Name} cannot go on at {Position} ({ErrorType} {SqlState}) and tries again until it can")]
    private static partial void LogFailing(ILogger logger, string name, long position, string errorType, string? sqlState);

    [LoggerMessage(Level = LogLevel.Information, Message = "Subscription {Name} goes on; it is at {Position}")]
    private static partial void LogRecovered(ILogger logger, string name, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "Subscription {Name} is paused: event {Sequence} of type {Type} failed with {ErrorType} {Tries} times")]
    private static partial void LogPoison(ILogger logger, string name, long sequence, string type, string errorType, int tries);
}
