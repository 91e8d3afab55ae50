using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Hosting;
using Ketman.Hosting.Auth;

namespace Ketman.Gateway.Users;

/// <summary>
/// The way in for the first person: while there is no user, an open invitation lies beside the first admin key. There is no default
/// password. The log says where it lies, not what it is: logs are read by more people than files of mode 0600.
/// </summary>
internal sealed partial class FirstInvitation(
    UserStore users, Invitations invitations, AuditLog audit, KetmanSettings settings, TimeProvider time, ILogger<FirstInvitation> logger)
{
    private string? Place => settings.AdminKeyFile is { Length: > 0 } keyFile ? Path.ChangeExtension(keyFile, ".invitation") : null;

    /// <exception cref="SettingException">The folder of KETMAN_ADMIN_KEY_FILE cannot be written.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (Place is not { } file)
        {
            return;
        }

        try
        {
            if (await users.AnyAsync(cancellation))
            {
                File.Delete(file);
                return;
            }

            // Gateways that share the file share the invitation; a restart does not take it out of somebody's hands.
            if (File.Exists(file) && await invitations.IsOpenAsync((await File.ReadAllTextAsync(file, cancellation)).Trim(), cancellation))
            {
                OwnerOnlyFile.Close(file);
                return;
            }

            var (token, _) = await invitations.MakeAsync(new Invitation(null, [Roles.Lead, Roles.Admin], null, Scopes.Gateway), cancellation);
            OwnerOnlyFile.Write(file, token + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("KETMAN_ADMIN_KEY_FILE", "in a folder where this process may also leave the first admin's invitation");
        }

        await audit.RecordAsync(AuditEntry.OfGateway(AuditKinds.UserInvited, time.GetUtcNow(), null, "roles: lead admin"), cancellation);
        LogMade(file);
    }

    /// <summary>Removes the file: the invitation was accepted.</summary>
    public void Spent()
    {
        try
        {
            if (Place is { } file)
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is in it opens nothing any more, and the next start tries again.
        }
    }

    [LoggerMessage(LogLevel.Information, "No user yet: an invitation for the first admin is in {File}; only its owner can read it, and it works once within 7 days")]
    private partial void LogMade(string file);
}
