using Npgsql;
using NpgsqlTypes;

namespace Ketman.Gateway.Audit;

/// <summary>The table of the audit log: adding to it, reading it, proving it.</summary>
internal sealed class AuditStore(NpgsqlDataSource database)
{
    private const string Columns = "at, kind, actor, actor_kind, address, method, route, status, subject, detail, times, trace";

    // Gateways on one database write one chain, so they take turns.
    private const string TakeTurn = "select pg_advisory_xact_lock(hashtextextended('ketman audit log', 0))";

    private static readonly byte[] Beginning = new byte[32];

    /// <summary>Adds all of the entries or none.</summary>
    public async Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (id, hash) = await ReadHeadAsync(connection, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var entry in entries)
        {
            id++;
            hash = entry.HashAfter(hash, id);
            var insert = new NpgsqlBatchCommand(
                $"insert into audit_log (id, hash, {Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
            insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = entry.At.UtcDateTime });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = entry.Kind });
            foreach (var text in new[] { entry.Actor, entry.ActorKind, entry.Address, entry.Method, entry.Route })
            {
                insert.Parameters.Add(Text(text));
            }

            insert.Parameters.Add(new NpgsqlParameter { Value = (object?)entry.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
            insert.Parameters.Add(Text(entry.Subject));
            insert.Parameters.Add(Text(entry.Detail));
            insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = entry.Times });
            insert.Parameters.Add(Text(entry.Trace));
            batch.BatchCommands.Add(insert);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The entries before <paramref name="after"/> that are asked for, newest first.</summary>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(long? after, int limit, AuditFilter asked, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select id, {Columns} from audit_log
            where ($1::bigint is null or id < $1) and ($2::text is null or actor = $2) and ($3::text is null or kind = $3) and ($4::text is null or subject = $4)
              and ($5::text is null or address = $5) and ($6::text is null or trace = $6) and ($7::timestamptz is null or at >= $7)
              and ($8::timestamptz is null or at < $8)
            order by id desc limit $9
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        foreach (var text in new[] { asked.Actor, asked.Kind, asked.Subject, asked.Address, asked.Trace })
        {
            command.Parameters.Add(Text(text));
        }

        foreach (var time in new[] { asked.Since, asked.Until })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = time is { } at ? at.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }

        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<AuditRow>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new AuditRow(reader.GetInt64(0), Read(reader, 1)));
        }

        return rows;
    }

    /// <summary>Reads the whole log and tells the first entry that is not what it was when it was written, or is missing.</summary>
    public async Task<AuditProof> ProveAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select id, hash, {Columns} from audit_log order by id");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (expected, hash) = (1L, Beginning);
        while (await reader.ReadAsync(cancellation))
        {
            var id = reader.GetInt64(0);
            var stored = reader.GetFieldValue<byte[]>(1);
            hash = Read(reader, 2).HashAfter(hash, expected);
            if (id != expected || !stored.AsSpan().SequenceEqual(hash))
            {
                return new AuditProof(false, expected - 1, expected, null);
            }

            expected++;
        }

        return new AuditProof(true, expected - 1, null, Convert.ToHexStringLower(hash));
    }

    private static async Task<(long Id, byte[] Hash)> ReadHeadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using (var turn = new NpgsqlCommand(TakeTurn, connection))
        {
            await turn.ExecuteNonQueryAsync(cancellation);
        }

        await using var head = new NpgsqlCommand("select id, hash from audit_log order by id desc limit 1", connection);
        await using var reader = await head.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : (0, Beginning);
    }

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static AuditEntry Read(NpgsqlDataReader reader, int from) => new(
        reader.GetFieldValue<DateTimeOffset>(from), reader.GetString(from + 1), TextAt(reader, from + 2), TextAt(reader, from + 3), TextAt(reader, from + 4),
        TextAt(reader, from + 5), TextAt(reader, from + 6), reader.IsDBNull(from + 7) ? null : reader.GetInt32(from + 7), TextAt(reader, from + 8),
        TextAt(reader, from + 9), reader.GetInt32(from + 10), TextAt(reader, from + 11));

    private static string? TextAt(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

/// <summary>Which entries; null: whatever it is.</summary>
internal sealed record AuditFilter(
    string? Actor = null, string? Kind = null, string? Subject = null, string? Address = null, string? Trace = null, DateTimeOffset? Since = null,
    DateTimeOffset? Until = null)
{
    /// <summary>Whether nothing can be so: the database takes no such character, and nothing that is kept has one.</summary>
    public bool HoldsForNothing => new[] { Actor, Kind, Subject, Address, Trace }.Any(text => text?.Contains('\0', StringComparison.Ordinal) is true);
}

/// <summary>An entry and its place in the log.</summary>
internal sealed record AuditRow(long Id, AuditEntry Entry);

/// <summary>Whether the log is what was written.</summary>
/// <param name="Intact">Every entry is there and as it was.</param>
/// <param name="Entries">How many are, up to the first that is not.</param>
/// <param name="BrokenAt">The first that is missing or altered.</param>
/// <param name="Head">The last hash, hexadecimal. Whoever keeps it elsewhere also notices an end that was cut off.</param>
internal sealed record AuditProof(bool Intact, long Entries, long? BrokenAt, string? Head);
