using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ketman.Proof;

/// <summary>A JSON document in its canonical form (that of <c>jsonb</c>, without blanks), with its digest.</summary>
/// <param name="Json">The canonical form.</param>
/// <param name="Digest">SHA-256 of it in UTF-8, lower-case hex.</param>
public sealed record CanonicalText(string Json, string Digest)
{
    /// <summary>Canonicalises <paramref name="json"/>.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static CanonicalText Of(ReadOnlySpan<byte> json)
    {
        var buffer = new ByteBuffer();
        CanonicalJson.Write(json, buffer);
        return new CanonicalText(Encoding.UTF8.GetString(buffer.Written), Convert.ToHexStringLower(SHA256.HashData(buffer.Written)));
    }
}
