using System.Security.Cryptography;
using System.Text;
using Ketman.Hosting;
using Ketman.Hosting.Auth;

namespace Ketman.Gateway.Users;

/// <summary>
/// The key under which second factors and recovery codes are kept, in a file beside the signing keys: a copy of the database alone
/// gives neither.
/// </summary>
internal sealed class UserSecrets(KetmanSettings settings)
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private byte[]? _key;

    /// <summary>Reads the key or makes it; only one gateway at a time may call this.</summary>
    /// <exception cref="SettingException">KETMAN_KEYS cannot be used, or what lies there is no key.</exception>
    public void Open()
    {
        var file = Path.Combine(settings.KeysDirectory, "gateway-users.key");
        try
        {
            if (!File.Exists(file))
            {
                OwnerOnlyFile.Write(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize)) + "\n");
            }

            OwnerOnlyFile.Close(file);
            _key = Convert.FromBase64String(File.ReadAllText(file).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SettingException("KETMAN_KEYS", "a directory in which gateway-users.key is a key or may be made");
        }

        if (_key.Length != KeySize)
        {
            throw new SettingException("KETMAN_KEYS", "a directory in which gateway-users.key is a key or may be made");
        }
    }

    /// <summary>Encrypts for one user; it cannot be moved to another.</summary>
    public byte[] Encrypt(Guid user, byte[] secret)
    {
        var sealedText = new byte[NonceSize + secret.Length + TagSize];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceSize));
        using var aes = new AesGcm(Key, TagSize);
        aes.Encrypt(
            sealedText.AsSpan(0, NonceSize), secret, sealedText.AsSpan(NonceSize, secret.Length), sealedText.AsSpan(NonceSize + secret.Length), user.ToByteArray());
        return sealedText;
    }

    /// <summary>What was encrypted for this user, or null when it was not, or with a key that is lost.</summary>
    public byte[]? Decrypt(Guid user, byte[] sealedText)
    {
        var secret = new byte[sealedText.Length - NonceSize - TagSize];
        using var aes = new AesGcm(Key, TagSize);
        try
        {
            aes.Decrypt(
                sealedText.AsSpan(0, NonceSize), sealedText.AsSpan(NonceSize, secret.Length), sealedText.AsSpan(NonceSize + secret.Length), secret, user.ToByteArray());
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A recovery code has too little chance in it for a plain hash.</summary>
    public byte[] HashCode(Guid user, string code) =>
        HMACSHA256.HashData(Key, (byte[])[.. user.ToByteArray(), .. Encoding.UTF8.GetBytes(code)]);

    /// <summary>What only this gateway can say of a name and a browser.</summary>
    public byte[] Vouch(string name, string browser) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"browser\n{name}\n{browser}"));

    /// <summary>A key for one purpose, from which the others do not follow; every gateway has the same. Null before <see cref="Open"/>.</summary>
    public byte[]? KeyFor(string purpose) =>
        _key is { } key ? HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeySize, info: Encoding.UTF8.GetBytes(purpose)) : null;

    private byte[] Key => _key ?? throw new InvalidOperationException("The key is read before anybody can sign in.");
}
