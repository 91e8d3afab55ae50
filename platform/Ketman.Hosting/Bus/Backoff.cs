namespace Ketman.Hosting.Bus;

/// <summary>Waits longer from failure to failure, with jitter so that instances do not come back in step.</summary>
internal sealed class Backoff(TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private volatile int _failures;

    /// <summary>Whether the last attempt failed.</summary>
    public bool Failing => _failures > 0;

    /// <summary>Notes a failure; true when it is the first, which is to be logged.</summary>
    public bool Fail() => Interlocked.Increment(ref _failures) == 1;

    /// <summary>Notes a success; true when the last attempt was a failure, which is to be logged.</summary>
    public bool Succeed() => Interlocked.Exchange(ref _failures, 0) > 0;

    /// <summary>Waits: 100 ms after the first failure, doubling up to 5 s, each shortened by up to a half.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        var full = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(_failures - 1, 10)));
        full = full < Longest ? full : Longest;
        return Task.Delay(full * (1 - Random.Shared.NextDouble() / 2), clock, cancellation);
    }
}
