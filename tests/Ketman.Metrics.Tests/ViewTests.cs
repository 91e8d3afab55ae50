using System.Net;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Metrics.Tests;

/// <summary>Saved views, and the questions of boards over HTTP that make no sense.</summary>
public sealed class ViewTests(RunningMetrics metrics) : IClassFixture<RunningMetrics>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_view_is_saved_shown_changed_and_removed_by_its_etag()
    {
        using var made = await PutAsync("mine", """{"query":"waitingOn=us&sort=-opened","title":"What we owe"}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        made.Headers.ETag!.Tag.ShouldBe("\"1\"");
        using var same = await PutAsync("mine", """{"query":"waitingOn=us&sort=-opened","title":"What we owe"}""");
        (same.StatusCode, same.Headers.ETag!.Tag).ShouldBe((HttpStatusCode.OK, "\"1\""));
        using var changed = await PutAsync("mine", """{"query":"waitingOn=company"}""", ifMatch: "\"1\"");
        (changed.StatusCode, changed.Headers.ETag!.Tag).ShouldBe((HttpStatusCode.OK, "\"2\""));
        using var stale = await PutAsync("mine", """{"query":"overdue=true"}""", ifMatch: "\"1\"");
        await ShouldBeAsync(stale, HttpStatusCode.PreconditionFailed, "stale-version");
        using var again = await PutAsync("mine", """{"query":"overdue=true"}""", ifNoneMatch: "*");
        await ShouldBeAsync(again, HttpStatusCode.PreconditionFailed, "stale-version");
        using var nothing = await PutAsync("no-such", """{"query":"overdue=true"}""", ifMatch: "\"1\"");
        await ShouldBeAsync(nothing, HttpStatusCode.PreconditionFailed, "stale-version");

        ((string)(await JsonAsync("/board/views/mine"))["query"]!).ShouldBe("waitingOn=company");
        using var kept = await metrics.SendAsync(HttpMethod.Delete, "/board/views/mine", ifMatch: "\"1\"");
        await ShouldBeAsync(kept, HttpStatusCode.PreconditionFailed, "stale-version");
        using var gone = await metrics.SendAsync(HttpMethod.Delete, "/board/views/mine", ifMatch: "\"2\"");
        gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var absent = await metrics.SendAsync(HttpMethod.Delete, "/board/views/mine");
        await ShouldBeAsync(absent, HttpStatusCode.NotFound, "view-not-found");
    }

    [Fact]
    public async Task a_view_is_shown_by_its_address_and_what_is_asked_besides_takes_its_place()
    {
        (await PutAsync("late", """{"query":"overdue=true&limit=2"}""")).Dispose();

        (await HandlesAsync("/board?view=late")).ShouldBe("orchardpay-2025-02 palegate-2025-02");
        (await HandlesAsync("/board?view=late&limit=1")).ShouldBe("orchardpay-2025-02");
        (await HandlesAsync("/board?view=late&overdue=false&company=lumenbridge")).ShouldBe("lumenbridge-2025-02");
        ((int)(await JsonAsync("/board/counts?overdue=true"))["total"]!).ShouldBe(3);
        using var others = await metrics.SendAsync(HttpMethod.Get, "/board?view=late", name: "tomas");
        await ShouldBeAsync(others, HttpStatusCode.NotFound, "view-not-found");
    }

    [Fact]
    public async Task a_shared_view_goes_as_far_as_it_says_and_is_changed_by_its_saver_or_a_lead()
    {
        using var shared = await PutAsync("team", """{"query":"overdue=true","shared":true,"tlp":"amber-strict"}""");
        shared.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await JsonAsync("/board/views/team", "tomas"))["savedBy"]!.GetValue<string>().ShouldBe("mira");
        using var cleared = await metrics.SendAsync(HttpMethod.Get, "/board/views/team", name: "vera", role: "viewer", clearance: Tlp.Amber);
        await ShouldBeAsync(cleared, HttpStatusCode.NotFound, "view-not-found");
        ((await JsonAsync("/board/views", "vera", Tlp.Amber))["items"]!.AsArray().Any(view => (string)view!["name"]! == "team")).ShouldBeFalse();

        using var other = await PutAsync("team", """{"query":"overdue=false","shared":true}""", name: "tomas");
        await ShouldBeAsync(other, HttpStatusCode.Forbidden, "forbidden");
        using var removed = await metrics.SendAsync(HttpMethod.Delete, "/board/views/team", name: "tomas");
        await ShouldBeAsync(removed, HttpStatusCode.Forbidden, "forbidden");
        using var viewer = await PutAsync("hers", """{"query":"overdue=false","shared":true}""", name: "vera", role: "viewer");
        await ShouldBeAsync(viewer, HttpStatusCode.Forbidden, "forbidden");
        using var lead = await PutAsync("team", """{"query":"overdue=false","shared":true}""", name: "lena", role: "lead");
        lead.StatusCode.ShouldBe(HttpStatusCode.OK);

        // One's own of the same name comes first.
        (await PutAsync("team", """{"query":"status=resolved"}""", name: "tomas")).Dispose();
        ((string)(await JsonAsync("/board/views/team", "tomas"))["query"]!).ShouldBe("status=resolved");
        ((string)(await JsonAsync("/board/views/team"))["query"]!).ShouldBe("overdue=false");
    }

    [Fact]
    public async Task a_shared_view_does_not_tell_of_a_company_that_its_readers_may_not_know()
    {
        var id = BoardWorld.CompanyId("secretive");
        var world = new BoardWorld(metrics.Database);
        await world.CompanyAsync("secretive", "Secretive");
        await world.SayAsync(id, new Contracts.Intake.CompanyPrivacyWished(id, PrivacyWish.Private));

        using var wide = await PutAsync("secretive", """{"query":"company=secretive","shared":true}""");
        await ShouldBeAsync(wide, HttpStatusCode.UnprocessableEntity, "rule:view-too-wide");
        using var narrow = await PutAsync("secretive", """{"query":"company=secretive","shared":true,"tlp":"red"}""");
        narrow.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("mine", """{"query":"waitingOn=them"}""", "query.waitingOn")]
    [InlineData("mine", """{"query":"colour=red"}""", "query")]
    [InlineData("mine", """{"query":"view=other"}""", "query")]
    [InlineData("mine", """{"query":"after=x"}""", "query")]
    [InlineData("mine", """{"title":"x"}""", "query")]
    [InlineData("mine", """{"query":"","title":" "}""", "title")]
    [InlineData("mine", """{"query":"","tlp":"amber"}""", "tlp")]
    [InlineData("mine", """{"query":"","shared":"yes"}""", "shared")]
    [InlineData("Mine!", """{"query":""}""", "name")]
    public async Task a_view_that_makes_no_sense_is_refused_by_its_member(string name, string body, string field)
    {
        using var response = await PutAsync(name, body);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)(await BodyAsync(response))["errors"]![0]!["field"]!).ShouldBe(field);
    }

    [Theory]
    [InlineData("/board?colour=red", "colour")]
    [InlineData("/board?sort=age", "sort")]
    [InlineData("/board?sort=relevance", "sort")]
    [InlineData("/board?sort=--opened", "sort")]
    [InlineData("/board?dueWithin=48h", "dueWithin")]
    [InlineData("/board?dueWithin=P1M", "dueWithin")]
    [InlineData("/board?dueWithin=-PT1H", "dueWithin")]
    [InlineData("/board?tlp=AMBER", "tlp")]
    [InlineData("/board?severity=grave", "severity")]
    [InlineData("/board?assignee=", "assignee")]
    [InlineData("/board?tag=", "tag")]
    [InlineData("/board?q=-keys", "q")]
    [InlineData("/board?q=%00", "q")]
    [InlineData("/board?q=keys&asOf=2025-02-10", "q")]
    [InlineData("/board?asOf=yesterday", "asOf")]
    [InlineData("/board?by=known", "by")]
    [InlineData("/board/counts?limit=5", "limit")]
    [InlineData("/board/counts?sort=opened", "sort")]
    [InlineData("/board/counts?overdue=maybe", "overdue")]
    [InlineData("/watch?kind=alarm", "kind")]
    [InlineData("/watch?owedBy=nobody", "owedBy")]
    [InlineData("/watch?after=x", "after")]
    [InlineData("/watch?limit=0", "limit")]
    [InlineData("/watch?status=open", "status")]
    public async Task a_question_that_makes_no_sense_is_answered_with_the_member(string path, string field)
    {
        using var response = await metrics.SendAsync(HttpMethod.Get, path);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)(await BodyAsync(response))["errors"]![0]!["field"]!).ShouldBe(field);
    }

    [Fact]
    public async Task the_cursor_of_one_order_is_refused_in_another()
    {
        var next = (string)(await JsonAsync("/board?limit=1&sort=opened"))["next"]!;
        using var response = await metrics.SendAsync(HttpMethod.Get, $"/board?limit=1&sort=handle&after={next}");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)(await BodyAsync(response))["errors"]![0]!["field"]!).ShouldBe("after");
    }

    [Fact]
    public async Task the_board_of_the_past_says_what_is_not_known_of_it()
    {
        var page = await JsonAsync("/board?asOf=2025-02-10&by=happened&status=all");
        page["asOf"]!.GetValue<DateTimeOffset>().ShouldBe(new DateTimeOffset(2025, 2, 11, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(-1));
        page["unknown"]!.AsArray().Select(part => (string)part!).ShouldBe(["clocks", "steps", "publication"]);
        page["items"]!.AsArray().Count.ShouldBeGreaterThan(0);
        (await JsonAsync("/board"))["asOf"].ShouldBeNull();
    }

    [Fact]
    public async Task what_is_due_words_and_views_are_for_those_whom_the_gateway_vouches_for()
    {
        foreach (var path in new[] { "/board/counts", "/board/views", "/board/views/mine", "/watch" })
        {
            using var response = await metrics.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    private Task<HttpResponseMessage> PutAsync(string view, string body, string name = "mira", string role = "analyst", string? ifMatch = null, string? ifNoneMatch = null) =>
        metrics.SendAsync(HttpMethod.Put, $"/board/views/{view}", body, name, role, ifMatch: ifMatch, ifNoneMatch: ifNoneMatch);

    private async Task<string> HandlesAsync(string path) =>
        string.Join(' ', (await JsonAsync(path))["items"]!.AsArray().Select(item => (string)item!["disclosure"]!));

    private async Task<JsonNode> JsonAsync(string path, string name = "mira", Tlp clearance = Tlp.Red)
    {
        using var response = await metrics.SendAsync(HttpMethod.Get, path, name: name, clearance: clearance);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    private static async Task ShouldBeAsync(HttpResponseMessage response, HttpStatusCode status, string slug)
    {
        response.StatusCode.ShouldBe(status);
        ((string)(await BodyAsync(response))["type"]!).ShouldBe($"urn:ketman:problem:{slug}");
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
}
