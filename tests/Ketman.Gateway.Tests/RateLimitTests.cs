using System.Net;

namespace Ketman.Gateway.Tests;

/// <summary>How often is too often.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private static readonly GatewayLimits Small = GatewayLimits.Default with
    {
        KeyBurst = 50,
        KeyPerSecond = 1,
        StrangerBurst = 30,
        StrangerPerSecond = 1,
    };

    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync(Small);

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task a_key_that_runs_wild_is_told_when_to_come_again_and_others_are_not_touched()
    {
        using var wild = await LeadAsync();
        using var other = await LeadAsync();
        (await wild.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var answers = new List<HttpResponseMessage>();
        while (answers.Count < Small.KeyBurst * 2 && answers.LastOrDefault()?.StatusCode is not HttpStatusCode.TooManyRequests)
        {
            answers.Add(await wild.GetAsync("/api/v1/board", Cancellation));
        }

        answers.Count.ShouldBeGreaterThanOrEqualTo(Small.KeyBurst);
        await answers[^1].ShouldBeProblemAsync(429, "too-many-requests");
        answers[^1].Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        (await other.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Health is what those ask who look after it; it is not counted.
        (await _platform.Stranger.GetAsync("/health/live", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task guessing_keys_is_cut_off_while_known_keys_go_on()
    {
        using var known = await LeadAsync();
        (await known.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var statuses = new List<HttpStatusCode>();
        while (statuses.Count < Small.StrangerBurst * 4 && !statuses.Contains(HttpStatusCode.TooManyRequests))
        {
            using var client = _platform.Client(Keys.KeySecret.Draw());
            using var response = await client.GetAsync("/api/v1/board", Cancellation);
            statuses.Add(response.StatusCode);
        }

        statuses.Distinct().ShouldBe([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]);
        (await known.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<HttpClient> LeadAsync() => _platform.Client((await _platform.MakeKeyAsync("lead")).Key);
}
