using Ketman.Contracts;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Keys;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Gateway.Users;

/// <summary>A way in for one person, once.</summary>
/// <param name="Name">The user it makes, or whose password it sets anew; null for the first admin, who chooses.</param>
/// <param name="Roles">What a user that it makes gets.</param>
/// <param name="Clearance">And up to which marking it reads, where that is less than what the roles give.</param>
/// <param name="CreatedBy">Who invited.</param>
internal sealed record Invitation(string? Name, IReadOnlyList<string> Roles, Tlp? Clearance, string CreatedBy);

/// <summary>The table of invitations, of which only hashes are kept.</summary>
internal sealed class Invitations(NpgsqlDataSource database, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Stores an invitation, in place of open ones for the same name, and gives the token that is shown once.</summary>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> MakeAsync(Invitation invitation, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var token = KeySecret.Draw(KeySecret.Invitation);
        await using var batch = database.CreateBatch();
        var replace = new NpgsqlBatchCommand("delete from invitations where name is not distinct from $1 and used_at is null");
        replace.Parameters.Add(Text(invitation.Name));
        batch.BatchCommands.Add(replace);
        var add = new NpgsqlBatchCommand("insert into invitations (hash, name, roles, created_at, created_by, expires_at, clearance) values ($1, $2, $3, $4, $5, $6, $7)");
        add.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = KeySecret.HashOf(KeySecret.Invitation, token)!.Value.ToBytes() });
        add.Parameters.Add(Text(invitation.Name));
        add.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. invitation.Roles] });
        add.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = invitation.CreatedBy });
        add.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (now + Life).UtcDateTime });
        add.Parameters.Add(Text(Clearance.TextOf(invitation.Clearance)));
        batch.BatchCommands.Add(add);
        await batch.ExecuteNonQueryAsync(cancellation);
        return (token, now + Life);
    }

    /// <summary>An invitation that is neither used nor expired, by its token.</summary>
    public async Task<Invitation?> FindAsync(KeyHash hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select name, roles, clearance, created_by from invitations where hash = $1 and used_at is null and expires_at > $2");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToBytes() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Invitation(reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetFieldValue<string[]>(1), Clearance.Read(reader.IsDBNull(2) ? null : reader.GetString(2)), reader.GetString(3))
            : null;
    }

    /// <summary>Whether a token would open something.</summary>
    public async Task<bool> IsOpenAsync(string token, CancellationToken cancellation) =>
        KeySecret.HashOf(KeySecret.Invitation, token) is { } hash && await FindAsync(hash, cancellation) is not null;

    /// <summary>Takes back what a user that is removed or locked might still come in by.</summary>
    public async Task WithdrawAsync(string name, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from invitations where name = $1 and used_at is null");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
