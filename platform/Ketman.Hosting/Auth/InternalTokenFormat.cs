using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ketman.Contracts;

namespace Ketman.Hosting.Auth;

/// <summary>
/// Writes and reads <see cref="InternalToken"/> as a JWS (compact form, ES256). There is exactly one way to write a token and
/// nothing else is read: the header is compared as text, so there is no algorithm to negotiate and no key to smuggle in, and
/// an unknown, missing or doubled claim refuses the token.
/// </summary>
internal static class InternalTokenFormat
{
    private const string HeaderBeforeKid = """{"alg":"ES256","kid":""" + "\"";
    private const string HeaderAfterKid = "\"" + ""","typ":"ketman+jwt"}""";
    private const int LongestToken = 2048;
    private const int SignatureCharacters = 86;

    // Clocks of two machines differ a little; a token of the near future is not a forgery.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    public static string Write(InternalToken token, SigningKey key)
    {
        var claims = new Claims(
            token.Issuer, token.Audience, token.Subject.Id, token.Subject.Name, token.Subject.Roles, token.Subject.Clearance, token.Scope,
            token.IssuedAt.ToUnixTimeSeconds(), token.ExpiresAt.ToUnixTimeSeconds(), token.Id);
        var header = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(HeaderBeforeKid + key.Kid + HeaderAfterKid));
        var payload = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, TokenJson.Default.Claims));
        var signed = header + "." + payload;
        return signed + "." + Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Reads a token and checks all of it; false for whatever is not exactly right, without saying what.</summary>
    public static bool TryRead(
        string compact, InternalKeys keys, string audience, DateTimeOffset now, [NotNullWhen(true)] out InternalToken? token)
    {
        token = null;
        if (compact.Length > LongestToken || !TrySplit(compact, out var header, out var payload, out var signature)
            || !TryDecode(header, out var headerBytes) || !TryDecode(payload, out var payloadBytes)
            || signature.Length != SignatureCharacters || !TryDecode(signature, out var signatureBytes))
        {
            return false;
        }

        var headerText = Encoding.UTF8.GetString(headerBytes);
        if (!headerText.StartsWith(HeaderBeforeKid, StringComparison.Ordinal)
            || !headerText.EndsWith(HeaderAfterKid, StringComparison.Ordinal)
            || headerText.Length <= HeaderBeforeKid.Length + HeaderAfterKid.Length)
        {
            return false;
        }

        var kid = headerText[HeaderBeforeKid.Length..^HeaderAfterKid.Length];
        if (keys.Find(kid) is not { } key
            || !key.Verify(Encoding.ASCII.GetBytes(compact, 0, header.Length + 1 + payload.Length), signatureBytes)
            || ReadClaims(payloadBytes) is not { } claims)
        {
            return false;
        }

        if (claims.Iss != key.Owner || claims.Aud != audience || claims.Sub.Length == 0 || claims.Name.Length == 0
            || claims.Roles.Any(string.IsNullOrEmpty) || !Enum.IsDefined(claims.Clearance) || !TryTime(claims.Iat, out var issued) || !TryTime(claims.Exp, out var expires)
            || expires <= issued || expires - issued > InternalToken.LongestLife || expires <= now || issued > now + ClockSkew)
        {
            return false;
        }

        token = new InternalToken(
            claims.Iss, claims.Aud, new TokenSubject(claims.Sub, claims.Name, claims.Roles, claims.Clearance), claims.Scope, issued, expires, claims.Jti);
        return true;
    }

    private static bool TrySplit(
        string compact, out ReadOnlySpan<char> header, out ReadOnlySpan<char> payload, out ReadOnlySpan<char> signature)
    {
        header = payload = signature = default;
        var first = compact.IndexOf('.', StringComparison.Ordinal);
        var last = compact.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || compact.AsSpan(first + 1, last - first - 1).Contains('.'))
        {
            return false;
        }

        header = compact.AsSpan(0, first);
        payload = compact.AsSpan(first + 1, last - first - 1);
        signature = compact.AsSpan(last + 1);
        return true;
    }

    /// <summary>The framework's decoder forgives padding, white space and stray bits; a token has one spelling only.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var written) is not OperationStatus.Done
            || !text.SequenceEqual(Base64Url.EncodeToString(buffer.AsSpan(0, written))))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }

    private static Claims? ReadClaims(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, TokenJson.Default.Claims);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryTime(long seconds, out DateTimeOffset time)
    {
        var known = seconds is > 0 and < 253_402_300_800; // the year 10000
        time = known ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return known;
    }

    /// <summary>The payload; every member is required and none may be added.</summary>
    internal sealed record Claims(
        string Iss, string Aud, string Sub, string Name, IReadOnlyList<string> Roles, Tlp Clearance, TokenScope Scope, long Iat, long Exp, Guid Jti);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    MaxDepth = 3)]
[JsonSerializable(typeof(InternalTokenFormat.Claims))]
internal sealed partial class TokenJson : JsonSerializerContext;
