namespace Ketman.EventStore;

/// <summary>
/// Wakes the readers of the log in this process. An append here rings it at no cost; what other processes append comes in
/// by NOTIFY. It is a hint only: readers look by themselves too, now and then.
/// </summary>
public sealed class LogSignal
{
    private TaskCompletionSource _appended = New();
    private TaskCompletionSource _any = New();

    /// <summary>Completes with the next append, wherever it comes from. Take it before reading, wait for it after: then none is missed.</summary>
    public Task Next => Volatile.Read(ref _any).Task;

    /// <summary>Completes with the next append of this process.</summary>
    internal Task NextHere => Volatile.Read(ref _appended).Task;

    /// <summary>This process has committed something.</summary>
    public void Appended()
    {
        Interlocked.Exchange(ref _appended, New()).TrySetResult();
        Heard();
    }

    /// <summary>Another process has committed something, or there is another reason to look.</summary>
    internal void Heard() => Interlocked.Exchange(ref _any, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
