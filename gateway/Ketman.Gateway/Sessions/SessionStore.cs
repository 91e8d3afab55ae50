using System.Buffers.Text;
using System.Security.Cryptography;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Keys;
using Ketman.Gateway.Users;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Gateway.Sessions;

/// <summary>A sign-in that lasts.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastSeenAt">To within a minute.</param>
/// <param name="ExpiresAt">When it ends however much it is used.</param>
/// <param name="Address">From where it was begun.</param>
/// <param name="Current">Whether it is the one that asks.</param>
internal sealed record Session(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string? Address, bool Current);

/// <summary>The table of sessions.</summary>
internal sealed class SessionStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>A session ends when it is not used for so long.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>And after so long in any case.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Begins a session and gives the secret that goes into the cookie.</summary>
    public async Task<(string Secret, Guid Id, DateTimeOffset ExpiresAt)> BeginAsync(LocalUser user, string? address, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var secret = KeySecret.Draw(KeySecret.Session);
        var id = Guid.CreateVersion7(now);
        await using var command = database.CreateCommand(
            "insert into sessions (id, hash, user_id, stamp, address, created_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $5, $6, $6, $7)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = KeySecret.HashOf(KeySecret.Session, secret)!.Value.ToBytes() });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.SecurityStamp });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)address ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (now + Longest).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
        return (secret, id, now + Longest);
    }

    /// <summary>What is behind a cookie. A user's lock, removal, new roles and new password count here too.</summary>
    public async Task<Recognised?> FindAsync(KeyHash hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select s.id, u.id, u.name, u.roles, u.clearance, least(s.expires_at, s.last_seen_at + $2), s.expires_at,
              s.revoked_at is null and s.stamp = u.security_stamp and u.locked_at is null and u.removed_at is null
            from sessions s join users u on u.id = s.user_id where s.hash = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToBytes() });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Idle });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }

        var (id, user) = (reader.GetGuid(0), reader.GetGuid(1));
        return new Recognised(
            id,
            new Principal(
                PrincipalKind.User, $"user:{user:D}", reader.GetString(2), reader.GetFieldValue<string[]>(3), [], id, user, reader.GetFieldValue<DateTimeOffset>(6),
                Clearance.Read(reader.IsDBNull(4) ? null : reader.GetString(4))),
            reader.GetBoolean(7) ? reader.GetFieldValue<DateTimeOffset>(5) : DateTimeOffset.MinValue,
            AntiForgeryOf(hash));
    }

    /// <summary>
    /// What an unsafe request must bear besides the cookie. It follows from the cookie, which no other site can read, and does not
    /// lead back to it.
    /// </summary>
    public static string AntiForgeryOf(KeyHash hash) => Base64Url.EncodeToString(HMACSHA256.HashData(hash.ToBytes(), "ketman anti-forgery"u8));

    public async Task<IReadOnlyList<Session>> ListAsync(Guid user, Guid? current, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select s.id, s.created_at, s.last_seen_at, s.expires_at, s.address from sessions s join users u on u.id = s.user_id
            where s.user_id = $1 and s.revoked_at is null and s.stamp = u.security_stamp and least(s.expires_at, s.last_seen_at + $3) > $2
            order by s.id desc limit 500
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Idle });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sessions = new List<Session>();
        while (await reader.ReadAsync(cancellation))
        {
            sessions.Add(new Session(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetGuid(0) == current));
        }

        return sessions;
    }

    /// <summary>Ends a session of this user; false: it has none of that id.</summary>
    public async Task<bool> RevokeAsync(Guid id, Guid user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update sessions set revoked_at = coalesce(revoked_at, $3) where id = $1 and user_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Ends all sessions of a user; gives how many were open.</summary>
    public async Task<int> RevokeAllAsync(Guid user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null and least(expires_at, last_seen_at + $3) > $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Idle });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Ends the session behind a cookie, if there is one.</summary>
    public async Task ReplaceAsync(KeyHash hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update sessions set revoked_at = coalesce(revoked_at, $2) where hash = $1");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToBytes() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Lets one session outlive the change of the password that its user made in it.</summary>
    public async Task KeepAsync(Guid id, string stamp, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update sessions set stamp = $2 where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stamp });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task MarkUsedAsync(IReadOnlyCollection<(Guid Id, DateTimeOffset At)> uses, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "update sessions s set last_seen_at = u.at from unnest($1, $2) u(id, at) where s.id = u.id and s.last_seen_at < u.at");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. uses.Select(use => use.Id)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. uses.Select(use => use.At.UtcDateTime)] });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Deletes what ended a while ago.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from sessions where expires_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The sessions in use.</summary>
internal sealed class SessionRing(SessionStore store, TimeProvider time) : CredentialRing(store.FindAsync, "The table of sessions", time);
