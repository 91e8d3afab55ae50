using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Hosting;
using Ketman.Hosting.Auth;

namespace Ketman.Gateway.Tests;

/// <summary>A service reached around the gateway: what opens it, and that nothing else does.</summary>
public sealed class ServiceDoorTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _keys = new();
    private readonly HttpClient _client = new();
    private StandIn _service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        InternalKeys.Open(_keys.Path, "gateway", TimeProvider.System);
        InternalKeys.Open(_keys.Path, "metrics", TimeProvider.System);
        _service = await StandIn.StartAsync("intake", _keys.Path);
        _client.BaseAddress = _service.Url;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task only_health_answers_without_credentials()
    {
        (await GetAsync("/health/ready", null)).ShouldBe(200);
        foreach (var path in new[] { "/", "/companies", "/openapi/v1.json", "/internal/resolve", "/no/such/route", "/health/ready/more" })
        {
            using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            await response.ShouldBeProblemAsync(401, "unauthenticated");
            response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        }
    }

    [Fact]
    public async Task the_gateways_token_opens_everything_but_internal()
    {
        var header = Issuer("gateway").OnBehalfOf(Maria, "intake");
        (await GetAsync("/companies", header)).ShouldBe(200);
        (await GetAsync("/internal/resolve", header)).ShouldBe(403);
        (await GetAsync("/INTERNAL/resolve", header)).ShouldBe(403);
    }

    [Fact]
    public async Task a_peers_token_opens_internal_only()
    {
        var header = Issuer("metrics").AsPeer("intake");
        (await GetAsync("/internal/streams/x/events", header)).ShouldBe(200);
        (await GetAsync("/companies", header)).ShouldBe(403);
    }

    [Fact]
    public async Task the_caller_is_who_the_token_names_with_all_roles()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/companies");
        request.Headers.TryAddWithoutValidation("Authorization", Issuer("gateway").OnBehalfOf(Maria, "intake"));
        var echo = await (await _client.SendAsync(request, Cancellation)).EchoAsync();
        echo.Name.ShouldBe("maria");
        echo.Roles.ShouldBe(["viewer", "analyst"]);
    }

    [Fact]
    public async Task a_token_for_another_service_is_refused() =>
        (await GetAsync("/companies", Issuer("gateway").OnBehalfOf(Maria, "disclosures"))).ShouldBe(401);

    /// <summary>Somebody who listened inside has a token of the gateway's, and replays it.</summary>
    [Fact]
    public async Task an_overheard_token_opens_no_other_service_and_nothing_after_its_minute()
    {
        var keys = InternalKeys.Open(_keys.Path, "gateway", TimeProvider.System);
        string Overheard(int secondsAgo, string audience) => new InternalTokenIssuer(keys, new Earlier(TimeSpan.FromSeconds(secondsAgo))).OnBehalfOf(Maria, audience);

        (await GetAsync("/companies", Overheard(50, "intake"))).ShouldBe(200);
        (await GetAsync("/companies", Overheard(50, "disclosures"))).ShouldBe(401);
        (await GetAsync("/companies", Overheard(61, "intake"))).ShouldBe(401);
    }

    private sealed class Earlier(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - by;
    }

    [Fact]
    public async Task only_the_gateways_word_about_people_is_taken() =>
        (await GetAsync("/companies", Issuer("metrics").OnBehalfOf(Maria, "intake"))).ShouldBe(401);

    public static TheoryData<string> Forgeries =>
    [
        "expired", "lives too long", "ends before it begins", "issued in the future", "no expiry", "no audience", "audience as list", "no roles",
        "a null role", "one more claim", "a claim twice", "a time as text", "a time past all calendars", "another issuer than the key's owner",
        "empty name", "unknown scope", "unknown clearance", "alg none", "alg none without signature", "alg HS256 with the public key", "alg ES384", "a key of its own in the header",
        "kid missing", "kid unknown", "kid walks to another directory", "kid is absolute", "kid of another process", "kid with the wrong thumbprint",
        "signature of another key", "signature in DER", "no signature", "padding", "a fourth part", "white space", "a length that no text has", "payload is no JSON",
        "payload is a list", "header members in another order", "oversized",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task a_token_that_is_not_exactly_right_is_refused(string forgery)
    {
        var good = new Forge(_keys.Path);
        (await GetAsync("/companies", "Bearer " + good.Token())).ShouldBe(200, "the forge must make a good token before it makes a bad one");
        (await GetAsync("/companies", "Bearer " + Forged(forgery, new Forge(_keys.Path)))).ShouldBe(401);
    }

    [Fact]
    public async Task a_token_with_any_one_character_changed_is_refused()
    {
        var token = new Forge(_keys.Path).Token();
        for (var index = 0; index < token.Length; index++)
        {
            var changed = token[..index] + (token[index] == 'A' ? 'B' : 'A') + token[(index + 1)..];
            (await GetAsync("/companies", "Bearer " + changed)).ShouldBe(401, $"character {index} was changed");
        }
    }

    [Fact]
    public async Task two_authorization_headers_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/companies");
        var header = Issuer("gateway").OnBehalfOf(Maria, "intake");
        request.Headers.TryAddWithoutValidation("Authorization", [header, header]);
        ((int)(await _client.SendAsync(request, Cancellation)).StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task a_renewed_key_is_noticed_and_the_old_one_is_refused()
    {
        var old = Issuer("gateway");
        (await GetAsync("/companies", old.OnBehalfOf(Maria, "intake"))).ShouldBe(200);

        File.Delete(_keys["gateway.pem"]);
        var renewed = Issuer("gateway").OnBehalfOf(Maria, "intake");
        await Ketman.Testing.Eventually.TrueAsync("the renewed key is read", async () => await GetAsync("/companies", renewed) == 200, cancellation: Cancellation);
        (await GetAsync("/companies", old.OnBehalfOf(Maria with { Name = "another" }, "intake"))).ShouldBe(401);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void private_keys_are_their_owners_only()
    {
        File.GetUnixFileMode(_keys["gateway.pem"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.ReadAllText(_keys["public/gateway.pem"]).ShouldStartWith("-----BEGIN PUBLIC KEY-----");
        Directory.GetFiles(_keys.Path, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();

        File.SetUnixFileMode(_keys["gateway.pem"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Should.Throw<SettingException>(() => InternalKeys.Open(_keys.Path, "gateway", TimeProvider.System)).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task instances_that_start_at_once_agree_on_one_key()
    {
        var published = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            InternalKeys.Open(_keys.Path, "disclosures", TimeProvider.System);
            return File.ReadAllText(_keys["disclosures.pem"]);
        }, Cancellation)));
        published.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void a_token_is_used_again_for_half_of_its_life_and_for_one_principal_only()
    {
        var issuer = Issuer("gateway");
        var first = issuer.OnBehalfOf(Maria, "intake");
        issuer.OnBehalfOf(Maria with { }, "intake").ShouldBeSameAs(first);
        issuer.OnBehalfOf(Maria, "metrics").ShouldNotBe(first);
        issuer.OnBehalfOf(Maria with { Id = "key:2" }, "intake").ShouldNotBe(first);
        issuer.OnBehalfOf(Maria with { Roles = ["viewer"] }, "intake").ShouldNotBe(first);
        issuer.OnBehalfOf(Maria with { Clearance = Tlp.Green }, "intake").ShouldNotBe(first);
    }

    private static TokenSubject Maria => new("key:1", "maria", ["viewer", "analyst"], Tlp.Red);

    private InternalTokenIssuer Issuer(string name) => new(InternalKeys.Open(_keys.Path, name, TimeProvider.System), TimeProvider.System);

    private async Task<int> GetAsync(string path, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await _client.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }

    private string Forged(string forgery, Forge forge)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        switch (forgery)
        {
            case "expired": return forge.With("iat", now - 50).With("exp", now - 1).Token();
            case "lives too long": return forge.With("exp", now + 61).Token();
            case "ends before it begins": return forge.With("iat", now + 5).With("exp", now + 4).Token();
            case "issued in the future": return forge.With("iat", now + 30).With("exp", now + 60).Token();
            case "no expiry": return forge.Without("exp").Token();
            case "no audience": return forge.Without("aud").Token();
            case "audience as list": return forge.With("aud", new JsonArray("intake")).Token();
            case "no roles": return forge.Without("roles").Token();
            case "a null role": return forge.With("roles", new JsonArray("viewer", null)).Token();
            case "one more claim": return forge.With("admin", true).Token();
            case "a claim twice": return forge.Token(payload: forge.Payload[..^1] + ""","name":"root"}""");
            case "a time as text": return forge.With("exp", $"{now + 30}").Token();
            case "a time past all calendars": return forge.With("exp", long.MaxValue).Token();
            case "another issuer than the key's owner": return forge.With("iss", "disclosures").Token();
            case "empty name": return forge.With("name", "").Token();
            case "unknown scope": return forge.With("scope", "Root").Token();
            case "unknown clearance": return forge.With("clearance", "Ultraviolet").Token();
            case "alg none": return forge.Token(header: forge.Header.Replace("ES256", "none", StringComparison.Ordinal));
            case "alg none without signature":
                return forge.Token(header: forge.Header.Replace("ES256", "none", StringComparison.Ordinal), signature: "");
            case "alg HS256 with the public key":
                return forge.Token(
                    header: forge.Header.Replace("ES256", "HS256", StringComparison.Ordinal),
                    sign: text => HMACSHA256.HashData(File.ReadAllBytes(_keys["public/gateway.pem"]), text));
            case "alg ES384": return forge.Token(header: forge.Header.Replace("ES256", "ES384", StringComparison.Ordinal));
            case "a key of its own in the header":
                return forge.Token(header: forge.Header[..^1] + ""","jwk":{"kty":"EC"}}""");
            case "kid missing": return forge.Token(header: """{"alg":"ES256","typ":"ketman+jwt"}""");
            case "kid unknown": return forge.Token(header: forge.Header.Replace("gateway.", "nobody.", StringComparison.Ordinal));
            case "kid walks to another directory":
                File.Copy(_keys["public/gateway.pem"], _keys["stolen.pem"]);
                return forge.Token(header: forge.Header.Replace("gateway.", "../stolen.", StringComparison.Ordinal));
            case "kid is absolute": return forge.Token(header: forge.Header.Replace("gateway.", _keys["public/gateway."], StringComparison.Ordinal));
            case "kid of another process": return forge.Token(header: new Forge(_keys.Path, "metrics").Header);
            case "kid with the wrong thumbprint":
                return forge.Token(header: new Forge(_keys.Path, "metrics").Header.Replace("metrics.", "gateway.", StringComparison.Ordinal));
            case "signature of another key":
                using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    return forge.Token(sign: text => other.SignData(text, HashAlgorithmName.SHA256));
                }

            case "signature in DER": return forge.Token(sign: text => forge.Key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            case "no signature": return forge.Token(signature: "");
            case "padding": return forge.Token() + "==";
            case "a fourth part": return forge.Token() + ".e30";
            case "white space": return forge.Token().Replace(".", " .", StringComparison.Ordinal);
            case "a length that no text has": return "A" + forge.Token();
            case "payload is no JSON": return forge.Token(payload: "maria");
            case "payload is a list": return forge.Token(payload: $"[{forge.Payload}]");
            case "header members in another order":
                return forge.Token(header: $$"""{"typ":"ketman+jwt","alg":"ES256","kid":"{{forge.Kid}}"}""");
            case "oversized": return forge.With("name", new string('m', 4000)).Token();
            default: throw new ArgumentOutOfRangeException(nameof(forgery), forgery, "Not a forgery that is described here.");
        }
    }

    /// <summary>Makes tokens by hand, with the private key of a process and whatever claims are wanted.</summary>
    private sealed class Forge
    {
        private readonly JsonObject _claims;

        public Forge(string keys, string name = "gateway")
        {
            Key.ImportFromPem(File.ReadAllText(Path.Combine(keys, name + ".pem")));
            Kid = name + "." + Convert.ToHexStringLower(SHA256.HashData(Key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            _claims = new JsonObject
            {
                ["iss"] = name,
                ["aud"] = "intake",
                ["sub"] = "key:1",
                ["name"] = "maria",
                ["roles"] = new JsonArray("viewer"),
                ["clearance"] = "Red",
                ["scope"] = "Caller",
                ["iat"] = now,
                ["exp"] = now + 60,
                ["jti"] = Guid.NewGuid().ToString("D"),
            };
        }

        public ECDsa Key { get; } = ECDsa.Create();

        public string Kid { get; }

        public string Header => $$"""{"alg":"ES256","kid":"{{Kid}}","typ":"ketman+jwt"}""";

        public string Payload => _claims.ToJsonString();

        public Forge With(string claim, JsonNode value)
        {
            _claims[claim] = value;
            return this;
        }

        public Forge Without(string claim)
        {
            _claims.Remove(claim);
            return this;
        }

        public string Token(string? header = null, string? payload = null, string? signature = null, Func<byte[], byte[]>? sign = null)
        {
            var signed = Encode(Encoding.UTF8.GetBytes(header ?? Header)) + "." + Encode(Encoding.UTF8.GetBytes(payload ?? Payload));
            var bytes = Encoding.ASCII.GetBytes(signed);
            return signed + "." + (signature ?? Encode(sign?.Invoke(bytes) ?? Key.SignData(bytes, HashAlgorithmName.SHA256)));
        }

        private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
