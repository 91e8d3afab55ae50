using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Keys;
using Ketman.Gateway.Tokens;
using Ketman.Hosting;
using Ketman.Hosting.Web;
using Ketman.Testing;
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
