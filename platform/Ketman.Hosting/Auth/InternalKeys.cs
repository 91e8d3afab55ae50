using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Ketman.Hosting.Auth;

/// <summary>
/// The signing keys of the inside, in a directory that all processes see: <c>NAME.pem</c> is a process's private key
/// (P-256, readable by its owner only, made on first use), <c>public/NAME.pem</c> what the others verify with. A key id is
/// <c>NAME.THUMBPRINT</c>, so a renewed key is noticed: it is not the one that was read before, and the file is read again.
/// </summary>
public sealed partial class InternalKeys
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerOnly | UnixFileMode.UserExecute;

    private const int TurnAttempts = 500;

    // A forged key id must not turn every request into a read of the disk.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly string _public;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Published> _published = new(StringComparer.Ordinal);

    private InternalKeys(string directory, string name, ECDsa own, TimeProvider time)
    {
        _public = Path.Combine(directory, "public");
        _time = time;
        Name = name;
        Signing = new SigningKey(KeyIdOf(name, own), own);
    }

    /// <summary>The name of this process among the others.</summary>
    public string Name { get; }

    internal SigningKey Signing { get; }

    /// <summary>Opens the directory, makes this process's key if there is none, and publishes its public half.</summary>
    /// <param name="directory">KETMAN_KEYS; created (owner only) if missing.</param>
    /// <param name="name">The process: <c>gateway</c>, <c>intake</c>, ...</param>
    /// <param name="time">Limits how often a changed file is looked for.</param>
    /// <exception cref="SettingException">The directory cannot be used, or the private key is readable by others.</exception>
    public static InternalKeys Open(string directory, string name, TimeProvider time)
    {
        if (!Names().IsMatch(name))
        {
            throw new ArgumentException("A process is named like `intake`: lower-case letters, digits and hyphens.", nameof(name));
        }

        try
        {
            CreateDirectory(directory);
            CreateDirectory(Path.Combine(directory, "public"));
            var own = ReadOrMake(Path.Combine(directory, name + ".pem"));
            var keys = new InternalKeys(directory, name, own, time);
            keys.Publish(own);
            return keys;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("KETMAN_KEYS", "a directory in which this process may create its key");
        }
    }

    /// <summary>The key behind a key id, or null. Whatever is no key id never becomes a path.</summary>
    internal VerificationKey? Find(string kid)
    {
        if (!KeyIds().IsMatch(kid))
        {
            return null;
        }

        var owner = kid[..kid.IndexOf('.', StringComparison.Ordinal)];
        var now = _time.GetTimestamp();
        if (_published.TryGetValue(owner, out var known)
            && (known.Key.Kid == kid || _time.GetElapsedTime(known.ReadAt, now) < ReadAgainAfter))
        {
            return known.Key.Kid == kid ? known.Key : null;
        }

        if (Read(owner) is not { } key)
        {
            return null;
        }

        _published[owner] = new Published(key, now);
        return key.Kid == kid ? key : null;
    }

    private VerificationKey? Read(string owner)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(Path.Combine(_public, owner + ".pem")));
            return IsP256(key) ? new VerificationKey(KeyIdOf(owner, key), owner, key) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerDirectory);
        }
    }

    private static ECDsa ReadOrMake(string file)
    {
        if (!File.Exists(file))
        {
            using var alone = TakeTurn(file + ".lock");
            if (!File.Exists(file))
            {
                using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                OwnerOnlyFile.Write(file, made.ExportPkcs8PrivateKeyPem());
            }
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerDirectory) != 0)
        {
            throw new SettingException("KETMAN_KEYS", string.Create(
                CultureInfo.InvariantCulture, $"a directory whose private keys only their owner can read (chmod 600 {file}, or remove it to get a new one)"));
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new SettingException("KETMAN_KEYS", string.Create(
                CultureInfo.InvariantCulture, $"a directory of readable keys ({file} is not one; remove it to get a new one)"));
        }

        return IsP256(key) ? key : throw new SettingException("KETMAN_KEYS", string.Create(
            CultureInfo.InvariantCulture, $"a directory of P-256 keys ({file} is another kind; remove it to get a new one)"));
    }

    /// <summary>
    /// Instances of a service may start at once and must agree on one key; moving a file without overwriting is not atomic in the
    /// framework (both may find the name free), an open file that nobody shares is.
    /// </summary>
    internal static FileStream TakeTurn(string file)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (attempt < TurnAttempts)
            {
                Thread.Sleep(10);
            }
        }
    }

    private void Publish(ECDsa own)
    {
        var file = Path.Combine(_public, Name + ".pem");
        var pem = own.ExportSubjectPublicKeyInfoPem();
        if (!File.Exists(file) || File.ReadAllText(file) != pem)
        {
            OwnerOnlyFile.Write(file, pem);
        }
    }

    private static bool IsP256(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static string KeyIdOf(string owner, ECDsa key) =>
        owner + "." + Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,30}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,30}\.[0-9a-f]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyIds();

    private sealed record Published(VerificationKey Key, long ReadAt);
}

/// <summary>This process's private key.</summary>
internal sealed class SigningKey(string kid, ECDsa key)
{
    // The framework does not promise that one instance may be used by several threads.
    private readonly Lock _oneAtATime = new();

    public string Kid { get; } = kid;

    public byte[] Sign(byte[] data)
    {
        lock (_oneAtATime)
        {
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}

/// <summary>A published key and the process that owns it.</summary>
internal sealed class VerificationKey(string kid, string owner, ECDsa key)
{
    private readonly Lock _oneAtATime = new();

    public string Kid { get; } = kid;

    public string Owner { get; } = owner;

    public bool Verify(byte[] data, byte[] signature)
    {
        lock (_oneAtATime)
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}
