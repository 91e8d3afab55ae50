using Ketman.Gateway.Callers;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Gateway.Keys;

/// <summary>The table of API keys.</summary>
internal sealed class ApiKeyStore(NpgsqlDataSource database)
{
    private const string Columns = "id, name, hint, roles, scope, created_at, created_by, expires_at, revoked_at, revoked_by, last_used_at, rotated_at, clearance";

    /// <summary>The key behind a hash; behind the one it had before the last rotation, it expires when that does.</summary>
    public async Task<ApiKey?> FindAsync(KeyHash hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from api_keys where hash = $1
            union all
            select {Columns.Replace("expires_at", "least(expires_at, previous_until)", StringComparison.Ordinal)} from api_keys where previous_hash = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToBytes() });
        return await ReadOneAsync(command, cancellation);
    }

    /// <summary>The keys after <paramref name="after"/>, newest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Guid? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from api_keys where $1::uuid is null or id < $1 order by id desc limit $2");
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(Read(reader));
        }

        return keys;
    }

    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select count(*) from api_keys");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Stores a new key; false: its name is taken.</summary>
    public async Task<bool> AddAsync(ApiKey key, KeyHash hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            insert into api_keys (id, name, hash, hint, roles, created_at, created_by, expires_at, scope, clearance)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict on constraint uq_api_keys_name do nothing
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Name });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToBytes() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Hint });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. key.Roles] });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = key.CreatedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.CreatedBy });
        command.Parameters.Add(Optional(key.ExpiresAt));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. key.Scope] });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)Clearance.TextOf(key.Clearance) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        try
        {
            return await command.ExecuteNonQueryAsync(cancellation) == 1;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "ketman_one_name_for_one" })
        {
            return false;
        }
    }

    public async Task<bool> IsNameTakenAsync(string name, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select exists (select from api_keys where name = $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Gives a key that is not revoked a new secret. Null: there is no such key.</summary>
    /// <param name="reference">Its id or name.</param>
    /// <param name="hash">Of the new secret.</param>
    /// <param name="hint">Of the new secret.</param>
    /// <param name="now">UTC.</param>
    /// <param name="previousUntil">Until when the secret it has now stays good.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ApiKey?> RotateAsync(
        string reference, KeyHash hash, string hint, DateTimeOffset now, DateTimeOffset previousUntil, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            update api_keys
            set hash = $3, hint = $4, rotated_at = $5, previous_hash = hash, previous_until = $6
            where (id = $1 or name = $2) and revoked_at is null
            returning {Columns}
            """);
        command.Parameters.Add(Id(reference));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reference });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToBytes() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hint });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = previousUntil.UtcDateTime });
        return await ReadOneAsync(command, cancellation);
    }

    /// <summary>Revokes a key by id or name; a key that is revoked already stays as it was. Null: there is no such key.</summary>
    public async Task<ApiKey?> RevokeAsync(string reference, DateTimeOffset now, string by, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            update api_keys
            set revoked_at = coalesce(revoked_at, $3), revoked_by = case when revoked_at is null then $4 else revoked_by end
            where id = $1 or name = $2
            returning {Columns}
            """);
        command.Parameters.Add(Id(reference));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reference });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = by });
        return await ReadOneAsync(command, cancellation);
    }

    public async Task MarkUsedAsync(IReadOnlyCollection<(Guid Id, DateTimeOffset At)> uses, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            update api_keys k set last_used_at = u.at
            from unnest($1, $2) u(id, at)
            where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. uses.Select(use => use.Id)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. uses.Select(use => use.At.UtcDateTime)] });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Id(string reference) => new()
    {
        Value = Guid.TryParseExact(reference, "D", out var id) ? id : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.Uuid,
    };

    private static NpgsqlParameter Optional(DateTimeOffset? time) =>
        new() { Value = time is { } at ? at.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static async Task<ApiKey?> ReadOneAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    private static ApiKey Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetFieldValue<string[]>(3),
        reader.GetFieldValue<string[]>(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        reader.GetString(6),
        Time(reader, 7),
        Time(reader, 8),
        reader.IsDBNull(9) ? null : reader.GetString(9),
        Time(reader, 10),
        Time(reader, 11),
        Clearance.Read(reader.IsDBNull(12) ? null : reader.GetString(12)));

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
