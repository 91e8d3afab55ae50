namespace Ketman.EventStore;

/// <summary>
/// Wakes the readers of the log in this process. An append here rings it at no cost; what other processes append comes in
/// by NOTIFY. It is a hint only: readers look by themselves too, now and then.
/// </summary>
public sealed class LogSignal
{
    private TaskCompletionSource? _appended;
    private TaskCompletionSource? _any;

    /// <summary>Completes with the next append, wherever it comes from. Take it before reading, wait for it after: then none is missed.</summary>
    public Task Next => Take(ref _any);

    /// <summary>Completes with the next append of this process.</summary>
    internal Task NextHere => Take(ref _appended);

    /// <summary>This process has committed something.</summary>
    public void Appended()
    {
        Interlocked.Exchange(ref _appended, null)?.TrySetResult();
        Heard();
    }

    /// <summary>Another process has committed something, or there is another reason to look.</summary>
    internal void Heard() => Interlocked.Exchange(ref _any, null)?.TrySetResult();

    // Made by the first who asks: while nobody waits, an append makes nothing.
    private static Task Take(ref TaskCompletionSource? waited)
    {
        while (true)
        {
            if (Volatile.Read(ref waited) is { } there)
            {
                return there.Task;
            }

            Interlocked.CompareExchange(ref waited, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);
        }
    }
}
