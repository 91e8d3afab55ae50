using Npgsql;

namespace Ketman.EventStore.Subscriptions;

/// <summary>
/// The right to follow a database's log, held as an advisory lock on a connection of its own. That connection also listens
/// for appends of other processes. When it breaks, the lock is gone and so is the right, whoever still works.
/// </summary>
internal sealed class Leadership : IAsyncDisposable
{
    /// <summary>What other processes call after an append; the text names the process, so that it does not wake itself.</summary>
    public const string Channel = "ketman_log";

    // The same in every build, as all instances must meet at the same lock; it is per database.
    private const long Lock = 0x6b65746d616e02;

    private readonly NpgsqlConnection _connection;
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _watch;

    private Leadership(NpgsqlConnection connection, LogSignal signal, TimeSpan probe)
    {
        _connection = connection;
        connection.Notification += (_, _) => signal.Heard();
        _watch = WatchAsync(probe);
    }

    /// <summary>Cancelled when the lock is gone.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lock if nobody has it.</summary>
    /// <returns>Null when another instance leads.</returns>
    public static async Task<Leadership?> TryTakeAsync(NpgsqlDataSource database, LogSignal signal, TimeSpan probe, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = Lock } } };
            if (await command.ExecuteScalarAsync(cancellation) is true)
            {
                await using var listen = new NpgsqlCommand($"listen {Channel}", connection);
                await listen.ExecuteNonQueryAsync(cancellation);
                return new Leadership(connection, signal, probe);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _watch;
        if (!_lost.IsCancellationRequested)
        {
            try
            {
                // The pool keeps the session, and would keep the lock with it.
                await using var release = new NpgsqlCommand($"unlisten {Channel}; select pg_advisory_unlock_all()", _connection) { CommandTimeout = 5 };
                await release.ExecuteNonQueryAsync();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                // The session is gone and the lock with it, which is all that was wanted.
            }
        }

        await _connection.DisposeAsync();
        _stopped.Dispose();
        _lost.Dispose();
    }

    private async Task WatchAsync(TimeSpan probe)
    {
        try
        {
            while (true)
            {
                // A server that vanished without a word is found by asking, not by waiting for its notifications.
                if (!await _connection.WaitAsync(probe, _stopped.Token))
                {
                    await using var alive = new NpgsqlCommand("select 1", _connection) { CommandTimeout = 5 };
                    await alive.ExecuteNonQueryAsync(_stopped.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            await _lost.CancelAsync();
        }
    }
}
