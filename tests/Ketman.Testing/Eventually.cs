using System.Diagnostics;

namespace Ketman.Testing;

/// <summary>Waits for what becomes true later, and says what it waited for when it does not.</summary>
public static class Eventually
{
    /// <summary>Polls until <paramref name="probe"/> answers true.</summary>
    /// <param name="reason">A clause that ends "expected that ...".</param>
    /// <param name="probe">Asked again and again.</param>
    /// <param name="within">How long at most; 30 seconds unless said.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task TrueAsync(
        string reason, Func<Task<bool>> probe, TimeSpan? within = null, CancellationToken cancellation = default)
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        while (!await probe())
        {
            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"Expected within {limit.TotalSeconds:0} s that {reason}.");
            }

            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>Polls until <paramref name="probe"/> answers something, and gives it.</summary>
    public static async Task<T> SomeAsync<T>(
        string reason, Func<Task<T?>> probe, TimeSpan? within = null, CancellationToken cancellation = default)
        where T : class
    {
        T? found = null;
        await TrueAsync(reason, async () => (found = await probe()) is not null, within, cancellation);
        return found!;
    }
}
