using Npgsql;

namespace Ketman.EventStore.Subscriptions;

/// <summary>
/// The checkpoint of one subscription in <c>mt_event_progression</c>, moved by compare-and-set only. Its commit does not wait for the
/// disk: what a server that crashes may lose of it, with the effect in the same transaction, comes from the log once more, and that
/// is on the disk. An append would otherwise wait again and again behind a checkpoint's flush for its own.
/// </summary>
internal sealed class Checkpoints(NpgsqlDataSource database, string name, TimeProvider time)
{
    private const string LoadSql = """
        with created as (insert into mt_event_progression (name, last_seq_id, last_updated) values ($1, 0, $2) on conflict (name) do nothing)
        select coalesce((select last_seq_id from mt_event_progression where name = $1), 0),
               exists (select from ketman_subscriptions where name = $1 and paused)
        """;

    // The operator's pause is looked for here, so that it holds from the next batch on.
    private const string MoveSql = """
        update mt_event_progression set last_seq_id = $3, last_updated = $4
        where name = $1 and last_seq_id = $2 and not exists (select from ketman_subscriptions where name = $1 and paused)
        """;

    private const string PauseSql = """
        insert into ketman_subscriptions (name, paused, event_seq, event_type, error_type, attempts, changed_at)
        values ($1, true, $2, $3, $4, $5, $6)
        on conflict (name) do update set paused = true, event_seq = excluded.event_seq, event_type = excluded.event_type,
          error_type = excluded.error_type, attempts = excluded.attempts, changed_at = excluded.changed_at, paused_by = null
        """;

    private const string WithoutWaiting = "select set_config('synchronous_commit', 'off', true)";

    public async Task<(long Position, bool Paused)> LoadAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(LoadSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetBoolean(1));
    }

    /// <summary>Moves it after an effect that is done already.</summary>
    /// <exception cref="CheckpointMovedException">It is not where it was, or paused: somebody else has a say.</exception>
    public async Task MoveAsync(long from, long to, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        await MoveAsync(batch, from, to, cancellation);
    }

    /// <summary>Moves it within the transaction of the effect, before it: the row's lock then keeps another leader out.</summary>
    /// <exception cref="CheckpointMovedException">It is not where it was, or paused: somebody else has a say.</exception>
    public async Task MoveAsync(NpgsqlTransaction transaction, long from, long to, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        await MoveAsync(batch, from, to, cancellation);
    }

    public async Task PauseAsync(long sequence, string type, Exception error, int attempts, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(PauseSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = (error.InnerException ?? error).GetType().Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = attempts });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task MoveAsync(NpgsqlBatch batch, long from, long to, CancellationToken cancellation)
    {
        var move = new NpgsqlBatchCommand(MoveSql);
        move.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        move.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(WithoutWaiting));
        batch.BatchCommands.Add(move);
        await batch.ExecuteNonQueryAsync(cancellation);
        if (move.RecordsAffected != 1)
        {
            throw new CheckpointMovedException(name, from);
        }
    }
}

/// <summary>The checkpoint is not where it was left: another instance leads, or an operator skipped or paused.</summary>
internal sealed class CheckpointMovedException(string name, long expected) : Exception($"The checkpoint of {name} is not at {expected} any more.");
