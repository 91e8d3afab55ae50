using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ketman.Gateway.Tokens;

/// <summary>
/// A public key of the identity provider (a JSON web key). What a key may verify follows from what it is, never from what a token says:
/// an RSA key RS256 and PS256, an elliptic one of P-256 ES256, and of these only the one that the key names, if it does.
/// </summary>
internal sealed class ProviderKey
{
    private const int ShortestModulus = 256; // 2048 bits
    private const int LongestModulus = 1024;
    private const int LongestExponent = 4;

    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _elliptic;
    private readonly string? _algorithm;

    private ProviderKey(string? id, string? algorithm, RSAParameters? rsa, ECParameters? elliptic) => (Id, _algorithm, _rsa, _elliptic) = (id, algorithm, rsa, elliptic);

    /// <summary>Its <c>kid</c>.</summary>
    public string? Id { get; }

    /// <summary>Reads a key; null for one that verifies nothing here: another kind, another use, too weak.</summary>
    public static ProviderKey? Read(JsonElement key)
    {
        if (key.ValueKind is not JsonValueKind.Object || Text(key, "use") is not (null or "sig") || !IsForVerifying(key))
        {
            return null;
        }

        var (id, algorithm) = (Text(key, "kid"), Text(key, "alg"));
        switch (Text(key, "kty"))
        {
            case "RSA" when algorithm is null or "RS256" or "PS256"
                    && Bytes(key, "n") is { Length: >= ShortestModulus and <= LongestModulus } modulus && modulus[0] != 0
                    && Bytes(key, "e") is { Length: >= 1 and <= LongestExponent } exponent && (exponent[^1] & 1) == 1 && (exponent.Length > 1 || exponent[0] >= 3):
                return new ProviderKey(id, algorithm, new RSAParameters { Modulus = modulus, Exponent = exponent }, null);
            case "EC" when algorithm is null or "ES256" && Text(key, "crv") == "P-256"
                    && Bytes(key, "x") is { Length: 32 } x && Bytes(key, "y") is { Length: 32 } y:
                var point = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
                return IsOnCurve(point) ? new ProviderKey(id, algorithm, null, point) : null;
            default:
                return null;
        }
    }

    /// <summary>Whether a token that names this algorithm may be of this key.</summary>
    public bool Serves(string algorithm) =>
        (_algorithm is null || _algorithm == algorithm) && (_rsa is not null ? algorithm is "RS256" or "PS256" : algorithm is "ES256");

    /// <summary>Whether the signature is this key's; only for what it <see cref="Serves"/>.</summary>
    public bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        // Made for each: it is done once a minute for a token, and the framework's objects are not for several threads at once.
        if (_rsa is { } parameters)
        {
            using var rsa = RSA.Create(parameters);
            return signature.Length == parameters.Modulus!.Length && rsa.VerifyData(
                signed, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }

        using var elliptic = ECDsa.Create(_elliptic!.Value);
        return signature.Length == 64 && elliptic.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }

    private static bool IsOnCurve(ECParameters point)
    {
        try
        {
            using var key = ECDsa.Create(point);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsForVerifying(JsonElement key) =>
        !key.TryGetProperty("key_ops", out var operations)
        || (operations.ValueKind is JsonValueKind.Array && operations.EnumerateArray().Any(one => one.ValueKind is JsonValueKind.String && one.ValueEquals("verify")));

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) ? value.ValueKind is JsonValueKind.String ? value.GetString() : "" : null;

    private static byte[]? Bytes(JsonElement key, string name) => Text(key, name) is { } text && Base64.TryDecode(text, out var bytes) ? bytes : null;
}

/// <summary>Base 64 as tokens write it: the URL's alphabet, no padding, one spelling.</summary>
internal static class Base64
{
    // The framework's decoder forgives padding, white space and stray bits.
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (text.ContainsAny("= \t\r\n") || Base64Url.DecodeFromChars(text, buffer, out _, out var written) is not OperationStatus.Done
            || !text.SequenceEqual(Base64Url.EncodeToString(buffer.AsSpan(0, written))))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }
}
