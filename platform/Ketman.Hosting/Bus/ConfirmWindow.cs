namespace Ketman.Hosting.Bus;

/// <summary>
/// What the broker has confirmed of the messages that went out on one channel. Their numbers count from 1 in the order in
/// which they were sent; confirms come in any order, one by one or for all up to a number.
/// </summary>
internal sealed class ConfirmWindow
{
    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _early = [];
    private ulong _sent;
    private ulong _through;
    private Exception? _failure;
    private TaskCompletionSource? _waiting;

    /// <summary>Notes that one more message goes out.</summary>
    public void Sent()
    {
        lock (_lock)
        {
            _sent++;
        }
    }

    /// <summary>The broker has a message safely.</summary>
    public void Confirm(ulong number, bool multiple)
    {
        TaskCompletionSource? done;
        lock (_lock)
        {
            if (multiple && number > _through)
            {
                _through = number;
                _early.RemoveWhere(each => each <= number);
            }
            else if (number > _through)
            {
                _early.Add(number);
            }

            while (_early.Remove(_through + 1))
            {
                _through++;
            }

            if (_through < _sent)
            {
                return;
            }

            done = _waiting;
            _waiting = null;
        }

        done?.TrySetResult();
    }

    /// <summary>Some message will never be confirmed: whoever waits, now or later, gets <paramref name="failure"/>.</summary>
    public void Fail(Exception failure)
    {
        TaskCompletionSource? done;
        lock (_lock)
        {
            _failure ??= failure;
            done = _waiting;
            _waiting = null;
        }

        done?.TrySetException(failure);
    }

    /// <summary>Completes when everything that was sent is confirmed.</summary>
    public Task ConfirmedAsync()
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                return Task.FromException(_failure);
            }

            if (_through >= _sent)
            {
                return Task.CompletedTask;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }
}
