using Npgsql;

namespace Ketman.EventStore.Subscriptions;

/// <summary>
/// Tells the instance that leads that this one has appended. An append itself never notifies, because NOTIFY takes a lock that
/// makes all commits of the cluster wait for one another. So the bell rings beside, right after, and at most every few
/// milliseconds however much is appended; the leader looks by itself now and then as well.
/// </summary>
internal sealed class LogBell(NpgsqlDataSource database, LogSignal signal, TimeProvider time)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Rings until cancelled or until the database fails.</summary>
    /// <param name="isNeeded">Whether somebody else leads: the leader's own appends wake it without a bell.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RingAsync(Func<bool> isNeeded, CancellationToken cancellation)
    {
        while (true)
        {
            await signal.NextHere.WaitAsync(cancellation);
            if (isNeeded())
            {
                await using var command = database.CreateCommand($"notify {Leadership.Channel}");
                await command.ExecuteNonQueryAsync(cancellation);
            }

            await Task.Delay(AtMostEvery, time, cancellation);
        }
    }
}
