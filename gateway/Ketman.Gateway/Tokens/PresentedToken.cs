using System.Text;
using System.Text.Json;

namespace Ketman.Gateway.Tokens;

/// <summary>A token as it was presented: taken apart, and nothing of it believed yet.</summary>
/// <param name="Algorithm">RS256, PS256 or ES256; no other is read.</param>
/// <param name="KeyId">The key it says to be signed with; null: it does not say.</param>
/// <param name="Claims">The payload, an object without a name that comes twice.</param>
/// <param name="Signed">What the signature covers.</param>
/// <param name="Signature">The signature.</param>
internal sealed record PresentedToken(string Algorithm, string? KeyId, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>Longer than any provider's tokens, shorter than what would be work.</summary>
    public const int Longest = 8 * 1024;

    private const int LongestKeyId = 256;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Whether a text has the shape of a token: three parts.</summary>
    public static bool HasShape(ReadOnlySpan<char> text) => text.Length <= Longest && text.Count('.') == 2;

    /// <summary>Takes a token apart; null for what is not exactly one.</summary>
    public static PresentedToken? Read(string text)
    {
        if (!HasShape(text))
        {
            return null;
        }

        var parts = text.Split('.');
        if (parts.Any(part => part.Length == 0) || !Base64.TryDecode(parts[0], out var header) || !Base64.TryDecode(parts[1], out var payload)
            || !Base64.TryDecode(parts[2], out var signature) || ReadObject(header) is not { } head || ReadObject(payload) is not { } claims)
        {
            return null;
        }

        // "none" and the HMACs are no algorithms of a provider whose keys are public, and an extension that must be understood is not.
        // Keys and their addresses in the header (jwk, jku, x5u) are never looked at.
        if (head.TryGetProperty("crit", out _) || !TryText(head, "alg", out var algorithm) || algorithm is not ("RS256" or "PS256" or "ES256")
            || !TryText(head, "typ", out var type) || !IsAccessToken(type) || !TryText(head, "kid", out var id) || id?.Length > LongestKeyId)
        {
            return null;
        }

        return new PresentedToken(algorithm, id, claims, Encoding.ASCII.GetBytes(text, 0, parts[0].Length + 1 + parts[1].Length), signature);
    }

    private static bool IsAccessToken(string? type) =>
        type is null || type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase);

    private static bool TryText(JsonElement element, string name, out string? text)
    {
        text = null;
        if (!element.TryGetProperty(name, out var value))
        {
            return true;
        }

        text = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }

    private static JsonElement? ReadObject(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
