namespace Ketman.EventStore;

/// <summary>Waits that double from failure to failure, shortened at random so that instances do not come back in step.</summary>
/// <param name="clock">What the waits are measured by.</param>
/// <param name="first">The longest that the first wait can be.</param>
/// <param name="longest">The longest that any can be.</param>
public sealed class Backoff(TimeProvider clock, TimeSpan first, TimeSpan longest)
{
    private volatile int _failures;

    /// <summary>From 100 ms to 2 s: asking a server that is away is cheap, and when it is back nobody should have to wait.</summary>
    public Backoff(TimeProvider clock)
        : this(clock, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2))
    {
    }

    /// <summary>Whether the last attempt failed.</summary>
    public bool Failing => _failures > 0;

    /// <summary>Notes a failure; true when it is the first, which is to be logged.</summary>
    public bool Fail() => Interlocked.Increment(ref _failures) == 1;

    /// <summary>Notes a success; true when the last attempt was a failure, which is to be logged.</summary>
    public bool Succeed() => Interlocked.Exchange(ref _failures, 0) > 0;

    /// <summary>Waits as long as the failures since the last success call for.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        var full = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Clamp(_failures - 1, 0, 20)));
#pragma warning disable CA5394 // Nobody gains by guessing when we try again.
        return Task.Delay(TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2))), clock, cancellation);
#pragma warning restore CA5394
    }
}
