using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Ketman.Metrics.Tests;

/// <summary>What can be asked of a month over HTTP, and how it is answered; nothing is frozen here.</summary>
public sealed class StatementQuestionTests(RunningMetrics metrics) : IClassFixture<RunningMetrics>
{
    [Theory]
    [InlineData("statements/2025-02?format=pdf", "format")]
    [InlineData("statements/2025-02?version=0", "version")]
    [InlineData("statements/2025-02?version=one", "version")]
    [InlineData("statements/2025-02?state=DRAFT", "state")]
    [InlineData("statements/2025-02?state=draft&version=1", "state")]
    [InlineData("statements/2025-02?against=2025-1", "against")]
    [InlineData("statements/2025-02?against=2025-01&version=1", "against")]
    [InlineData("statements/2025-02?asOf=yesterday", "asOf")]
    [InlineData("statements/2025-02?asOf=2025-03-01&version=1", "asOf")]
    [InlineData("statements/2025-02?by=known", "by")]
    [InlineData("statements/2025-02?tlp=white", "tlp")]
    [InlineData("statements/2025-02/figures/money-transferred?asOf=x", "asOf")]
    public async Task a_question_that_makes_no_sense_is_answered_with_the_member(string path, string field)
    {
        var (_, body) = await metrics.AnswerAsync(Get(path), HttpStatusCode.BadRequest);
        ((string)Json(body)["errors"]![0]!["field"]!).ShouldBe(field);
    }

    [Theory]
    [InlineData("statements/2025-02?version=1")]
    [InlineData("statements/2025-02?state=frozen")]
    [InlineData("statements/2025-02?format=sealed")]
    [InlineData("statements/2025-02/figures/nothing")]
    [InlineData("statements/2025-02/notes/money-transferred")]
    public async Task what_is_not_there_is_not_found(string path) => await metrics.AnswerAsync(Get(path), HttpStatusCode.NotFound);

    [Fact]
    public async Task the_page_comes_with_a_policy_that_lets_in_its_own_style_alone()
    {
        var (response, body) = await metrics.AnswerAsync(Get("statements/2025-02?format=html"));
        var style = body[(body.IndexOf("<style>", StringComparison.Ordinal) + 7)..body.IndexOf("</style>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldBe($"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-{hash}'");
        body.ShouldNotContain("<script");
        body.ShouldNotContain("src=");
    }

    [Fact]
    public async Task a_month_stands_beside_another_number_by_number()
    {
        var compared = Json((await metrics.AnswerAsync(Get("statements/2025-02?against=2025-01"))).Body);
        ((string)compared["zone"]!).ShouldBe("UTC");
        var money = compared["figures"]!.AsArray().Single(cell => (string)cell!["figure"]! == "money-transferred" && (string)cell["member"]! == "value")!;
        ((decimal)money["value"]!, (decimal)money["against"]!, (decimal)money["difference"]!).ShouldBe((50_000m, 36_800m, 13_200m));
        var csv = (await metrics.AnswerAsync(Get("statements/2025-02?against=2025-01&format=csv"))).Body;
        csv.ShouldStartWith("figure,member,unit,2025-02,2025-01,difference\r\n");
        csv.ShouldContain("money-transferred,value,USD,50000,36800,13200\r\n");
        await metrics.AnswerAsync(Get("statements/2025-02?against=2025-01&format=html"), HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task a_figure_is_explained_case_by_case_and_with_what_did_not_count()
    {
        var explained = Json((await metrics.AnswerAsync(Get("statements/2025-02/figures/affected-companies"))).Body);
        ((string)explained["definition"]!["words"]!).ShouldContain("both had code merged and was paid");
        explained["contributing"]!.AsArray().Count.ShouldBe(7);
        explained["contributing"]!.AsArray().Select(one => (string?)one!["disclosure"]).ShouldContain("halcyon-2025-02");
        explained["leftOut"]!.AsArray().Where(one => ((string)one!["why"]!).StartsWith("code was merged", StringComparison.Ordinal)).Sum(one => (int)one!["count"]!)
            .ShouldBe(4, "eleven by the relaxed count, seven by the strict one");

        // Below, what may not be known is neither named nor counted.
        var clear = (await metrics.AnswerAsync(Get("statements/2025-02/figures/affected-companies?tlp=clear"))).Body;
        clear.ShouldNotContain("halcyon");
        Json(clear)["contributing"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task a_month_is_told_as_it_was_known_and_as_it_stood()
    {
        // Everything in the sample was recorded on the first of April.
        Value((await metrics.AnswerAsync(Get("statements/2025-02?asOf=2025-03-31"))).Body).ShouldBe(0m);
        Value((await metrics.AnswerAsync(Get("statements/2025-02?asOf=2025-04-02"))).Body).ShouldBe(50_000m);
        var half = Json((await metrics.AnswerAsync(Get("statements/2025-02?asOf=2025-02-14&by=happened"))).Body);
        ((bool)half["complete"]!).ShouldBeFalse();
        ((string)half["lastDay"]!).ShouldBe("2025-02-14");
        await metrics.AnswerAsync(Get("statements/2025-02?asOf=2025-01-31"), HttpStatusCode.UnprocessableEntity);

        static decimal Value(string body) => (decimal)Json(body)["moneyTransferred"]!["value"]!;
    }

    private HttpRequestMessage Get(string path) => metrics.As("ana", "analyst", HttpMethod.Get, path);

    private static JsonObject Json(string body) => JsonNode.Parse(body)!.AsObject();
}
