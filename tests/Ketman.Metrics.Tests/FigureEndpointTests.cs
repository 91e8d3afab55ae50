using System.Net;
using System.Text.Json.Nodes;
using Ketman.Metrics.Figures;

namespace Ketman.Metrics.Tests;

/// <summary>The figures of the sample over HTTP, and what cannot be asked.</summary>
public sealed class FigureEndpointTests(RunningMetrics metrics) : IClassFixture<RunningMetrics>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/figures/reaction-times?group=asset", "group")]
    [InlineData("/figures/sla?group=channel", "group")]
    [InlineData("/figures/money?group=policy", "group")]
    [InlineData("/figures/reaction-times?group=none", "group")]
    [InlineData("/figures/reaction-times?last=90", "last")]
    [InlineData("/figures/reaction-times?last=PT0S", "last")]
    [InlineData("/figures/reaction-times?last=-P1D", "last")]
    [InlineData("/figures/reaction-times?last=P1M", "last")]
    [InlineData("/figures/reaction-times?last=P40000D", "last")]
    [InlineData("/figures/reaction-times?last=P90D&from=2025-01-01", "last")]
    [InlineData("/figures/reaction-times?from=february", "from")]
    [InlineData("/figures/reaction-times?from=1999-12-31", "from")]
    [InlineData("/figures/reaction-times?until=9999-12-31", "until")]
    [InlineData("/figures/reaction-times?from=2025-03-01&until=2025-02-01", "until")]
    [InlineData("/figures/reaction-times?asOf=2999-01-01", "asOf")]
    [InlineData("/figures/reaction-times?by=known", "by")]
    [InlineData("/figures/channels?against=yesterday", "against")]
    [InlineData("/figures/channels?against=2999-01-01", "against")]
    [InlineData("/figures/promises?variant=Strict", "variant")]
    [InlineData("/figures/reaction-times?metric=reactions", "metric")]
    [InlineData("/figures/money?metric=money-paid", "metric")]
    [InlineData("/figures/reaction-times?curve=yes", "curve")]
    [InlineData("/figures/reaction-times?cases=1", "cases")]
    [InlineData("/figures/reaction-times?limit=0", "limit")]
    [InlineData("/figures/reaction-times?limit=1001", "limit")]
    [InlineData("/metrics/definitions/reaction-time?version=0", "version")]
    [InlineData("/metrics/definitions/reaction-time?version=latest", "version")]
    [InlineData("/companies/fernlabs/record?asOf=soon", "asOf")]
    [InlineData("/companies/fernlabs/record?against=soon", "against")]
    public async Task a_question_that_makes_no_sense_is_answered_with_the_member_and_what_would_be_right(string path, string field)
    {
        using var response = await metrics.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        ((string)problem["type"]!).ShouldBe("urn:ketman:problem:invalid-request");
        ((string)problem["errors"]![0]!["field"]!).ShouldBe(field);
    }

    [Theory]
    [InlineData("/metrics/definitions/wisdom")]
    [InlineData("/metrics/definitions/reaction-time?version=9")]
    public async Task a_metric_that_is_not_there_is_not_found(string path)
    {
        using var response = await metrics.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        ((string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["type"]!).ShouldBe("urn:ketman:problem:metric-not-found");
    }

    [Theory]
    [InlineData("/figures/reaction-times")]
    [InlineData("/figures/sla")]
    [InlineData("/figures/channels")]
    [InlineData("/figures/promises")]
    [InlineData("/figures/money")]
    [InlineData("/metrics/definitions")]
    [InlineData("/metrics/definitions/reaction-time")]
    public async Task nothing_is_answered_without_the_gateways_word(string path)
    {
        using var response = await metrics.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task a_definition_is_told_in_its_latest_version_and_in_old_ones()
    {
        ((int)(await JsonAsync("/metrics/definitions/reaction-time"))["version"]!).ShouldBe(2);
        var first = await JsonAsync("/metrics/definitions/reaction-time?version=1");
        ((string)first["words"]!).ShouldStartWith("For the cases of affected companies");
        (await JsonAsync("/metrics/definitions"))["items"]!.AsArray().Count.ShouldBe(MetricCatalogue.Current.Metrics.Count);
    }

    [Fact]
    public async Task reaction_times_of_the_sample_are_those_of_its_statement_for_the_affected_companies_and_more()
    {
        var answer = await JsonAsync("/figures/reaction-times?metric=reaction-time&from=2025-02-01&until=2025-02-28&curve=true&cases=true");
        var strict = answer["figure"]!["times"]![0]!;
        ((string)strict["definition"]!["name"]!).ShouldBe("reaction-time");
        ((string)strict["variant"]!).ShouldBe("strict");
        var counted = (int)strict["cases"]!;
        ((int)strict["ended"]! + (int)strict["censored"]!).ShouldBe(counted);
        strict["elapsed"]!["curve"]!.AsArray().Sum(step => (int)step!["events"]! + (int)step["censored"]!).ShouldBe(counted);
        answer["cases"]!.AsArray().Count.ShouldBe(counted + (int)strict["nothingDelivered"]!);
        strict["elapsed"]!["respondersOnly"]!["misleading"]!.GetValue<bool>().ShouldBeTrue();
        ((string)answer["businessHours"]!).ShouldBe("Monday to Friday, 09:00 to 17:00, UTC, no holidays");
    }

    [Fact]
    public async Task groups_together_are_the_whole()
    {
        var money = await JsonAsync("/figures/money?group=company");
        money["groups"]!.AsArray().Sum(group => (decimal)group!["figure"]!["usd"]!).ShouldBe((decimal)money["figure"]!["usd"]!);
        var promises = await JsonAsync("/figures/promises?group=month");
        promises["groups"]!.AsArray().Sum(group => (int)group!["figure"]!["promises"]!).ShouldBe((int)promises["figure"]!["promises"]!);
        ((int)promises["groupsLeftOut"]!).ShouldBe(0);
        var limited = await JsonAsync("/figures/money?group=company&limit=1");
        limited["groups"]!.AsArray().Count.ShouldBe(1);
        ((int)limited["groupsLeftOut"]!).ShouldBe(money["groups"]!.AsArray().Count - 1);
    }

    [Theory]
    [InlineData("/figures/reaction-times?last=P3000D")]
    [InlineData("/figures/money?group=month")]
    [InlineData("/metrics/definitions")]
    public async Task looking_again_costs_nothing_when_nothing_has_changed(string path)
    {
        using var first = await metrics.GetAsync(path);
        using var second = await metrics.GetAsync(path, ifNoneMatch: first.Headers.ETag!.ToString());
        // A minute may have passed between the two, and with it what still waits has waited longer.
        if (second.StatusCode is HttpStatusCode.OK)
        {
            using var third = await metrics.GetAsync(path, ifNoneMatch: second.Headers.ETag!.ToString());
            third.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            return;
        }

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task a_record_tells_bands_clocks_channels_and_what_moved_it()
    {
        var record = await JsonAsync("/companies/fernlabs/record?against=2025-03-01");
        record["reactionTimes"]!.AsArray().Count.ShouldBe(8);
        ((int)record["channels"]!["all"]!["attempts"]!).ShouldBe((int)record["cases"]![0]!["attempts"]!);
        // Everything of the sample was recorded in April.
        record["against"]!["moved"]!.AsArray().ShouldHaveSingleItem()!.AsObject().ContainsKey("then").ShouldBeFalse();
        var before = await JsonAsync("/companies/fernlabs/record?asOf=2025-03-01");
        before["cases"]!.AsArray().ShouldBeEmpty();
        ((string)before["asOf"]!).ShouldBe("known");
    }

    private async Task<JsonNode> JsonAsync(string path)
    {
        using var response = await metrics.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }
}
