using System.Globalization;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Hosting;
using Ketman.Hosting.Auth;

namespace Ketman.Gateway.Keys;

/// <summary>
/// The way in to a fresh platform: a key with the roles admin and lead, left in a file that only its owner can read. The file and
/// the table may each be lost alone: an unknown key in the file is taken over by an empty table only, and a missing file gets a
/// new key, since whoever can write there runs the platform anyway.
/// </summary>
internal sealed partial class FirstAdminKey(ApiKeyStore store, AuditLog audit, KetmanSettings settings, TimeProvider time, ILogger<FirstAdminKey> logger)
{
    private const string Name = "admin";

    /// <exception cref="SettingException">KETMAN_ADMIN_KEY_FILE cannot be read or written.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (settings.AdminKeyFile is not { Length: > 0 } file)
        {
            if (await store.CountAsync(cancellation) == 0)
            {
                LogNoWayIn();
            }

            return;
        }

        try
        {
            await (File.Exists(file) ? TakeOverAsync(file, cancellation) : MakeAsync(file, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("KETMAN_ADMIN_KEY_FILE", "a file that this process may create and read");
        }
    }

    private async Task TakeOverAsync(string file, CancellationToken cancellation)
    {
        OwnerOnlyFile.Close(file);
        var text = (await File.ReadAllTextAsync(file, cancellation)).Trim();
        if (KeySecret.HashOf(text) is not { } hash)
        {
            throw new SettingException("KETMAN_ADMIN_KEY_FILE", "a file with an API key, or absent to get a new one");
        }

        if (await store.FindAsync(hash, cancellation) is { } key)
        {
            if (!key.OpensAt(time.GetUtcNow()))
            {
                LogKeyIsShut(file);
            }
        }
        else if (await store.CountAsync(cancellation) == 0)
        {
            await AddAsync(text, hash, cancellation);
        }
        else
        {
            LogKeyIsUnknown(file);
        }
    }

    private async Task MakeAsync(string file, CancellationToken cancellation)
    {
        // The file is written before the key is stored and appears after it: a failure of either leaves no key that nobody
        // holds, and a death between leaves one that nobody can use.
        var secret = KeySecret.Draw();
        using var staged = OwnerOnlyFile.Stage(file, secret + "\n");
        await AddAsync(secret, KeySecret.HashOf(secret)!.Value, cancellation);
        staged.Publish();
        LogMade(file);
    }

    private async Task AddAsync(string secret, KeyHash hash, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}-{number}");
            var key = new ApiKey(
                Guid.CreateVersion7(now), name, KeySecret.HintOf(secret), [Roles.Lead, Roles.Admin], [], now, "gateway", null, null, null, null, null, null);
            if (await store.AddAsync(key, hash, cancellation))
            {
                // Opened before: the table stands since the migration.
                await audit.RecordAsync(AuditEntry.OfGateway(AuditKinds.KeyCreated, now, name, "roles: lead admin"), cancellation);
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "A new admin key is in {File}; only its owner can read it")]
    private partial void LogMade(string file);

    [LoggerMessage(LogLevel.Warning, "The key in {File} is revoked or expired; remove the file and restart the gateway to get a new one")]
    private partial void LogKeyIsShut(string file);

    [LoggerMessage(LogLevel.Warning, "The key in {File} is not in this database; remove the file and restart the gateway to get a new one")]
    private partial void LogKeyIsUnknown(string file);

    [LoggerMessage(LogLevel.Warning, "There is no API key yet; set KETMAN_ADMIN_KEY_FILE to get the first one")]
    private partial void LogNoWayIn();
}
