using System.Text.Json;
using System.Text.RegularExpressions;
using Ketman.Hosting;

namespace Ketman.Gateway.Tokens;

/// <summary>What a token says of whom and for how long, checked; the signature is another's business.</summary>
/// <param name="Subject">Its <c>sub</c>.</param>
/// <param name="Name">What is recorded with events: <c>oidc:</c> and the name claim. No key or user can be called so.</param>
/// <param name="Roles">Those that its role claim gives.</param>
/// <param name="ExpiresAt">UTC; clocks may differ by <see cref="Skew"/>.</param>
internal sealed partial record TokenClaims(string Subject, string Name, IReadOnlyList<string> Roles, DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private const string Prefix = "oidc:";
    private const int LongestSubject = 255;
    private const double YearTenThousand = 253_402_300_800;

    /// <summary>Reads and checks the claims; otherwise the reason, without any value of them.</summary>
    public static (TokenClaims? Claims, string? Refusal) Read(JsonElement claims, string issuer, OidcSettings settings, DateTimeOffset now)
    {
        if (Text(claims, "iss") != issuer)
        {
            return (null, "it is of another issuer");
        }

        if (!Audiences(claims).Contains(settings.Audience))
        {
            return (null, "it is for another audience");
        }

        if (Time(claims, "exp") is not { } expires || Time(claims, "iat") is not { } issued || issued >= expires)
        {
            return (null, "exp or iat is missing or makes no sense");
        }

        if (now >= expires + Skew)
        {
            return (null, "it is expired");
        }

        if (issued > now + Skew || (claims.TryGetProperty("nbf", out _) && (Time(claims, "nbf") is not { } begins || begins > now + Skew)))
        {
            return (null, "it is not valid yet");
        }

        if (Text(claims, "sub") is not { Length: > 0 and <= LongestSubject } subject || subject.Any(c => c is <= ' ' or > '~'))
        {
            return (null, "sub is missing or no identifier");
        }

        return Text(claims, settings.NameClaim) is { } name && Names().IsMatch(name)
            ? (new TokenClaims(subject, Prefix + name, RolesOf(claims, settings), expires), null)
            : (null, "the claim that KETMAN_OIDC_NAME_CLAIM names is missing or no name");
    }

    private static IReadOnlyList<string> RolesOf(JsonElement claims, OidcSettings settings)
    {
        var values = Values(Find(claims, settings.RoleClaim));
        var given = settings.Roles is { } map ? values.Select(value => map.GetValueOrDefault(value)).OfType<string>() : values;
        return [.. Callers.Roles.All.Where(given.ToHashSet(StringComparer.Ordinal).Contains)];
    }

    // A claim's name may itself have dots (it may be a URL), so the whole of it is looked for first.
    private static JsonElement? Find(JsonElement claims, string path)
    {
        if (claims.TryGetProperty(path, out var whole))
        {
            return whole;
        }

        foreach (var name in path.Split('.'))
        {
            if (claims.ValueKind is not JsonValueKind.Object || !claims.TryGetProperty(name, out claims))
            {
                return null;
            }
        }

        return claims;
    }

    // A list, or as in `scope` one text with spaces between.
    private static IEnumerable<string> Values(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).Select(one => one.GetString()!),
        _ => [],
    };

    private static IEnumerable<string> Audiences(JsonElement claims) =>
        !claims.TryGetProperty("aud", out var aud) ? []
        : aud.ValueKind is JsonValueKind.String ? [aud.GetString()!]
        : aud.ValueKind is JsonValueKind.Array && aud.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String) ? aud.EnumerateArray().Select(one => one.GetString()!)
        : [];

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < YearTenThousand
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    [GeneratedRegex(@"\A[\p{L}\p{N}][\p{L}\p{N}._@+|:/~-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
