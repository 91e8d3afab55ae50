using Npgsql;
using static Ketman.Hosting.Bus.JournalRows;

namespace Ketman.Hosting.Bus;

/// <summary>What an operator may do to the consumer, and what he gets to see.</summary>
internal sealed partial class Journal
{
    /// <summary>How the consumer is.</summary>
    public async Task<JournalStatus> StatusAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select c.paused_at, c.paused_because, w.streams, w.events, w.since,
                   (select count(*) from journal_poison where kind = 'conflict' and settled_at is null), p.stream, p.version, p.type, p.reason
            from journal_consumers c
            cross join (select count(*) streams, coalesce(sum(head_version - folded_version), 0)::bigint events, min(waiting_since) since
                        from journal_streams where waiting_since is not null) w
            left join lateral (select * from journal_poison where kind = 'fold' and settled_at is null and c.paused_at is not null
                               order by noted_at desc limit 1) p on true
            where c.name = $1
            """);
        AddAll(command, [consumer.Name]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new JournalStatus(
                consumer.Name,
                reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetInt64(2), reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetInt64(5),
                reader.IsDBNull(6) ? null : new Poison(new JournalPlace(reader.GetString(6), reader.GetInt64(7)), reader.GetString(8), reader.GetString(9)))
            : new JournalStatus(consumer.Name, null, null, 0, 0, null, 0, null);
    }

    /// <summary>How many events are folded, of how many that are known of. It looks at every stream, so it is for people.</summary>
    public async Task<(long Folded, long Head)> CountAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select coalesce(sum(folded_version), 0)::bigint, coalesce(sum(head_version), 0)::bigint from journal_streams");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>What the latest events were that could not be folded, or came twice with different content, and what became of them.</summary>
    public async Task<IReadOnlyList<PoisonRecord>> PoisonAsync(int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select stream, version, type, reason, kind, noted_at, settled_at, settlement, settled_by
            from journal_poison order by settled_at is not null, noted_at desc limit $1
            """);
        AddAll(command, [limit]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var records = new List<PoisonRecord>();
        while (await reader.ReadAsync(cancellation))
        {
            records.Add(new PoisonRecord(
                new JournalPlace(reader.GetString(0), reader.GetInt64(1)).ToString(), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset?>(6),
                reader.IsDBNull(7) ? null : reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetString(8)));
        }

        return records;
    }

    /// <summary>Stops folding; journaling goes on. False: it stands already.</summary>
    public async Task<bool> PauseAsync(string by, CancellationToken cancellation) => await ControlAsync(
        "update journal_consumers set paused_at = $2, paused_because = $3 where name = $1 and paused_at is null",
        [consumer.Name, clock.GetUtcNow(), $"by {by}"], cancellation) > 0;

    /// <summary>Folds on, the event that caused the pause included: for when the cause is mended. False: it does not stand still.</summary>
    public async Task<bool> ResumeAsync(string by, CancellationToken cancellation) => await ControlAsync(
        """
        with settled as (
          update journal_poison set settled_at = $2, settlement = 'resumed', settled_by = $3 where kind = 'fold' and settled_at is null)
        update journal_consumers set paused_at = null, paused_because = null where name = $1 and paused_at is not null
        """,
        [consumer.Name, clock.GetUtcNow(), by], cancellation) > 0;

    /// <summary>Gives up the event that caused the pause, for ever, and folds on after it. False: the consumer does not stand at it.</summary>
    public async Task<bool> SkipAsync(string stream, long version, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(connection, transaction, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(
            batch,
            """
            with poison as (
              update journal_poison p set settled_at = $3, settlement = 'skipped', settled_by = $4
              from journal_streams s
              where p.stream = $1 and p.version = $2 and p.kind = 'fold' and p.settled_at is null
                and s.stream = p.stream and s.folded_version = p.version - 1
              returning p.stream, p.version)
            update journal_streams s
            set folded_version = p.version, waiting_since = case when s.head_version > p.version then s.waiting_since end
            from poison p
            where s.stream = p.stream
            """,
            [stream, version, clock.GetUtcNow(), by]);
        var skipped = await batch.ExecuteNonQueryAsync(cancellation) > 0;
        if (skipped)
        {
            await using var resume = new NpgsqlBatch(connection, transaction);
            Add(resume, "update journal_consumers set paused_at = null, paused_because = null where name = $1", [consumer.Name]);
            await resume.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return skipped;
    }

    /// <summary>Whether an event was given up.</summary>
    public async Task<bool> WasSkippedAsync(string stream, long version, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select exists (select from journal_poison where stream = $1 and version = $2 and settlement = 'skipped')");
        AddAll(command, [stream, version]);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private async Task LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, "select from journal_consumers where name = $1 for update", [consumer.Name]);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<int> ControlAsync(string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        AddAll(command, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>How a consumer is.</summary>
/// <param name="Name">The consumer.</param>
/// <param name="PausedAt">Since when it does not fold; null: it does.</param>
/// <param name="PausedBecause">Why.</param>
/// <param name="WaitingStreams">Streams with events that are journaled but not folded.</param>
/// <param name="WaitingEvents">How many such events, versions that are missing in between included.</param>
/// <param name="WaitingSince">The oldest of them.</param>
/// <param name="Conflicts">Events that came twice with different content and that nobody has looked at.</param>
/// <param name="Poison">The event that paused it; null when an operator did, or it runs.</param>
internal sealed record JournalStatus(
    string Name, DateTimeOffset? PausedAt, string? PausedBecause, long WaitingStreams, long WaitingEvents, DateTimeOffset? WaitingSince,
    long Conflicts, Poison? Poison);

/// <summary>An event that cannot be folded.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Type">Its contract's URN.</param>
/// <param name="Reason">The kind of error and where it came from, never its message.</param>
internal sealed record Poison(JournalPlace Place, string Type, string Reason);

/// <summary>What is on record of an event that could not be folded, or came twice with different content.</summary>
/// <param name="Event">Where it is: <c>stream@version</c>.</param>
/// <param name="Type">Its contract's URN.</param>
/// <param name="Reason">What was wrong, without any of its content.</param>
/// <param name="Kind"><c>fold</c> or <c>conflict</c>.</param>
/// <param name="NotedAt">When.</param>
/// <param name="SettledAt">When somebody decided; null: nobody has.</param>
/// <param name="Settlement"><c>resumed</c> or <c>skipped</c>.</param>
/// <param name="SettledBy">Who.</param>
public sealed record PoisonRecord(
    string Event, string Type, string Reason, string Kind, DateTimeOffset NotedAt, DateTimeOffset? SettledAt, string? Settlement, string? SettledBy);
