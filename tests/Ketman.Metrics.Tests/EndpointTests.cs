using System.Net;
using System.Text.Json.Nodes;
using Ketman.Testing;

namespace Ketman.Metrics.Tests;

/// <summary>The endpoints over HTTP, on the sample month in real PostgreSQL.</summary>
public sealed class EndpointTests(RunningMetrics metrics) : IClassFixture<RunningMetrics>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_board_shows_what_ran_out_longest_ago_first_then_the_oldest()
    {
        var items = await BoardAsync("/board");
        items.Select(item => (string)item["disclosure"]!).ShouldBe(
            [
                "orchardpay-2025-02", "palegate-2025-02", "fernlabs-2025-02", "greycoast-2025-01", "lumenbridge-2025-02", "quillstack-2025-02",
                "tidemark-2025-02", "brackenswap-2025-02", "saltmarsh-2025-02", "twinforks-2025-02", "oldharbour-2025-02", "emberline-2025-02", "marchlight-2025-03",
            ]);
        items.Count(item => (bool)item["overdue"]!).ShouldBe(3);
    }

    [Fact]
    public async Task a_row_of_the_board_says_who_waits_for_what_since_when()
    {
        var item = (await BoardAsync("/board?company=orchardpay")).ShouldHaveSingleItem();
        ((string)item["company"]!["name"]!).ShouldBe("OrchardPay");
        ((string)item["waitingOn"]!).ShouldBe("company");
        ((string)item["reaction"]!).ShouldBe("deferred");
        ((string)item["openedAt"]!).ShouldBe("2025-02-07T10:00:00Z");
        ((int)item["attempts"]!).ShouldBe(1);
        ((string)item["lastOutreach"]!["at"]!).ShouldBe("2025-02-07T11:00:00Z");
        ((string)item["nextOwed"]!["kind"]!).ShouldBe("promise");
        ((string)item["nextOwed"]!["due"]!).ShouldBe("2025-02-17");
        item["nextOwed"]!["overdueAt"]!.GetValue<DateTimeOffset>().ShouldBe(new DateTimeOffset(2025, 2, 18, 0, 0, 0, TimeSpan.Zero));
        ((int)item["ageDays"]!).ShouldBeGreaterThan(365);
    }

    [Theory]
    [InlineData("/board?waitingOn=us", "greycoast,quillstack,tidemark,saltmarsh,twinforks,emberline,marchlight")]
    [InlineData("/board?waitingOn=company&overdue=false", "lumenbridge,brackenswap,oldharbour")]
    [InlineData("/board?status=resolved", "halcyon")]
    [InlineData("/board?status=closed", "")]
    [InlineData("/board?reaction=informational", "quillstack,tidemark")]
    [InlineData("/board?reaction=none&status=all", "lumenbridge,twinforks,oldharbour,emberline")]
    [InlineData("/board?overdue=true", "orchardpay,palegate,fernlabs")]
    public async Task filters_narrow_the_board(string path, string companies) =>
        (await BoardAsync(path)).Select(item => (string)item["company"]!["handle"]!).ShouldBe(companies.Split(',', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public async Task pages_go_on_where_the_last_one_ended()
    {
        var whole = await BoardAsync("/board?status=all");
        List<string> paged = [];
        for (string? after = ""; after is not null;)
        {
            var page = await JsonAsync($"/board?status=all&limit=2{(after.Length == 0 ? "" : $"&after={after}")}");
            page["items"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(2);
            paged.AddRange(page["items"]!.AsArray().Select(item => (string)item!["disclosure"]!));
            after = (string?)page["next"];
        }

        paged.ShouldBe(whole.Select(item => (string)item["disclosure"]!));
    }

    [Fact]
    public async Task beside_the_rows_stand_the_views_and_what_is_due_where_they_are_asked_for()
    {
        var page = await JsonAsync("/board?limit=1&include=views,due");
        page["views"]!.AsArray().ShouldBeEmpty();
        foreach (var (member, overdue) in new[] { ("overdue", "true"), ("next", "false") })
        {
            page["due"]![member]!.ToJsonString().ShouldBe((await JsonAsync($"/watch?limit=3&overdue={overdue}")).ToJsonString());
        }

        page["due"]!["overdue"]!["items"]!.AsArray().Count.ShouldBe(3);
        var alone = (await JsonAsync("/board?limit=1")).AsObject();
        alone.ShouldNotContainKey("views");
        alone.ShouldNotContainKey("due");
    }

    [Theory]
    [InlineData("/board?include=everything", "include")]
    [InlineData("/board?include=", "include")]
    [InlineData("/board/counts?include=due", "include")]
    [InlineData("/board?limit=0", "limit")]
    [InlineData("/board?limit=201", "limit")]
    [InlineData("/board?limit=many", "limit")]
    [InlineData("/board?after=nonsense", "after")]
    [InlineData("/board?after=LXwyMDI1fHg", "after")]
    [InlineData("/board?waitingOn=them", "waitingOn")]
    [InlineData("/board?status=OPEN", "status")]
    [InlineData("/board?reaction=amused", "reaction")]
    [InlineData("/board?overdue=yes", "overdue")]
    [InlineData("/statements/2025-13", "month")]
    [InlineData("/statements/2025-2", "month")]
    [InlineData("/statements/1999-12", "month")]
    [InlineData("/statements/february", "month")]
    public async Task a_question_that_makes_no_sense_is_answered_with_the_member_and_what_would_be_right(string path, string field)
    {
        using var response = await metrics.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await BodyAsync(response);
        ((string)problem["type"]!).ShouldBe("urn:ketman:problem:invalid-request");
        ((string)problem["errors"]![0]!["field"]!).ShouldBe(field);
    }

    [Theory]
    [InlineData("/board?company=nobody", "company-not-found")]
    [InlineData("/disclosures/nothing/timeline", "disclosure-not-found")]
    [InlineData("/disclosures/00000000-0000-0000-0000-000000000000/timeline", "disclosure-not-found")]
    [InlineData("/board?company=%00", "company-not-found")]
    [InlineData("/companies/nobody/record", "company-not-found")]
    public async Task what_does_not_exist_is_not_found(string path, string slug)
    {
        using var response = await metrics.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        ((string)(await BodyAsync(response))["type"]!).ShouldBe($"urn:ketman:problem:{slug}");
    }

    [Fact]
    public async Task a_month_that_has_not_begun_says_which_is_the_latest()
    {
        using var response = await metrics.GetAsync("/statements/2999-01");
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await BodyAsync(response);
        ((string)problem["type"]!).ShouldBe("urn:ketman:problem:month-not-begun");
        ((string)problem["detail"]!).ShouldContain(TimeProvider.System.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/markdown", "text/markdown")]
    [InlineData("text/markdown, application/json;q=0.5", "text/markdown")]
    [InlineData("text/markdown;q=0.5, application/json", "application/json")]
    public async Task the_statement_comes_in_the_form_that_is_asked_for(string? accept, string type)
    {
        using var response = await metrics.GetAsync("/statements/2025-02", accept);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        if (type == "text/markdown")
        {
            text.ShouldBeApproved("statement-2025-02.red.md");
        }
        else
        {
            var statement = JsonNode.Parse(text)!;
            ((int)statement["affectedCompanies"]!["value"]!).ShouldBe(7);
            ((decimal)statement["moneyTransferred"]!["value"]!).ShouldBe(50_000m);
        }
    }

    [Fact]
    public async Task another_form_is_refused()
    {
        using var response = await metrics.GetAsync("/statements/2025-02", "application/pdf");
        response.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData("/board")]
    [InlineData("/statements/2025-02")]
    [InlineData("/disclosures/halcyon-2025-02/timeline")]
    [InlineData("/companies/orchardpay/record")]
    public async Task looking_again_costs_nothing_when_nothing_has_changed(string path)
    {
        using var first = await metrics.GetAsync(path);
        using var second = await metrics.GetAsync(path, ifNoneMatch: first.Headers.ETag!.ToString());
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        (await second.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task a_timeline_shows_everything_in_order_and_what_was_retracted_as_such()
    {
        var timeline = await JsonAsync("/disclosures/quillstack-2025-02/timeline");
        var entries = timeline["entries"]!.AsArray();
        ((string)entries[0]!["type"]!).ShouldBe("code-merged");
        ((string)entries[0]!["at"]!).ShouldBe("2024-06-01");
        ((string)entries[0]!["precision"]!).ShouldBe("day");
        ((string)entries[0]!["account"]!).ShouldBe("github:sample-brass-heron");
        ((string)entries[0]!["what"]!).ShouldBe("Code of github:sample-brass-heron merged into quillstack/editor");
        ((string)entries[0]!["retracted"]!["reason"]!).ShouldBe("Merged by a colleague whose name looks alike");
        ((string)entries[0]!["recordedBy"]!).ShouldBe("sample");
        entries.Count.ShouldBe(SampleMonth.Facts.Count(fact => fact.Subject == SampleMonth.DisclosureId("quillstack-2025-02")));
        entries.Count(entry => entry!["retracted"] is not null).ShouldBe(1);
    }

    [Fact]
    public async Task a_corrected_payment_names_its_correction()
    {
        var entries = (await JsonAsync($"/disclosures/{SampleMonth.DisclosureId("orchardpay-2025-02")}/timeline"))["entries"]!.AsArray();
        entries.Single(entry => entry!["correctedBy"] is not null)!["correctedBy"]!.GetValue<Guid>()
            .ShouldBe(SampleMonth.Event("disclosure", "orchardpay-2025-02", "w8-feb-right"));
    }

    [Fact]
    public async Task a_companys_record_tells_its_promises_money_and_reaction_times()
    {
        var record = await JsonAsync("/companies/fernlabs/record");
        ((int)record["promises"]!["missed"]!).ShouldBe(2);
        ((decimal)record["medianDaysToAcknowledge"]!).ShouldBe(1.2m);
        ((decimal)record["money"]!["usd"]!).ShouldBe(7_800m);
        ((int)record["money"]!["unpriced"]!).ShouldBe(1);
        var known = record["cases"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)known["reactions"]![0]!["reaction"]!).ShouldBe("deferred");
        ((int)known["workers"]!).ShouldBe(1);
    }

    [Fact]
    public async Task nothing_but_health_is_answered_without_the_gateways_word()
    {
        foreach (var path in new[] { "/board", "/statements/2025-02", "/disclosures/halcyon-2025-02/timeline", "/companies/fernlabs/record" })
        {
            using var response = await metrics.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using var live = await metrics.Client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancellation);
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<List<JsonNode>> BoardAsync(string path)
    {
        var page = await JsonAsync(path);
        page.AsObject().ContainsKey("next").ShouldBeTrue();
        return [.. page["items"]!.AsArray().Select(item => item!)];
    }

    private async Task<JsonNode> JsonAsync(string path)
    {
        using var response = await metrics.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
}
