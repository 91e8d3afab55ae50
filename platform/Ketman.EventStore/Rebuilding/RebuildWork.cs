using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// The steps of one rebuild in the database. Each is a transaction that begins by locking the rebuild's row, without waiting:
/// whoever has it works, and when it dies the server lets go of the row.
/// </summary>
internal sealed class RebuildWork(ReadModelRebuild rebuild, NpgsqlDataSource database, TimeProvider time)
{
    private readonly Guid _build = rebuild.Tables.Build;
    private readonly TableSwap _swap = new(rebuild);

    /// <summary>Whether there is anything to do; cheap enough to be asked every second.</summary>
    public async Task<bool> IsWantedAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select exists (select from {rebuild.States} where name = $1 and phase in ('wanted', 'folding'))");
        command.Parameters.Add(new NpgsqlParameter { Value = rebuild.Name });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Begins, or folds the next events, at most <paramref name="limit"/> of them.</summary>
    public async Task<Step> AdvanceAsync(int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await EnterAsync(transaction, cancellation) is not { } state)
        {
            return Step.Elsewhere;
        }

        if (state.Begins)
        {
            await BeginAsync(transaction, state.Home, cancellation);
            await transaction.CommitAsync(cancellation);
            return Step.Folded;
        }

        await UseAsync(transaction, state.Home, cancellation);
        // How far it got is written with what it did: what a crash takes away is folded again. The switch is waited for, and with it all of this.
        await ExecuteAsync(transaction, "set local synchronous_commit = off", [], cancellation);
        var stretch = await rebuild.FoldAsync(transaction, state.Position, limit, held: false, cancellation);
        if (stretch.Position != state.Position)
        {
            await NoteAsync(transaction, stretch.Position, stretch.Events, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return !stretch.More ? Step.CaughtUp : stretch.Position == state.Position ? Step.Waits : Step.Folded;
    }

    /// <summary>Holds the live read model, folds what is left and lets the new tables take its place.</summary>
    /// <returns>False: there is nothing to switch, or it is not for this build to do.</returns>
    /// <exception cref="PostgresException">55P03: a lock was not to be had in time; nothing has changed.</exception>
    public async Task<bool> SwitchAsync(int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await EnterAsync(transaction, cancellation) is not { Begins: false } state)
        {
            return false;
        }

        // While this transaction lasts no migration changes the tables, and none that did is unknown to this build.
        await _swap.RequireSameShapeAsync(transaction, cancellation);
        await UseAsync(transaction, state.Home, cancellation);
        // Or the first questions to large new tables would be planned as if these were small, until the server looks at them by itself.
        await ExecuteAsync(transaction, $"analyze {string.Join(", ", rebuild.Tables.Names.Select(table => $"{rebuild.Schema}.{table}"))}", [], cancellation);
        await rebuild.HoldAsync(transaction, cancellation);
        var (position, events) = (state.Position, 0);
        for (Stretch stretch; ;)
        {
            stretch = await rebuild.FoldAsync(transaction, position, limit, held: true, cancellation);
            (position, events) = (stretch.Position, events + stretch.Events);
            if (!stretch.More)
            {
                break;
            }
        }

        await _swap.RunAsync(transaction, state.Home, cancellation);
        await NoteAsync(transaction, position, events, cancellation);
        await FinishAsync(transaction, "done", null, null, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Ends it: the new tables go, the live ones stay as they are.</summary>
    public async Task GiveUpAsync(string? failedEvent, string errorType, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await EnterAsync(transaction, cancellation) is null)
        {
            return;
        }

        await ExecuteAsync(transaction, $"drop schema if exists {rebuild.Schema} cascade", [], cancellation);
        await FinishAsync(transaction, "failed", failedEvent, errorType, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<State?> EnterAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select phase = 'wanted' or build is distinct from $2, position, current_schema()
            from {rebuild.States} where name = $1 and phase in ('wanted', 'folding')
            for update skip locked
            """, transaction.Connection, transaction)
        {
            Parameters = { new() { Value = rebuild.Name }, new() { Value = _build } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new State(reader.GetBoolean(0), reader.GetInt64(1), reader.GetString(2)) : null;
    }

    // Also when another build had begun: what it folded, it folded in its way.
    private async Task BeginAsync(NpgsqlTransaction transaction, string home, CancellationToken cancellation)
    {
        await ExecuteAsync(transaction, $"drop schema if exists {rebuild.Schema} cascade; create schema {rebuild.Schema}", [], cancellation);
        await UseAsync(transaction, home, cancellation);
        foreach (var (_, sql) in await Migrations.ReadScriptsAsync(rebuild.Tables.Scripts, cancellation))
        {
            await ExecuteAsync(transaction, sql, [], cancellation);
        }

        var total = await rebuild.BeginAsync(transaction, cancellation);
        await ExecuteAsync(
            transaction,
            $"update {rebuild.States} set phase = 'folding', build = $2, position = 0, done = 0, total = $3, started_at = $4 where name = $1",
            [rebuild.Name, _build, total, Now], cancellation);
    }

    // The new tables are found before the live ones, everything else where it is. Functions and triggers can ask whether they are
    // called for history: what was let in once is not to be refused now.
    private Task UseAsync(NpgsqlTransaction transaction, string home, CancellationToken cancellation) => ExecuteAsync(
        transaction,
        "select set_config('search_path', quote_ident($1) || ', ' || quote_ident($2), true), set_config('ketman.rebuild', 'on', true)",
        [rebuild.Schema, home], cancellation);

    private Task NoteAsync(NpgsqlTransaction transaction, long position, int events, CancellationToken cancellation) => ExecuteAsync(
        transaction,
        $"update {rebuild.States} set position = $2, done = done + $3, total = greatest(total, done + $3) where name = $1",
        [rebuild.Name, position, (long)events], cancellation);

    private Task FinishAsync(NpgsqlTransaction transaction, string phase, string? failedEvent, string? errorType, CancellationToken cancellation) => ExecuteAsync(
        transaction,
        // What was skipped was counted at the beginning and is not folded.
        $"update {rebuild.States} set phase = $2, total = case when $2 = 'done' then done else total end, failed_event = $3::text, error_type = $4::text, finished_at = $5 where name = $1",
        [rebuild.Name, phase, (object?)failedEvent ?? DBNull.Value, (object?)errorType ?? DBNull.Value, Now], cancellation);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = 300 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    private sealed record State(bool Begins, long Position, string Home);
}

/// <summary>What came of a step.</summary>
internal enum Step
{
    /// <summary>Another instance is at it, or it is finished.</summary>
    Elsewhere,

    /// <summary>There is more to fold.</summary>
    Folded,

    /// <summary>There is more, but it cannot be read yet.</summary>
    Waits,

    /// <summary>Everything that is there is folded.</summary>
    CaughtUp,
}
