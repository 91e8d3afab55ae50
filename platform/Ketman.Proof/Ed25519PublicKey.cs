using System.Security.Cryptography;

namespace Ketman.Proof;

/// <summary>The public half of an Ed25519 key (RFC 8032).</summary>
public sealed class Ed25519PublicKey
{
    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureLength = 64;

    private const int KeyLength = 32;
    private const string Label = "PUBLIC KEY";

    private readonly LibCrypto.KeyHandle _handle;
    private readonly byte[] _raw;

    /// <summary>Takes the 32 bytes of RFC 8032.</summary>
    /// <exception cref="CryptographicException">They are no key.</exception>
    public Ed25519PublicKey(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != KeyLength)
        {
            throw new CryptographicException("An Ed25519 public key has 32 bytes.");
        }

        _raw = raw.ToArray();
        _handle = LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, _raw, KeyLength);
        if (_handle.IsInvalid)
        {
            throw LibCrypto.Failure("an Ed25519 public key");
        }

        Id = Convert.ToHexStringLower(SHA256.HashData(Spki()));
    }

    /// <summary>
    /// Its fingerprint, by which it is named: SHA-256 of its SubjectPublicKeyInfo in DER, lower-case hexadecimal. It is what
    /// <c>openssl pkey -pubin -in KEY.pem -outform DER | sha256sum</c> prints.
    /// </summary>
    public string Id { get; }

    // SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING }, RFC 8410: of fixed length, so what comes before the key is fixed too.
    private static ReadOnlySpan<byte> SpkiPrefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>The 32 bytes.</summary>
    public ReadOnlySpan<byte> Raw => _raw;

    /// <summary>Reads <c>-----BEGIN PUBLIC KEY-----</c>.</summary>
    /// <exception cref="CryptographicException">It is no Ed25519 public key.</exception>
    public static Ed25519PublicKey FromPem(ReadOnlySpan<char> pem)
    {
        var der = Pem.Read(pem, Label);
        return der.AsSpan().StartsWith(SpkiPrefix) && der.Length == SpkiPrefix.Length + KeyLength
            ? new Ed25519PublicKey(der.AsSpan(SpkiPrefix.Length))
            : throw new CryptographicException("It is a public key of another kind than Ed25519.");
    }

    /// <summary>As PEM, with a line feed at its end.</summary>
    public string ToPem() => PemEncoding.WriteString(Label, Spki()) + "\n";

    /// <summary>Whether this key signed <paramref name="data"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        using var context = LibCrypto.NewContext();
        if (context.IsInvalid || LibCrypto.VerifyInit(context, 0, 0, 0, _handle) != 1)
        {
            throw LibCrypto.Failure("to verify");
        }

        // 0 is a wrong signature, less is one that could not even be read.
        var verified = LibCrypto.Verify(context, signature, SignatureLength, data, (nuint)data.Length) == 1;
        if (!verified)
        {
            LibCrypto.ClearErrors();
        }

        return verified;
    }

    private byte[] Spki() => [.. SpkiPrefix, .. _raw];
}
