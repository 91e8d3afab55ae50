namespace Ketman.EventStore.Subscriptions;

/// <summary>Waits that double from failure to failure, shortened at random so that instances do not come back in step.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan first, TimeSpan longest)
{
    private int _failures;

    public Task WaitAsync(CancellationToken cancellation)
    {
        var full = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 20)));
#pragma warning disable CA5394 // Nobody gains by guessing when we try again.
        return Task.Delay(TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2))), time, cancellation);
#pragma warning restore CA5394
    }

    public void Reset() => _failures = 0;
}
