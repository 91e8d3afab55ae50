using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Keys;
using Ketman.Gateway.Tokens;
using Ketman.Hosting;
using Ketman.Hosting.Web;
using Ketman.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Gateway.Tests;

/// <summary>Tokens of an identity provider that really runs: which open what, and which nothing.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private Provider _provider = null!;
    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _platform = await Platform.StartAsync(null, _provider.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("RS256", "rsa")]
    [InlineData("PS256", "rsa")]
    [InlineData("ES256", "ec")]
    public async Task a_good_token_opens_what_its_roles_open(string algorithm, string kid)
    {
        var token = _provider.Token(algorithm: algorithm, kid: kid);
        var echo = await (await PostAsync("/api/v1/disclosures", token)).EchoAsync();
        (echo.Name, string.Join(' ', echo.Roles), echo.Clearance).ShouldBe(("oidc:f3a1-mira", "viewer analyst lead", "red"));
        echo.Headers.Values.ShouldNotContain(value => value.Contains(token, StringComparison.Ordinal));
        using var me = await GetAsync("/api/v1/whoami", token);
        var shown = (await me.Content.ReadFromJsonAsync<WhoAmI>(ContractJson.Options, Cancellation))!;
        (shown.Id, shown.Kind, shown.Name).ShouldBe((null, "token", "oidc:f3a1-mira"));
        await (await GetAsync("/api/v1/keys", token)).ShouldBeProblemAsync(403, "forbidden");
        await (await GetAsync("/api/v1/account/sessions", token)).ShouldBeProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task roles_that_are_none_here_give_nothing()
    {
        var claims = _provider.Claims("offline_access", "superuser", "Lead");
        await (await GetAsync("/api/v1/board", _provider.Token(claims))).ShouldBeProblemAsync(403, "forbidden");
    }

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

    [Fact]
    public async Task a_refusal_says_why_and_is_in_the_audit_log_without_the_token()
    {
        var claims = _provider.Claims();
        claims["aud"] = "another";
        using var response = await GetAsync("/api/v1/board", _provider.Token(claims));
        var problem = await response.ShouldBeProblemAsync(401, "token-refused");
        problem.GetProperty("detail").GetString().ShouldBe("It is for another audience.");
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"ketman\", error=\"invalid_token\"");
        var entry = await Eventually.SomeAsync(
            "the refusal is written",
            async () => (await _platform.Admin.GetFromJsonAsync<AuditPage>("/api/v1/audit?kind=refused", Cancellation))!.Items.SingleOrDefault(), cancellation: Cancellation);
        (entry.Status, entry.Detail, entry.Actor).ShouldBe((401, "token: it is for another audience", null));
    }

    [Fact]
    public async Task clocks_may_differ_by_half_a_minute()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = _provider.Claims();
        (claims["exp"], claims["iat"]) = (now - 15, now - 300);
        (await GetAsync("/api/v1/board", _provider.Token(claims))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (claims["exp"], claims["iat"], claims["nbf"]) = (now + 300, now + 15, now + 15);
        (await GetAsync("/api/v1/board", _provider.Token(claims))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_remembered_token_still_expires()
    {
        var claims = _provider.Claims();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (claims["exp"], claims["iat"]) = (now - (int)TokenClaims.Skew.TotalSeconds + 3, now - 300);
        var token = _provider.Token(claims);
        (await GetAsync("/api/v1/board", token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.TrueAsync(
            "the token is refused once its time is over", async () => (await GetAsync("/api/v1/board", token)).StatusCode is HttpStatusCode.Unauthorized, cancellation: Cancellation);
        (await (await GetAsync("/api/v1/board", token)).ShouldBeProblemAsync(401, "token-refused")).GetProperty("detail").GetString().ShouldBe("It is expired.");
    }

    [Fact]
    public async Task a_flood_of_made_up_keys_does_not_reach_the_provider()
    {
        (await GetAsync("/api/v1/board", _provider.Token())).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => GetAsync("/api/v1/board", _provider.Token(kid: $"made-up-{i}"))));
        _provider.Asked.ShouldBe(1, "it was read a moment ago");
        (await GetAsync("/api/v1/board", _provider.Token())).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_new_key_of_the_provider_is_found_after_a_minute_and_a_withdrawn_one_takes_its_tokens_along()
    {
        var time = new ManualTime();
        using var keys = new ProviderKeys(Settings(), time, NullLogger<ProviderKeys>.Instance);
        var ring = new TokenRing(Settings(), keys, time);
        var old = _provider.Token(LongLived());
        (await ring.FindAsync(old, Cancellation)).Known.ShouldNotBeNull();

        using var renewed = RSA.Create(2048);
        _provider.Keys = [_provider.RsaKey("renewed", renewed)];
        var fresh = _provider.Token(LongLived(), kid: "renewed", sign: data => renewed.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        (await ring.FindAsync(fresh, Cancellation)).Refusal.ShouldBe("no key of the issuer has signed it");
        (await ring.FindAsync(old, Cancellation)).Known.ShouldNotBeNull();
        _provider.Asked.ShouldBe(1);

        time.Advance(TimeSpan.FromMinutes(1));
        (await ring.FindAsync(fresh, Cancellation)).Known!.Principal.Name.ShouldBe("oidc:f3a1-mira");
        (await ring.FindAsync(old, Cancellation)).Refusal.ShouldBe("no key of the issuer has signed it");
        _provider.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task a_provider_that_is_away_is_done_without_for_a_day()
    {
        var time = new ManualTime();
        using var keys = new ProviderKeys(Settings(), time, NullLogger<ProviderKeys>.Instance);
        var ring = new TokenRing(Settings(), keys, time);
        (await ring.FindAsync(_provider.Token(LongLived()), Cancellation)).Known.ShouldNotBeNull();
        _provider.Keys = null;
        time.Advance(TimeSpan.FromHours(23));
        (await ring.FindAsync(_provider.Token(LongLived()), Cancellation)).Known.ShouldNotBeNull();
        time.Advance(TimeSpan.FromHours(2));
        (await Should.ThrowAsync<ProblemException>(async () => await ring.FindAsync(_provider.Token(LongLived()), Cancellation))).Problem.Status.ShouldBe(503);
        _provider.Keys = [_provider.RsaKey("rsa")];
        time.Advance(TimeSpan.FromMinutes(1));
        (await ring.FindAsync(_provider.Token(LongLived()), Cancellation)).Known.ShouldNotBeNull();
    }

    public static TheoryData<string> BadProviders =>
        ["another issuer", "keys over http elsewhere", "keys at a file", "keys behind a redirect", "keys without end", "no keys", "a weak key", "a key for encryption", "not there"];

    [Theory]
    [MemberData(nameof(BadProviders))]
    public async Task a_provider_that_does_not_publish_itself_properly_opens_nothing(string how)
    {
        using var weak = RSA.Create(1024);
        switch (how)
        {
            case "another issuer": _provider.Discovery["issuer"] = "https://evil.example"; break;
            case "keys over http elsewhere": _provider.Discovery["jwks_uri"] = "http://keys.example/keys"; break;
            case "keys at a file": _provider.Discovery["jwks_uri"] = "file:///etc/passwd"; break;
            case "keys behind a redirect": _provider.Discovery["jwks_uri"] = new Uri(_provider.Url, "/elsewhere").ToString(); break;
            case "keys without end": _provider.Discovery["jwks_uri"] = new Uri(_provider.Url, "/huge").ToString(); break;
            case "no keys": _provider.Keys = []; break;
            case "a weak key": _provider.Keys = [_provider.RsaKey("rsa", weak)]; break;
            case "a key for encryption": _provider.Keys = [_provider.RsaKey("rsa", use: "enc")]; break;
            default: _provider.Keys = null; break;
        }

        using var response = await GetAsync("/api/v1/board", _provider.Token());
        await response.ShouldBeProblemAsync(503, "unavailable");
        // Keys and people go on.
        (await _platform.Admin.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_key_serves_only_the_algorithm_that_it_names()
    {
        _provider.Keys = [_provider.RsaKey("rsa", algorithm: "PS256")];
        (await GetAsync("/api/v1/board", _provider.Token(algorithm: "PS256"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync("/api/v1/board", _provider.Token())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task without_a_key_id_the_only_key_that_can_be_meant_is()
    {
        (await GetAsync("/api/v1/board", _provider.Token(kid: null))).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var second = RSA.Create(2048);
        var time = new ManualTime();
        _provider.Keys = [_provider.RsaKey("one"), _provider.RsaKey("two", second)];
        using var keys = new ProviderKeys(Settings(), time, NullLogger<ProviderKeys>.Instance);
        (await new TokenRing(Settings(), keys, time).FindAsync(_provider.Token(LongLived(), kid: null), Cancellation)).Known.ShouldBeNull();
    }

    [Theory]
    [InlineData("roles", """{"roles":["heads","others"]}""", "viewer analyst lead")]
    [InlineData("groups", """{"groups":"staff heads"}""", "viewer analyst lead")]
    [InlineData("realm_access.roles", """{"realm_access":{"roles":["staff"]}}""", "viewer analyst")]
    [InlineData("https://ketman.example/roles", """{"https://ketman.example/roles":["staff"]}""", "viewer analyst")]
    [InlineData("roles", """{"roles":["lead","admin"]}""", "")]
    [InlineData("roles", """{"roles":{"lead":true}}""", "")]
    [InlineData("roles.name", """{"roles":["lead"]}""", "")]
    public void roles_come_from_the_configured_claim_by_the_configured_mapping(string claim, string payload, string roles)
    {
        var settings = _provider.Settings with { RoleClaim = claim, Roles = new Dictionary<string, string> { ["heads"] = "lead", ["staff"] = "analyst" } };
        var claims = _provider.Claims();
        claims.Remove("roles");
        foreach (var (name, value) in JsonNode.Parse(payload)!.AsObject())
        {
            claims[name] = value!.DeepClone();
        }

        var (read, refusal) = TokenClaims.Read(JsonDocument(claims), _provider.Issuer, settings, DateTimeOffset.UtcNow);
        refusal.ShouldBeNull();
        string.Join(' ', Callers.Roles.WithImplied([.. read!.Roles])).ShouldBe(roles);
    }

    [Theory]
    [InlineData("mira", "oidc:mira")]
    [InlineData("mira@team.example", "oidc:mira@team.example")]
    [InlineData("auth0|5f7c", "oidc:auth0|5f7c")]
    [InlineData("mira example", null)]
    [InlineData("mira\n", null)]
    [InlineData("", null)]
    public void the_name_of_a_token_can_be_nobody_elses(string name, string? expected)
    {
        var claims = _provider.Claims();
        claims["preferred_username"] = name;
        TokenClaims.Read(JsonDocument(claims), _provider.Issuer, _provider.Settings with { NameClaim = "preferred_username" }, DateTimeOffset.UtcNow)
            .Claims?.Name.ShouldBe(expected);
        Callers.ActorNames.IsOne("oidc:mira").ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://idp.example", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("https://user@idp.example", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("https://idp.example?x=1", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("idp.example", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("https://idp.example", "", null, "KETMAN_OIDC_AUDIENCE")]
    [InlineData("https://idp.example", "ketman", "staff", "KETMAN_OIDC_ROLES")]
    [InlineData("https://idp.example", "ketman", "=lead", "KETMAN_OIDC_ROLES")]
    [InlineData("https://idp.example", "ketman", "a=lead,a=admin", "KETMAN_OIDC_ROLES")]
    [InlineData("https://idp.example", "ketman", "a=lead,b=viewer", null)]
    [InlineData("http://localhost:8080/realms/x", "ketman", null, null)]
    [InlineData("", "", null, null)]
    public void settings_that_do_not_fit_together_are_refused_by_name(string authority, string audience, string? roles, string? wrong)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KETMAN_OIDC_AUTHORITY"] = authority,
            ["KETMAN_OIDC_AUDIENCE"] = audience,
            ["KETMAN_OIDC_ROLES"] = roles,
        }).Build();
        if (wrong is not null)
        {
            Should.Throw<SettingException>(() => OidcSettings.Read(configuration)).Name.ShouldBe(wrong);
        }
        else
        {
            (OidcSettings.Read(configuration) is null).ShouldBe(authority.Length == 0);
        }
    }

    [Fact]
    public void a_mapping_to_what_is_no_role_is_refused_at_the_start() =>
        Should.Throw<SettingException>(() => GatewayService.Build(Settings(new Dictionary<string, string> { ["staff"] = "root" }))).Name.ShouldBe("KETMAN_OIDC_ROLES");

    [Fact]
    public async Task without_a_provider_a_token_is_a_bad_key()
    {
        await using var plain = await Platform.StartAsync();
        using var client = plain.Client(_provider.Token());
        await (await client.GetAsync("/api/v1/board", Cancellation)).ShouldBeProblemAsync(401, "unauthenticated");
        _provider.Asked.ShouldBe(0);
    }

    private static System.Text.Json.JsonElement JsonDocument(JsonObject claims) => System.Text.Json.JsonDocument.Parse(claims.ToJsonString()).RootElement;

    private KetmanSettings Settings(IReadOnlyDictionary<string, string>? roles = null) => new(
        new Uri("http://127.0.0.1:0"), "Host=127.0.0.1", null, _platform.Keys, null, null, null, TimeZoneInfo.Utc, null, Oidc: _provider.Settings with { Roles = roles });

    private JsonObject LongLived()
    {
        var claims = _provider.Claims();
        claims["exp"] = DateTimeOffset.UtcNow.AddDays(7).ToUnixTimeSeconds();
        return claims;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await _platform.Stranger.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _platform.Stranger.SendAsync(request, Cancellation);
    }

    private string Forged(string forgery)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var otherRsa = RSA.Create(2048);
        using var otherElliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
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
                    header: new JsonObject { ["alg"] = "RS256", ["kid"] = "mine", ["jwk"] = _provider.RsaKey("mine", otherRsa) }.ToJsonString(),
                    sign: data => otherRsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "a key's address in the header":
                return _provider.Token(
                    header: """{"alg":"RS256","kid":"mine","jku":"https://evil.example/keys","x5u":"https://evil.example/key"}""",
                    sign: data => otherRsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "header is a list": return _provider.Token(header: """["alg","RS256"]""");
            case "signature of another RSA key": return _provider.Token(sign: data => otherRsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "signature of another elliptic key": return _provider.Token(algorithm: "ES256", kid: "ec", sign: data => otherElliptic.SignData(data, HashAlgorithmName.SHA256));
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

    /// <summary>A clock that stands until it is moved on; what waits for it does not concern these tests.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + _ahead;

        public override long GetTimestamp() => _ahead.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _ahead += by;
    }
}
