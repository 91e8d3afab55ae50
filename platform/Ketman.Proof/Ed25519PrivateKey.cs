using System.Security.Cryptography;

namespace Ketman.Proof;

/// <summary>An Ed25519 key that signs (RFC 8032). Threads may share it.</summary>
public sealed class Ed25519PrivateKey : IDisposable
{
    private const int SeedLength = 32;
    private const string Label = "PRIVATE KEY";

    private readonly LibCrypto.KeyHandle _handle;

    /// <summary>Takes the 32 bytes that RFC 8032 calls the private key.</summary>
    /// <exception cref="CryptographicException">They are no key.</exception>
    public Ed25519PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
        {
            throw new CryptographicException("An Ed25519 private key has 32 bytes.");
        }

        _handle = LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, seed, SeedLength);
        Span<byte> raw = stackalloc byte[SeedLength];
        var length = (nuint)SeedLength;
        if (_handle.IsInvalid || LibCrypto.GetPublicKey(_handle, raw, ref length) != 1)
        {
            throw LibCrypto.Failure("an Ed25519 private key");
        }

        Public = new Ed25519PublicKey(raw);
    }

    /// <summary>What others verify with.</summary>
    public Ed25519PublicKey Public { get; }

    // PKCS#8 version 0, OID 1.3.101.112, an OCTET STRING within an OCTET STRING (RFC 8410).
    private static ReadOnlySpan<byte> Pkcs8Prefix => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    /// <summary>Makes a new key.</summary>
    /// <returns>Its PKCS#8 form as PEM, with a line feed at its end.</returns>
    public static string MakePem()
    {
        Span<byte> pkcs8 = stackalloc byte[Pkcs8Prefix.Length + SeedLength];
        Pkcs8Prefix.CopyTo(pkcs8);
        RandomNumberGenerator.Fill(pkcs8[Pkcs8Prefix.Length..]);
        var pem = PemEncoding.WriteString(Label, pkcs8) + "\n";
        CryptographicOperations.ZeroMemory(pkcs8);
        return pem;
    }

    /// <summary>Reads <c>-----BEGIN PRIVATE KEY-----</c>, as <c>openssl genpkey -algorithm ed25519</c> writes it.</summary>
    /// <exception cref="CryptographicException">It is no Ed25519 private key.</exception>
    public static Ed25519PrivateKey FromPem(ReadOnlySpan<char> pem)
    {
        var der = Pem.Read(pem, Label);
        try
        {
            return der.AsSpan().StartsWith(Pkcs8Prefix) && der.Length == Pkcs8Prefix.Length + SeedLength
                ? new Ed25519PrivateKey(der.AsSpan(Pkcs8Prefix.Length))
                : throw new CryptographicException("It is a private key of another kind than Ed25519.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>Signs; the same data always gives the same signature.</summary>
    /// <returns>64 bytes.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        using var context = LibCrypto.NewContext();
        var signature = new byte[Ed25519PublicKey.SignatureLength];
        var length = (nuint)signature.Length;
        return !context.IsInvalid && LibCrypto.SignInit(context, 0, 0, 0, _handle) == 1
            && LibCrypto.Sign(context, signature, ref length, data, (nuint)data.Length) == 1 && length == (nuint)signature.Length
            ? signature
            : throw LibCrypto.Failure("to sign");
    }

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();
}
