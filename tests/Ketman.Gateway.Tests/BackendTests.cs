using System.Net;
using System.Net.Http.Json;
using Ketman.Testing;

namespace Ketman.Gateway.Tests;

/// <summary>What a client is told when a service is away, breaks off, or does not believe the gateway.</summary>
public sealed class BackendTests : IAsyncLifetime
{
    private Platform _platform = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _platform = await Platform.StartAsync(absent: ["metrics"]);
        _client = _platform.Client((await _platform.MakeKeyAsync("lead")).Key);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task a_service_that_is_away_is_said_to_be_away()
    {
        using var response = await _client.GetAsync("/api/v1/board", Cancellation);
        var problem = await response.ShouldBeProblemAsync(503, "unavailable");
        problem.GetProperty("title").GetString().ShouldBe("Metrics does not answer.");
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        (await _client.GetAsync("/api/v1/companies", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_service_that_breaks_off_leaves_it_open_whether_it_was_done()
    {
        using var response = await _client.GetAsync("/api/v1/companies/breaks-off", Cancellation);
        var problem = await response.ShouldBeProblemAsync(502, "broken-off");
        problem.GetProperty("detail").GetString()!.ShouldContain("Idempotency-Key");
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task a_service_that_does_not_believe_the_gateway_is_not_the_clients_fault()
    {
        using var response = await _client.GetAsync("/api/v1/companies/disbelieves", Cancellation);
        await response.ShouldBeProblemAsync(502, "refused-inside");
    }

    [Fact]
    public async Task a_service_that_comes_back_is_used_again_at_once()
    {
        var url = _platform.Services["intake"].Url;
        await _platform.Services["intake"].DisposeAsync();
        await (await _client.PostAsJsonAsync("/api/v1/companies", new { }, Cancellation)).ShouldBeProblemAsync(503, "unavailable");
        _platform.Services["intake"] = await StandIn.StartAsync("intake", _platform.Keys, url.Port);
        (await _client.PostAsJsonAsync("/api/v1/companies", new { }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task readiness_says_which_service_is_not_ready()
    {
        using var response = await _platform.Stranger.GetAsync("/health/ready", Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var health = await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancellation);
        health.GetProperty("status").GetString().ShouldBe("not-ready");
        var checks = health.GetProperty("checks");
        checks.EnumerateObject().Where(check => check.Value.GetProperty("ready").GetBoolean()).Select(check => check.Name)
            .ShouldBe(["database", "keys", "intake", "disclosures"], ignoreOrder: true);
        checks.GetProperty("metrics").GetProperty("description").GetString().ShouldBe("Metrics does not answer");
        (await _platform.Stranger.GetAsync("/health/live", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task the_health_of_the_platform_shows_each_service_and_what_it_looked_at()
    {
        _platform.Services["disclosures"].Ready = false;
        var health = await Eventually.SomeAsync(
            "disclosures is seen as not ready",
            async () =>
            {
                var seen = await _client.GetFromJsonAsync<Health.PlatformHealth>("/api/v1/health", Cancellation);
                return seen!.Services.Single(service => service.Name == "disclosures").Ready ? null : seen;
            },
            cancellation: Cancellation);
        health.Status.ShouldBe("not-ready");
        health.Services.Select(service => (service.Name, service.Ready)).ShouldBe(
            [("gateway", true), ("intake", true), ("disclosures", false), ("metrics", false)]);
        health.Services[2].Description.ShouldBe("Disclosures is not ready");
        health.Services[2].Checks!.ToString().ShouldBe("""{"database":{"ready":false}}""");
    }

    [Fact]
    public async Task what_a_service_reports_although_it_works_is_an_alert_and_no_outage()
    {
        await using var platform = await Platform.StartAsync();
        platform.Services["metrics"].Alert = "consumer: read-models is paused";

        using var response = await platform.Stranger.GetAsync("/health/ready", Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var health = await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancellation);
        health.GetProperty("status").GetString().ShouldBe("alert");
        health.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetString()).ShouldBe(["metrics: consumer: read-models is paused"]);
        health.GetProperty("checks").GetProperty("metrics").GetProperty("ready").GetBoolean().ShouldBeTrue();
        (await platform.Admin.GetFromJsonAsync<Health.PlatformHealth>("/api/v1/health", Cancellation))!.Status.ShouldBe("alert");
    }

    [Fact]
    public async Task without_the_database_nobody_new_comes_in_and_known_keys_go_on()
    {
        (await _client.GetAsync("/api/v1/companies", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using (var command = _platform.Database.Source.CreateCommand("alter table api_keys rename to away"))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        // For longer than a key is taken unasked, so that the table has been asked for in vain.
        var until = DateTimeOffset.UtcNow.AddSeconds(5);
        await Eventually.TrueAsync("the key has outlived its freshness", async () =>
        {
            (await _client.GetAsync("/api/v1/companies", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
            return DateTimeOffset.UtcNow > until;
        }, cancellation: Cancellation);
        using var stranger = _platform.Client(Keys.KeySecret.Draw());
        using var response = await stranger.GetAsync("/api/v1/companies", Cancellation);
        await response.ShouldBeProblemAsync(503, "unavailable");
    }
}
