using System.Globalization;
using System.Security.Cryptography;
using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Proof;

namespace Ketman.Hosting.Proofs;

/// <summary>
/// The keys that sign a service's log, as files: <c>seal-NAME.pem</c> in the keys' directory (readable by its owner only, made on first
/// use) or another file that is given, and the public half as <c>public/seal-NAME.pub.pem</c>. When another key takes over, the public
/// half of the one before stays beside it under its fingerprint: what it signed remains to be verified.
/// </summary>
public static class SealKeyFiles
{
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Opens a service's keys; makes its own where there is none.</summary>
    /// <exception cref="SettingException">A key cannot be read, or is readable by others.</exception>
    public static SealKeys Open(KetmanSettings settings, string service)
    {
        var setting = settings.SealKeyFile is null ? "KETMAN_KEYS" : "KETMAN_SEAL_KEY_FILE";
        try
        {
            var published = Path.Combine(settings.KeysDirectory, "public");
            Directory.CreateDirectory(published);
            var key = Read(settings.SealKeyFile ?? Made(Path.Combine(settings.KeysDirectory, $"seal-{service}.pem")), setting);
            Publish(published, service, key.Public);
            return new SealKeys(service, key, Directory.EnumerateFiles(published, $"seal-{service}.*.pub.pem").Select(ReadPublic).OfType<Ed25519PublicKey>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingException(setting, "a place of a readable Ed25519 private key (openssl genpkey -algorithm ed25519 makes one)");
        }
    }

    private static string Made(string file)
    {
        if (!File.Exists(file))
        {
            using var alone = InternalKeys.TakeTurn(file + ".lock");
            if (!File.Exists(file))
            {
                OwnerOnlyFile.Write(file, Ed25519PrivateKey.MakePem());
            }
        }

        return file;
    }

    private static Ed25519PrivateKey Read(string file, string setting) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & ForOthers) == 0
            ? Ed25519PrivateKey.FromPem(File.ReadAllText(file))
            : throw new SettingException(setting, string.Create(CultureInfo.InvariantCulture, $"a key that only its owner can read (chmod 600 {file})"));

    private static void Publish(string directory, string service, Ed25519PublicKey key)
    {
        var file = Path.Combine(directory, $"seal-{service}.pub.pem");
        using var alone = InternalKeys.TakeTurn(file + ".lock");
        if (File.Exists(file) && ReadPublic(file) is { } before)
        {
            if (before.Id == key.Id)
            {
                return;
            }

            OwnerOnlyFile.Write(Path.Combine(directory, $"seal-{service}.{before.Id[..16]}.pub.pem"), before.ToPem());
        }

        OwnerOnlyFile.Write(file, key.ToPem());
    }

    private static Ed25519PublicKey? ReadPublic(string file)
    {
        try
        {
            return Ed25519PublicKey.FromPem(File.ReadAllText(file));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
