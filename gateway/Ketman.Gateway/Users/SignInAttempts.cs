using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Gateway.Users;

/// <summary>
/// Counts attempts by the name that was typed and locks it for a while after five that failed: one minute, then twice as long with
/// each further one, up to an hour. It counts before it is known whether the attempt is good, in one statement, so that many at
/// once are not one; and for names that nobody bears, so that being locked tells nothing. Locks of a name would be a cheap way to
/// keep everybody out, so a browser in which the user came in before (and a session that is open) is counted for itself: what
/// strangers try elsewhere does not lock it, and what is tried in it locks nothing else.
/// </summary>
internal sealed class SignInAttempts(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>So many may fail before the name is locked.</summary>
    public const int Free = 5;

    /// <summary>Counts one more attempt. Null: go on; otherwise how long the name stays locked.</summary>
    /// <param name="name">As it was typed.</param>
    /// <param name="knownBy">The browser or session that is known to be the user's; empty: none.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TimeSpan?> BeginAsync(string name, byte[] knownBy, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            insert into sign_in_attempts as a (name_hash, known_by, failed, last_at) values ($1, $4, 1, $2)
            on conflict (name_hash, known_by) do update set
              failed = case when a.last_at < $2 - interval '1 day' then 1 else a.failed + 1 end,
              last_at = $2,
              locked_until = case when a.last_at >= $2 - interval '1 day' and a.failed + 1 >= $3
                then $2 + least(interval '1 hour', interval '1 minute' * power(2, least(a.failed + 1 - $3, 10))) end
            where a.locked_until is null or a.locked_until <= $2
            returning 1
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = HashOf(name) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Free });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = knownBy });
        if (await command.ExecuteScalarAsync(cancellation) is not null)
        {
            return null;
        }

        await using var ask = database.CreateCommand("select locked_until from sign_in_attempts where name_hash = $1 and known_by = $2");
        ask.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = HashOf(name) });
        ask.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = knownBy });
        return await ask.ExecuteScalarAsync(cancellation) is DateTime until && until > now.UtcDateTime ? until - now.UtcDateTime : TimeSpan.FromSeconds(1);
    }

    /// <summary>Forgets what failed: somebody has shown to be who it says, or (everywhere) an admin unlocks.</summary>
    /// <param name="name">As it was typed.</param>
    /// <param name="knownBy">Where; null: everywhere.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ClearAsync(string name, byte[]? knownBy, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from sign_in_attempts where name_hash = $1 and ($2::bytea is null or known_by = $2)");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = HashOf(name) });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)knownBy ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Forgets what nobody has tried for a day.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from sign_in_attempts where last_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime.AddDays(-1) });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // What is typed there is sometimes a password.
    private static byte[] HashOf(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));
}
