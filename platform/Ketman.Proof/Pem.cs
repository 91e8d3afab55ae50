using System.Security.Cryptography;

namespace Ketman.Proof;

/// <summary>Keys in text.</summary>
internal static class Pem
{
    /// <summary>The bytes of the one object that <paramref name="text"/> holds.</summary>
    /// <exception cref="CryptographicException">There is none with that label.</exception>
    public static byte[] Read(ReadOnlySpan<char> text, string label)
    {
        if (!PemEncoding.TryFind(text, out var fields) || !text[fields.Label].SequenceEqual(label))
        {
            throw new CryptographicException($"There is no PEM text with the label {label}.");
        }

        var der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(text[fields.Base64Data], der, out var written) && written == der.Length
            ? der
            : throw new CryptographicException("The PEM text is damaged.");
    }
}
