using Ketman.Gateway.Callers;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Gateway.Users;

/// <summary>The table of users, as the framework's user manager wants it and as this gateway asks it.</summary>
internal sealed class UserStore(NpgsqlDataSource database, UserSecrets secrets)
    : IUserPasswordStore<LocalUser>, IUserSecurityStampStore<LocalUser>, IUserTwoFactorRecoveryCodeStore<LocalUser>
{
    private const string Columns =
        "id, name, roles, password_hash, security_stamp, version, created_at, created_by, locked_at, removed_at, totp_key, totp_confirmed, totp_step, recovery_codes, clearance";

    /// <summary>The users after a name, by name; those that were removed as well.</summary>
    public async Task<IReadOnlyList<LocalUser>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from users where $1::text is null or name > $1 order by name limit $2");
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var users = new List<LocalUser>();
        while (await reader.ReadAsync(cancellation))
        {
            users.Add(Read(reader));
        }

        return users;
    }

    public async Task<bool> AnyAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select exists (select from users)");
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task<LocalUser?> FindAsync(string name, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from users where name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    public async Task<LocalUser?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from users where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    public async Task<IdentityResult> CreateAsync(LocalUser user, CancellationToken cancellationToken)
    {
        // One statement, so that an invitation is used up by exactly one user, and by none when the name is taken.
        await using var command = database.CreateCommand(
            $"""
            with spent as ({Spend})
            insert into users ({Columns})
            select $3, $4, $5, $6, $7, 1, $2, $8, null::timestamptz, null::timestamptz, $9, $10, $11, $12, $13
            where $1::bytea is null or exists (select from spent)
            """);
        AddSpending(command, user);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.Name });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. user.Roles] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.PasswordHash });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.SecurityStamp });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.CreatedBy });
        AddSecondFactor(command, user);
        command.Parameters.Add(Text(Clearance.TextOf(user.Clearance)));
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1 ? IdentityResult.Success : IdentityResult.Failed(UserErrors.InvitationSpent);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().DuplicateUserName(user.Name));
        }
    }

    public async Task<IdentityResult> UpdateAsync(LocalUser user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            with spent as ({Spend})
            update users set roles = $5, password_hash = $6, security_stamp = $7, totp_key = $8, totp_confirmed = $9, totp_step = $10, recovery_codes = $11,
              locked_at = $12, removed_at = $13, clearance = $14, version = version + 1
            where id = $3 and version = $4 and ($1::bytea is null or exists (select from spent))
            """);
        AddSpending(command, user);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = user.Version });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. user.Roles] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.PasswordHash });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = user.SecurityStamp });
        AddSecondFactor(command, user);
        command.Parameters.Add(Optional(user.LockedAt));
        command.Parameters.Add(Optional(user.RemovedAt));
        command.Parameters.Add(Text(Clearance.TextOf(user.Clearance)));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return IdentityResult.Failed(user.Spends is null ? new IdentityErrorDescriber().ConcurrencyFailure() : UserErrors.InvitationSpent);
        }

        user.Version++;
        return IdentityResult.Success;
    }

    // Names stay taken, so nobody is ever deleted; removing is an update.
    public Task<IdentityResult> DeleteAsync(LocalUser user, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<LocalUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) => FindAsync(Guid.Parse(userId), cancellationToken);

    public Task<LocalUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindAsync(normalizedUserName, cancellationToken);

    public Task<string> GetUserIdAsync(LocalUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString("D"));

    public Task<string?> GetUserNameAsync(LocalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task SetUserNameAsync(LocalUser user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string?> GetNormalizedUserNameAsync(LocalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    // A name is in one spelling only.
    public Task SetNormalizedUserNameAsync(LocalUser user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetPasswordHashAsync(LocalUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash.Length > 0 ? user.PasswordHash : null);

    public Task<bool> HasPasswordAsync(LocalUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash.Length > 0);

    public Task SetPasswordHashAsync(LocalUser user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash ?? "";
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(LocalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(LocalUser user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task ReplaceCodesAsync(LocalUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        user.RecoveryCodes = [.. recoveryCodes.Select(code => secrets.HashCode(user.Id, code))];
        return Task.CompletedTask;
    }

    public Task<bool> RedeemCodeAsync(LocalUser user, string code, CancellationToken cancellationToken)
    {
        var hash = secrets.HashCode(user.Id, code);
        var left = user.RecoveryCodes.Where(known => !known.AsSpan().SequenceEqual(hash)).ToList();
        var redeemed = left.Count < user.RecoveryCodes.Count;
        user.RecoveryCodes = left;
        return Task.FromResult(redeemed);
    }

    public Task<int> CountCodesAsync(LocalUser user, CancellationToken cancellationToken) => Task.FromResult(user.RecoveryCodes.Count);

    public void Dispose()
    {
        // The connections belong to the process.
    }

    private const string Spend = "update invitations set used_at = $2 where hash = $1 and used_at is null and expires_at > $2 returning 1";

    private static void AddSpending(NpgsqlCommand command, LocalUser user)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)user.Spends?.Hash ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (user.Spends?.At ?? user.CreatedAt).UtcDateTime });
    }

    private static void AddSecondFactor(NpgsqlCommand command, LocalUser user)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)user.TotpKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = user.TotpConfirmed });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = user.TotpStep });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. user.RecoveryCodes] });
    }

    private static NpgsqlParameter Optional(DateTimeOffset? time) =>
        new() { Value = time is { } at ? at.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static LocalUser Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Name = reader.GetString(1),
        Roles = reader.GetFieldValue<string[]>(2),
        PasswordHash = reader.GetString(3),
        SecurityStamp = reader.GetString(4),
        Version = reader.GetInt64(5),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(6),
        CreatedBy = reader.GetString(7),
        LockedAt = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
        RemovedAt = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
        TotpKey = reader.IsDBNull(10) ? null : reader.GetFieldValue<byte[]>(10),
        TotpConfirmed = reader.GetBoolean(11),
        TotpStep = reader.GetInt64(12),
        RecoveryCodes = reader.GetFieldValue<byte[][]>(13),
        Clearance = Clearance.Read(reader.IsDBNull(14) ? null : reader.GetString(14)),
    };
}

/// <summary>What storing a user may fail with besides what the framework knows.</summary>
internal static class UserErrors
{
    public static IdentityError InvitationSpent { get; } = new() { Code = "InvitationSpent", Description = "The invitation is used or expired." };
}
