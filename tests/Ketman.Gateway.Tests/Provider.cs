using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ketman.Gateway.Tests;

/// <summary>An OpenID Connect provider: a real server that publishes itself and its keys, and signs tokens.</summary>
internal sealed class Provider : IAsyncDisposable
{
    public const string Audience = "ketman";

    // Making one takes longer than most tests.
    private static readonly RSA s_rsa = RSA.Create(2048);

    private readonly WebApplication _app;
    private int _asked;

    private Provider(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public string Issuer => Url.ToString().TrimEnd('/') + "/realms/team";

    /// <summary>What it serves as keys; null: an answer 503.</summary>
    public JsonArray? Keys { get; set; } = [];

    /// <summary>Other members of its discovery document.</summary>
    public JsonObject Discovery { get; } = [];

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public RSA Rsa { get; } = s_rsa;

    public ECDsa Elliptic { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public OidcSettings Settings => new(new Uri(Issuer), Audience, "roles", "sub", null);

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var provider = new Provider(app);
        app.MapGet("/realms/team/.well-known/openid-configuration", () =>
        {
            var document = new JsonObject { ["issuer"] = provider.Issuer, ["jwks_uri"] = provider.Issuer + "/keys" };
            foreach (var (name, value) in provider.Discovery)
            {
                document[name] = value?.DeepClone();
            }

            return Results.Text(document.ToJsonString(), "application/json");
        });
        app.MapGet("/realms/team/keys", () =>
        {
            Interlocked.Increment(ref provider._asked);
            return provider.Keys is { } keys
                ? Results.Text(new JsonObject { ["keys"] = keys.DeepClone() }.ToJsonString(), "application/json")
                : Results.StatusCode(503);
        });
        app.MapGet("/elsewhere", () => Results.Redirect(provider.Issuer + "/keys"));
        app.MapGet("/huge", () => Results.Text(
            new JsonObject { ["keys"] = provider.Keys!.DeepClone(), ["padding"] = new string('x', 1024 * 1024) }.ToJsonString(), "application/json"));
        await app.StartAsync();
        provider.Keys = [provider.RsaKey("rsa"), provider.EllipticKey("ec")];
        return provider;
    }

    public JsonObject RsaKey(string id, RSA? rsa = null, string? algorithm = null, string? use = "sig")
    {
        var parameters = (rsa ?? Rsa).ExportParameters(false);
        return With(new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) }, algorithm, use);
    }

    public JsonObject EllipticKey(string id, ECDsa? key = null, string? algorithm = null, string? use = "sig")
    {
        var parameters = (key ?? Elliptic).ExportParameters(false);
        return With(
            new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["kid"] = id,
                ["x"] = Base64Url.EncodeToString(parameters.Q.X),
                ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
            },
            algorithm, use);
    }

    /// <summary>The claims of a good token for a lead; change them at will.</summary>
    public JsonObject Claims(params IReadOnlyList<string> roles)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = "f3a1-mira",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
            ["roles"] = new JsonArray([.. (roles.Count > 0 ? roles : ["lead"]).Select(role => JsonValue.Create(role))]),
        };
    }

    /// <summary>A token; by default RS256 of the published RSA key.</summary>
    public string Token(JsonObject? claims = null, string algorithm = "RS256", string? kid = "rsa", string? header = null, Func<byte[], byte[]>? sign = null, string? payload = null)
    {
        header ??= kid is null ? $$"""{"alg":"{{algorithm}}","typ":"at+jwt"}""" : $$"""{"alg":"{{algorithm}}","kid":"{{kid}}","typ":"at+jwt"}""";
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload ?? (claims ?? Claims()).ToJsonString()))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        sign ??= algorithm switch
        {
            "RS256" => data => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => data => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => data => Elliptic.SignData(data, HashAlgorithmName.SHA256),
        };
        return $"{signed}.{Encode(sign(bytes))}";
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Elliptic.Dispose();
    }

    private static JsonObject With(JsonObject key, string? algorithm, string? use)
    {
        if (algorithm is not null)
        {
            key["alg"] = algorithm;
        }

        if (use is not null)
        {
            key["use"] = use;
        }

        return key;
    }
}
