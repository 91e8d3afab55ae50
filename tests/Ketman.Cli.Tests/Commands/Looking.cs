using Microsoft.AspNetCore.Http;

namespace Ketman.Cli.Tests.Commands;

public sealed class Looking : AtTheGateway
{
    private const string Markdown = """
        ---
        title: Ketman Activity Statement - February 2025
        ---

        # February 2025

        In February, there were **seven companies** affected.
        It goes on here.

        - one
        - two with `code`

        | figure | value |
        |---|---|
        | affected | 7 |
        """;

    [Fact]
    public async Task a_piped_list_is_aligned_columns_without_lines_or_colours()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"items":[{"handle":"halcyon","name":"Halcyon Protocol","domain":"halcyon.example","tvlRank":212},{"handle":"borealis","name":"Borealis DAO"}],"next":null}""");

        var run = await Researcher.TypesAsync("companies", "list");

        run.ShouldBe(new Run(ExitCode.Ok, """
            COMPANY   NAME              DOMAIN           TVL RANK  ZONE  PRIVACY
            halcyon   Halcyon Protocol  halcyon.example       212  -     -
            borealis  Borealis DAO      -                       -  -     -

            """, ""));
        Gateway.Requests.Single().Query.ShouldBe("?limit=100");
    }

    [Fact]
    public async Task a_table_on_a_terminal_stays_within_its_width()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            $$"""{"items":[{"handle":"halcyon","name":"{{string.Join(' ', Enumerable.Repeat("Halcyon", 30))}}"}],"next":null}""");
        using var person = new Researcher(Gateway.Url) { AtTerminal = true, Width = 70 }.With("NO_COLOR", "1");

        var run = await person.TypesAsync("companies", "list");

        run.Output.Split('\n').ShouldAllBe(line => line.Length <= 70);
        run.Output.ShouldContain("│");
        run.Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task every_page_is_fetched_when_all_are_wanted()
    {
        Gateway.Answer = (context, received) => Gateway.JsonAsync(context, 200, received.Query.Contains("after=c%201", StringComparison.Ordinal)
            ? """{"items":[{"handle":"borealis"}],"next":null}"""
            : """{"items":[{"handle":"halcyon"}],"next":"c 1"}""");

        var one = await Researcher.TypesAsync("companies", "list");
        var all = await Researcher.TypesAsync("companies", "list", "--all");

        one.Output.ShouldNotContain("borealis");
        one.Errors.ShouldBe("There are more: --all shows every one, --after c 1 the next page.\n");
        all.Output.ShouldContain("borealis");
        all.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task what_somebody_wrote_cannot_steer_the_terminal()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"items":[{"handle":"halcyon","name":"evil\u001b[2J\u202Ename [red]not markup[/]"}],"next":null}""");
        using var person = new Researcher(Gateway.Url) { AtTerminal = true, Width = 120 }.With("NO_COLOR", "1");

        foreach (var run in new[] { await person.TypesAsync("companies", "list"), await Researcher.TypesAsync("companies", "list") })
        {
            run.Output.ShouldContain("evil\uFFFD[2J\uFFFDname [red]not markup[/]");
        }
    }

    [Fact]
    public async Task times_are_shown_where_the_reader_is_and_say_so()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"ref":"halcyon-2025-02","openedAt":"2025-02-03","acknowledgedAt":"2025-02-04T16:20:00Z","facts":[{"what":"mail","at":"2025-02-03T10:00:00.5Z"}]}""");
        using var abroad = new Researcher(Gateway.Url) { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich") };

        var run = await abroad.TypesAsync("disclosures", "show", "halcyon-2025-02");

        run.Output.ShouldBe("""
            halcyon-2025-02
            ref              halcyon-2025-02
            opened at        2025-02-03
            acknowledged at  2025-02-04 17:20 +01:00

            facts
            WHAT  AT
            mail  2025-02-03 11:00 +01:00

            """);
    }

    [Fact]
    public async Task the_board_says_who_has_to_move_and_what_is_owed()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """
            {"items":[{"disclosure":"halcyon-2025-02","id":"1","company":{"id":"2","handle":"halcyon","name":"Halcyon","private":true},"status":"open",
            "openedAt":"2025-02-03","ageDays":26,"lastOutreach":{"at":"2025-02-03T10:00:00Z","channel":"email"},"attempts":2,"channels":["email"],
            "waitingOn":"company","reaction":"deferred","nextOwed":{"kind":"promise","what":"revoke access","due":"2025-02-14"},"overdue":true,"assignee":"mira"},
            {"disclosure":"corvina-2025-02","company":{"handle":"corvina","name":"Corvina","private":false},"ageDays":4,"waitingOn":"company",
            "nextOwed":{"kind":"clock","name":"acknowledgement","title":"The company answers","overdueAt":"2025-02-10T09:00:00Z","owedBy":"company","paused":true},"overdue":false},
            {"disclosure":"borealis-2025-02","company":{"handle":"borealis","name":"Borealis","private":false},"ageDays":1,"waitingOn":"us",
            "nextOwed":{"kind":"first-outreach"},"overdue":false}],"next":null}
            """);

        var run = await Researcher.TypesAsync("board", "--waiting-on", "company", "--overdue", "true");

        Gateway.Requests.Single().Query.ShouldBe("?waitingOn=company&overdue=true&limit=100");
        run.Output.ShouldBe("""
            DISCLOSURE        COMPANY             AGE  LAST OUTREACH               WAITING ON  REACTION  IN CHARGE  NEXT OWED
            halcyon-2025-02   Halcyon (private)  26 d  2025-02-03 10:00 UTC email  company     deferred  mira       OVERDUE: revoke access by 2025-02-14
            corvina-2025-02   Corvina             4 d  -                           company     -         -          The company answers by 2025-02-10 09:00 UTC (paused)
            borealis-2025-02  Borealis            1 d  -                           us          -         -          first outreach

            """);
    }

    [Fact]
    public async Task a_timeline_tells_mistakes_as_such()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """
            {"disclosure":"halcyon-2025-02","entries":[
            {"id":"7","what":"Note: wrong case","at":"2025-02-05","recordedBy":"mira","retracted":{"event":"8","reason":"belongs to another case"}},
            {"id":"9","what":"5000 USDC paid","at":"2025-02-06","account":"github:quietfox","recordedBy":"mira","correctedBy":"10"}]}
            """);

        (await Researcher.TypesAsync("disclosures", "timeline", "halcyon-2025-02", "--ids")).Output.ShouldBe("""
            WHEN        WHAT                                                   ACCOUNT          RECORDED BY  FACT
            2025-02-05  Note: wrong case (retracted: belongs to another case)  -                mira         7
            2025-02-06  5000 USDC paid (corrected)                             github:quietfox  mira         9

            """);
    }

    [Fact]
    public async Task a_statement_in_a_pipe_is_the_markdown_that_can_be_published()
    {
        Gateway.Answer = (context, _) => context.Response.WriteAsync(Markdown, context.RequestAborted);

        var run = await Researcher.TypesAsync("statement", "2025-02");

        run.Output.ShouldBe(Markdown + "\n");
        Gateway.Requests.Single().Headers["Accept"].ShouldBe("text/markdown");
    }

    [Fact]
    public async Task a_statement_on_a_terminal_is_rendered_for_eyes()
    {
        Gateway.Answer = (context, _) => context.Response.WriteAsync(Markdown, context.RequestAborted);
        using var person = new Researcher(Gateway.Url) { AtTerminal = true };

        var run = await person.TypesAsync("statement", "2025-02");

        run.Output.ShouldContain("Ketman Activity Statement - February 2025");
        run.Output.ShouldNotContain("title:");
        run.Output.ShouldContain("\u001b[1mseven companies\u001b[0m");
        run.Output.ShouldContain("affected. It goes on here.", customMessage: "a paragraph flows");
        run.Output.ShouldContain("• ");
        run.Output.ShouldNotContain("|---|");
    }

    [Fact]
    public async Task a_statement_for_programs_is_asked_for_as_json()
    {
        var run = await Researcher.TypesAsync("statement", "2025-02", "--json");

        run.Output.ShouldBe("{}\n");
        Gateway.Requests.Single().Headers["Accept"].ShouldBe("application/json");
    }

    [Fact]
    public async Task a_month_that_does_not_exist_is_not_asked_for()
    {
        (await Researcher.TypesAsync("statement", "2025-13")).Code.ShouldBe(ExitCode.Usage);
        Gateway.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task health_says_what_is_missing_without_a_key()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 503,
            """{"status":"not-ready","checks":{"database":{"ready":true},"intake":{"ready":false,"description":"does not answer"}}}""");
        using var stranger = new Researcher(Gateway.Url, key: null);

        (await stranger.TypesAsync("health")).ShouldBe(new Run(ExitCode.Unreachable, """
            not ready
            database  ready
            intake    not ready: does not answer

            """, ""));
    }

    [Fact]
    public async Task health_waits_until_it_is_ready_or_the_time_is_up()
    {
        var asked = 0;
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, ++asked < 5 ? 503 : 200, """{"status":"x","checks":{}}""");

        (await Researcher.TypesAsync("health", "--wait", "60")).Code.ShouldBe(ExitCode.Ok);
        asked = int.MinValue;
        (await Researcher.TypesAsync("health", "--wait", "2")).Code.ShouldBe(ExitCode.Unreachable);
    }

    [Fact]
    public async Task a_key_is_printed_alone_so_that_it_can_go_into_a_file()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 201, """{"key":"kt_secret","id":"1","name":"mira"}""");

        var run = await Researcher.TypesAsync("keys", "create", "mira", "--role", "analyst", "--role", "publisher");

        run.Output.ShouldBe("kt_secret\n");
        Gateway.Requests.Single().Body.ShouldBe("""{"name":"mira","roles":["analyst","publisher"]}""");
    }

    [Fact]
    public async Task somebody_else_listening_there_is_not_mistaken_for_the_platform()
    {
        Gateway.Answer = (context, _) => context.Response.WriteAsync("<html>welcome</html>", context.RequestAborted);

        var run = await Researcher.TypesAsync("board");

        run.ShouldBe(new Run(ExitCode.Unreachable, "", "ketman: What listens there is not the platform's gateway: its answer is no JSON. Check KETMAN_URL.\n"));
    }
}
