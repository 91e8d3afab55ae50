namespace Ketman.Gateway.Tests;

/// <summary>What every answer tells a browser, whoever wrote it: this is data and never a page.</summary>
public sealed class SecurityHeaderTests : IAsyncLifetime
{
    private static readonly (string Name, string Value)[] Always =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Permitted-Cross-Domain-Policies", "none"),
    ];

    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync();

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/v1/board")]
    [InlineData("GET", "/api/v1/keys")]
    [InlineData("GET", "/api/v1/nowhere")]
    [InlineData("PUT", "/api/v1/board")]
    [InlineData("GET", "/api/v1/a%2fb")]
    [InlineData("GET", "/health/ready")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/")]
    public async Task every_answer_and_every_refusal_bears_them(string method, string path)
    {
        foreach (var client in new[] { _platform.Admin, _platform.Stranger })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await client.SendAsync(request, Cancellation);

            foreach (var (name, value) in Always)
            {
                answer.Headers.TryGetValues(name, out var values).ShouldBeTrue($"{(int)answer.StatusCode} {name}");
                values!.ShouldBe([value]);
            }

            answer.Headers.Contains("Server").ShouldBeFalse();
            answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse("over plain HTTP it would mean nothing");
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task behind_tls_browsers_are_told_to_stay_there()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/board");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await _platform.Stranger.SendAsync(request, Cancellation);

        answer.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
    }

    [Fact]
    public async Task no_other_site_may_read_an_answer()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/board");
        request.Headers.Add("Origin", "https://attacker.example");
        using var answer = await _platform.Admin.SendAsync(request, Cancellation);

        answer.Headers.Where(header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }
}
