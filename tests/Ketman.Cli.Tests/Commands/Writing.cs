using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Ketman.Cli.Tests.Commands;

public sealed partial class Writing : IAsyncLifetime
{
    private const string Accepted =
        """{"id":"0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a10","stream":"disclosure-1","ref":"halcyon-2025-02","version":7,"changed":true,"events":[]}""";

    private Gateway _gateway = null!;
    private Researcher _researcher = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await Gateway.StartAsync((context, _) => Gateway.JsonAsync(context, 200, Accepted));
        _researcher = new Researcher(_gateway.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _researcher.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task what_was_typed_goes_to_the_commands_route_as_its_members()
    {
        var run = await _researcher.TypesAsync(
            "outreach", "log", "halcyon-2025-02", "--channel", "email", "--recipient", "security contact", "--at", "2025-02-03", "--key", "first-mail");

        var request = _gateway.Requests.Single();
        (request.Method, request.Path).ShouldBe(("POST", "/api/v1/disclosures/halcyon-2025-02/outreach"));
        JsonNode.DeepEquals(request.Json, JsonNode.Parse("""{"channel":"email","recipient":"security contact","at":"2025-02-03"}""")).ShouldBeTrue();
        request.Headers["Idempotency-Key"].ShouldBe("first-mail");
        request.Headers["Authorization"].ShouldBe("Bearer kt_test");
        run.ShouldBe(new Run(ExitCode.Ok, "Recorded log-outreach on halcyon-2025-02 (version 7, fact first-mail).\n", ""));
    }

    [Fact]
    public async Task every_write_has_a_key_and_every_request_a_trace()
    {
        await _researcher.TypesAsync("reaction", "halcyon-2025-02", "war-room");
        var loud = await _researcher.TypesAsync("reaction", "halcyon-2025-02", "war-room", "--verbose");

        var (first, second) = (_gateway.Requests[0], _gateway.Requests[1]);
        first.Headers["Idempotency-Key"].ShouldNotBe(second.Headers["Idempotency-Key"]);
        TraceParent().IsMatch(first.Headers["traceparent"]).ShouldBeTrue();
        loud.Errors.ShouldContain($"ketman: trace {second.Headers["traceparent"].Split('-')[1]}");
    }

    [Fact]
    public async Task a_name_is_escaped_in_an_address()
    {
        await _researcher.TypesAsync("accounts", "clear", "github:a/b c", "--reason", "met in person");

        _gateway.Requests.Single().Path.ShouldBe("/api/v1/accounts/github:a%2Fb c/clear");
    }

    [Fact]
    public async Task what_stands_in_the_address_is_not_said_twice()
    {
        await _researcher.TypesAsync(
            "payment", "correct", "halcyon-2025-02", "november", "--account", "github:quietfox", "--asset", "USDC", "--amount", "5500.10", "--at", "2024-11-30", "--reason", "slip");

        var request = _gateway.Requests.Single();
        request.Path.ShouldBe("/api/v1/disclosures/halcyon-2025-02/payments/november/correct");
        JsonNode.DeepEquals(request.Json, JsonNode.Parse(
            """{"account":"github:quietfox","asset":"USDC","amount":5500.10,"at":"2024-11-30","reason":"slip"}""")).ShouldBeTrue();
    }

    [Fact]
    public async Task lists_truths_and_whole_numbers_are_those_of_json()
    {
        await _researcher.TypesAsync("accounts", "index", "github:quietfox", "--active", "yes", "--employed-at", "Borealis DAO", "--employed-at", "Halcyon");
        await _researcher.TypesAsync("companies", "register", "halcyon", "Halcyon Protocol", "--tvl-rank", "212");
        await _researcher.TypesAsync("outreach", "answered", "halcyon-2025-02", "first-mail", "--automatic");

        _gateway.Requests.Select(request => request.Body).ShouldBe(
        [
            """{"active":true,"employedAt":["Borealis DAO","Halcyon"]}""",
            """{"handle":"halcyon","name":"Halcyon Protocol","tvlRank":212}""",
            """{"outreach":"first-mail","automatic":true}""",
        ]);
    }

    [Fact]
    public async Task a_time_without_an_offset_is_local_and_words_for_days_are_days()
    {
        using var abroad = new Researcher(_gateway.Url) { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo") };
        foreach (var at in new[] { "2025-02-04 09:30", "yesterday", "2025-02-04T09:30:00Z" })
        {
            await abroad.TypesAsync("disclosures", "note", "halcyon-2025-02", "x", "--at", at);
        }

        _gateway.Requests.Select(request => request.Json["at"]!.GetValue<string>()).ShouldBe(["2025-02-04T09:30:00+09:00", "2025-02-28", "2025-02-04T09:30:00Z"]);
    }

    [Theory]
    [InlineData("--channel: expected one of email, telegram", "outreach", "log", "x", "--channel", "emial")]
    [InlineData("did you mean email?", "outreach", "log", "x", "--channel", "emial")]
    [InlineData("--at: expected a day (2025-02-03, today, yesterday) or a time", "disclosures", "note", "x", "y", "--at", "last week")]
    [InlineData("--tvl-rank: expected a whole number such as 212.", "companies", "change", "x", "--tvl-rank", "high")]
    [InlineData("Nothing to change: give at least one of --name, --domain", "companies", "change", "x")]
    [InlineData("Option '--channel' is required.", "outreach", "log", "x")]
    [InlineData("there is no option --chanel; did you mean --channel?", "outreach", "log", "x", "--chanel", "email")]
    [InlineData("there is no command 'outreach logg'; did you mean log?", "outreach", "logg")]
    [InlineData("there is no command 'bord'; did you mean board?", "bord")]
    public async Task a_slip_is_told_with_what_would_be_right_and_nothing_is_sent(string told, params string[] typed)
    {
        var run = await _researcher.TypesAsync(typed);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldContain(told);
        _gateway.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task the_answer_goes_to_programs_unchanged() =>
        (await _researcher.TypesAsync("reaction", "halcyon-2025-02", "silent", "--json")).Output.ShouldBe(Accepted + "\n");

    [Fact]
    public async Task what_was_known_already_is_said_so()
    {
        _gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, Accepted.Replace("true", "false", StringComparison.Ordinal));

        (await _researcher.TypesAsync("reaction", "halcyon-2025-02", "silent")).Output.ShouldBe("Nothing new: halcyon-2025-02 says so already (version 7).\n");
    }

    [Fact]
    public async Task a_broken_rule_is_one_sentence_and_its_name()
    {
        _gateway.Answer = (context, _) => Gateway.ProblemAsync(
            context, 422, "rule:case-closed", "A rule forbids this.", "The case is closed; reopen it first.");

        var run = await _researcher.TypesAsync("reaction", "halcyon-2025-02", "silent");

        run.ShouldBe(new Run(ExitCode.Refused, "", "ketman: The case is closed; reopen it first. (rule case-closed)\n"));
    }

    [Fact]
    public async Task a_wrong_member_is_named_as_the_option_it_came_from()
    {
        _gateway.Answer = (context, _) => Gateway.ProblemAsync(
            context, 400, "invalid-request", "The request is not well-formed.", "detail", ("usdLow", "must not be more than usdHigh"));

        var run = await _researcher.TypesAsync(
            "payment", "record", "halcyon-2025-02", "--account", "github:quietfox", "--asset", "UNI", "--amount", "1", "--usd-low", "9", "--usd-high", "8", "--at", "2025-02-03");

        run.ShouldBe(new Run(ExitCode.Usage, "", "ketman: The request is not well-formed.\n  --usd-low: must not be more than usdHigh\n"));
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(409, 1)]
    [InlineData(412, 1)]
    [InlineData(401, 4)]
    [InlineData(403, 4)]
    [InlineData(413, 2)]
    [InlineData(500, 3)]
    public async Task the_exit_status_says_what_kind_of_failure_it_was(int status, int code)
    {
        _gateway.Answer = (context, _) => Gateway.ProblemAsync(context, status, "some", "Told.");

        (await _researcher.TypesAsync("reaction", "halcyon-2025-02", "silent")).Code.ShouldBe((ExitCode)code);
    }

    [Fact]
    public async Task a_failure_that_is_no_problem_document_is_still_a_sentence()
    {
        _gateway.Answer = (context, _) =>
        {
            context.Response.StatusCode = 418;
            return context.Response.WriteAsync("<html>teapot</html>", context.RequestAborted);
        };

        (await _researcher.TypesAsync("board")).Errors.ShouldBe("ketman: The platform answered 418 without saying why.\n");
    }

    [Fact]
    public async Task a_busy_platform_is_tried_again_with_the_same_key()
    {
        var refusals = 2;
        _gateway.Answer = (context, _) =>
        {
            if (Interlocked.Decrement(ref refusals) < 0)
            {
                return Gateway.JsonAsync(context, 200, Accepted);
            }

            context.Response.Headers.RetryAfter = "3";
            return Gateway.ProblemAsync(context, 429, "too-many-requests", "Too many requests.");
        };

        var run = await _researcher.TypesAsync("reaction", "halcyon-2025-02", "silent");

        run.Code.ShouldBe(ExitCode.Ok);
        _gateway.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct().Count().ShouldBe(1);
        _gateway.Requests.Select(request => request.Headers["traceparent"].Split('-')[1]).Distinct().Count().ShouldBe(1);
        _researcher.Time.Waited.ShouldAllBe(wait => wait >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task a_platform_that_stays_busy_is_given_up_with_what_it_said()
    {
        _gateway.Answer = (context, _) => Gateway.ProblemAsync(context, 503, "unavailable", "Disclosures does not answer.", "Nothing was stored.");

        var run = await _researcher.TypesAsync("reaction", "halcyon-2025-02", "silent");

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Errors.ShouldEndWith("ketman: Disclosures does not answer. Nothing was stored.\n");
        TimeSpan.FromTicks(_researcher.Time.Waited.Sum(wait => wait.Ticks)).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task a_platform_that_is_not_there_is_said_at_once()
    {
        using var elsewhere = new Researcher(new Uri("http://127.0.0.1:1"));

        var run = await elsewhere.TypesAsync("board");

        run.ShouldBe(new Run(ExitCode.Unreachable, "",
            "ketman: The platform at http://127.0.0.1:1 cannot be reached: nothing listens there. Is it up (`./ketman status`, `./ketman up`), and is KETMAN_URL right?\n"));
        elsewhere.Time.Waited.ShouldBeEmpty();
    }

    [Fact]
    public async Task the_key_of_the_checkout_is_found_from_below_it()
    {
        _researcher.With("KETMAN_KEY", null).Write(".ketman/admin.key", "kt_found");

        await _researcher.TypesAsync("board");

        _gateway.Requests.Single().Headers["Authorization"].ShouldBe("Bearer kt_found");
    }

    [Fact]
    public async Task the_key_of_the_checkout_is_never_sent_to_another_host()
    {
        _researcher.With("KETMAN_KEY", null).With("KETMAN_URL", "http://ketman.invalid:7400").Write(".ketman/admin.key", "kt_found");

        var run = await _researcher.TypesAsync("board");

        run.Code.ShouldBe(ExitCode.NotAllowed);
        run.Errors.ShouldStartWith("ketman: No API key: set KETMAN_KEY");
    }

    [Fact]
    public async Task a_lead_is_opened_as_a_disclosure_with_the_accounts_it_names()
    {
        _gateway.Answer = (context, received) => received.Method == "GET"
            ? Gateway.JsonAsync(context, 200, """{"ref":"lead-quietfox","company":{"id":"1","handle":"halcyon"},"accounts":[{"id":"2","ref":"github:quietfox"}]}""")
            : Gateway.JsonAsync(context, 201, Accepted);

        var run = await _researcher.TypesAsync("leads", "open", "lead-quietfox");

        _gateway.Requests[1].Path.ShouldBe("/api/v1/disclosures");
        _gateway.Requests[1].Body.ShouldBe("""{"company":"halcyon","lead":"lead-quietfox","accounts":["github:quietfox"]}""");
        run.Output.ShouldStartWith("lead-quietfox is open as the disclosure halcyon-2025-02.");
    }

    [GeneratedRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$")]
    private static partial Regex TraceParent();
}
