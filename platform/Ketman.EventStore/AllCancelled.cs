namespace Ketman.EventStore;

/// <summary>
/// Is cancelled when all of several are: who has given up must not take the others along, and when nobody waits any more, nothing
/// needs to be waited for.
/// </summary>
internal sealed class AllCancelled : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<CancellationTokenRegistration> _registrations = [];
    private int _left;

    public AllCancelled(IReadOnlyList<PendingAppend> group)
    {
        _left = group.Count;
        foreach (var waiting in group)
        {
            if (!waiting.Cancellation.CanBeCanceled)
            {
                // It never gives up, so neither do they all.
                break;
            }

            _registrations.Add(waiting.Cancellation.UnsafeRegister(static all => ((AllCancelled)all!).OneMore(), this));
        }
    }

    /// <summary>Says so.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        // Waits for a callback that is running, so that none meets a source that is gone.
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void OneMore()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _source.Cancel();
        }
    }
}
