using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ketman.Gateway.Tests;

/// <summary>Tokens that somebody made who is not the provider, or not for us, or not now.</summary>
public sealed class TokenForgeryTests(SharedProvider shared) : IClassFixture<SharedProvider>
{
    private static readonly RSA s_otherRsa = RSA.Create(2048);
    private static readonly ECDsa s_otherElliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly Provider _provider = shared.Provider;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Forgeries =>
    [
        "alg none", "alg none without signature", "alg NONE", "HS256 with the modulus", "HS256 with the public key in PEM", "RS512", "ES256 of the RSA key", "RS256 of the elliptic key",
        "kid of the other key", "kid unknown", "kid is a number", "no alg", "crit", "header twice alg", "typ of a logout token", "a key of its own in the header",
        "a key's address in the header", "header is a list", "signature of another RSA key", "signature of another elliptic key", "signature in DER", "all zero signature",
        "empty signature", "short signature", "padding", "four parts", "encrypted shape", "payload changed", "payload is no JSON", "payload is a list", "exp twice", "sub twice",
        "other issuer", "issuer with a slash", "no issuer", "issuer is a list", "other audience", "no audience", "audience in parts", "audience list with a number", "expired",
        "no exp", "exp is text", "exp past all calendars", "exp before iat", "no iat", "iat in the future", "nbf in the future", "nbf is text", "no sub", "empty sub",
        "sub with a line break", "sub too long", "sub is a number", "oversized",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task a_token_that_is_not_exactly_right_is_refused(string forgery)
    {
        (await GetAsync("/api/v1/board", _provider.Token())).StatusCode.ShouldBe(HttpStatusCode.OK, "a good one must pass before a bad one proves anything");
        var token = Forged(forgery);
        using var response = await GetAsync("/api/v1/board", token);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, await response.Content.ReadAsStringAsync(Cancellation));
        // Once more: a refusal is not remembered as anything else.
        (await GetAsync("/api/v1/board", token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("RS256", "rsa")]
    [InlineData("ES256", "ec")]
    public async Task a_token_with_any_one_character_changed_is_refused(string algorithm, string kid)
    {
        var token = _provider.Token(algorithm: algorithm, kid: kid);
        for (var index = 0; index < token.Length; index += 3)
        {
            var changed = token[..index] + (token[index] == 'A' ? 'B' : 'A') + token[(index + 1)..];
            (await GetAsync("/api/v1/board", changed)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"character {index} was changed");
        }
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await shared.Platform.Stranger.SendAsync(request, Cancellation);
    }

    private string Forged(string forgery)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        byte[] RsaSign(byte[] data) => _provider.Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        switch (forgery)
        {
            case "alg none": return _provider.Token(header: """{"alg":"none","kid":"rsa"}""", sign: RsaSign);
            case "alg none without signature": return _provider.Token(header: """{"alg":"none"}""", sign: _ => []);
            case "alg NONE": return _provider.Token(header: """{"alg":"NONE","kid":"rsa"}""", sign: RsaSign);
            case "HS256 with the modulus": return _provider.Token(algorithm: "HS256", sign: data => HMACSHA256.HashData(_provider.Rsa.ExportParameters(false).Modulus!, data));
            case "HS256 with the public key in PEM": return _provider.Token(algorithm: "HS256", sign: data => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_provider.Rsa.ExportSubjectPublicKeyInfoPem()), data));
            case "RS512": return _provider.Token(algorithm: "RS512", sign: data => _provider.Rsa.SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
            case "ES256 of the RSA key": return _provider.Token(algorithm: "ES256", kid: "rsa", sign: RsaSign);
            case "RS256 of the elliptic key": return _provider.Token(algorithm: "RS256", kid: "ec", sign: data => _provider.Elliptic.SignData(data, HashAlgorithmName.SHA256));
            case "kid of the other key": return _provider.Token(kid: "ec");
            case "kid unknown": return _provider.Token(kid: "gone");
            case "kid is a number": return _provider.Token(header: """{"alg":"RS256","kid":7}""");
            case "no alg": return _provider.Token(header: """{"kid":"rsa"}""");
            case "crit": return _provider.Token(header: """{"alg":"RS256","kid":"rsa","crit":["exp"]}""");
            case "header twice alg": return _provider.Token(header: """{"alg":"none","alg":"RS256","kid":"rsa"}""");
            case "typ of a logout token": return _provider.Token(header: """{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}""");
            case "a key of its own in the header":
                return _provider.Token(
                    header: new JsonObject { ["alg"] = "RS256", ["kid"] = "mine", ["jwk"] = _provider.RsaKey("mine", s_otherRsa) }.ToJsonString(),
                    sign: data => s_otherRsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "a key's address in the header":
                return _provider.Token(
                    header: """{"alg":"RS256","kid":"mine","jku":"https://evil.example/keys","x5u":"https://evil.example/key"}""",
                    sign: data => s_otherRsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "header is a list": return _provider.Token(header: """["alg","RS256"]""");
            case "signature of another RSA key": return _provider.Token(sign: data => s_otherRsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "signature of another elliptic key": return _provider.Token(algorithm: "ES256", kid: "ec", sign: data => s_otherElliptic.SignData(data, HashAlgorithmName.SHA256));
            case "signature in DER":
                return _provider.Token(algorithm: "ES256", kid: "ec", sign: data => _provider.Elliptic.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            case "all zero signature": return _provider.Token(algorithm: "ES256", kid: "ec", sign: _ => new byte[64]);
            case "empty signature": return _provider.Token(sign: _ => []);
            case "short signature": return _provider.Token(sign: data => RsaSign(data)[..255]);
            case "padding": return _provider.Token() + "==";
            case "four parts": return _provider.Token() + ".AA";
            case "encrypted shape": return _provider.Token() + ".AA.AA";
            case "payload changed":
                var parts = _provider.Token(_provider.Claims("viewer")).Split('.');
                return $"{parts[0]}.{Provider.Encode(Encoding.UTF8.GetBytes(_provider.Claims("admin").ToJsonString()))}.{parts[2]}";
            case "payload is no JSON": return _provider.Token(payload: "{");
            case "payload is a list": return _provider.Token(payload: "[]");
            case "exp twice": return _provider.Token(payload: Twice("exp", now + 900));
            case "sub twice": return _provider.Token(payload: Twice("sub", "root"));
            case "other issuer": return With("iss", "https://evil.example");
            case "issuer with a slash": return With("iss", _provider.Issuer + "/");
            case "no issuer": return With("iss", null);
            case "issuer is a list": return With("iss", new JsonArray(_provider.Issuer));
            case "other audience": return With("aud", "another");
            case "no audience": return With("aud", null);
            case "audience in parts": return With("aud", "ket man");
            case "audience list with a number": return With("aud", new JsonArray(Provider.Audience, 7));
            case "expired": return With("exp", now - 31, ("iat", now - 300));
            case "no exp": return With("exp", null);
            case "exp is text": return With("exp", (now + 300).ToString(System.Globalization.CultureInfo.InvariantCulture));
            case "exp past all calendars": return With("exp", 1e18);
            case "exp before iat": return With("exp", now + 5, ("iat", now + 10));
            case "no iat": return With("iat", null);
            case "iat in the future": return With("iat", now + 60);
            case "nbf in the future": return With("nbf", now + 60);
            case "nbf is text": return With("nbf", "now");
            case "no sub": return With("sub", null);
            case "empty sub": return With("sub", "");
            case "sub with a line break": return With("sub", "mira\nroot");
            case "sub too long": return With("sub", new string('x', 256));
            case "sub is a number": return With("sub", 7);
            case "oversized": return With("padding", new string('x', 9000));
            default: throw new ArgumentOutOfRangeException(nameof(forgery), forgery, null);
        }

        string With(string claim, JsonNode? value, params (string Claim, JsonNode? Value)[] more)
        {
            var claims = _provider.Claims();
            foreach (var (name, what) in more.Prepend((claim, value)))
            {
                claims.Remove(name);
                if (what is not null)
                {
                    claims[name] = what;
                }
            }

            return _provider.Token(claims);
        }

        string Twice(string claim, JsonNode value) => _provider.Claims().ToJsonString().TrimEnd('}') + $",\"{claim}\":{value.ToJsonString()}}}";
    }
}

/// <summary>One provider and one gateway that takes its tokens, for tests that leave both as they were.</summary>
public sealed class SharedProvider : IAsyncLifetime
{
    internal Provider Provider { get; private set; } = null!;

    internal Platform Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await Provider.StartAsync();
        Platform = await Platform.StartAsync(null, Provider.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
