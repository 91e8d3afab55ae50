using Microsoft.AspNetCore.Http;

namespace Ketman.Cli.Tests.Commands;

public sealed class Operating : IAsyncLifetime
{
    private const string Publisher = """{"name":"publisher","kind":"publisher","state":"running","checkpoint":7,"head":9,"lag":2,"rebuildable":false}""";
    private const string ReadModels = """{"name":"read-models","kind":"inline","state":"running","checkpoint":9,"head":9,"lag":0,"rebuildable":true}""";

    private readonly Dictionary<string, string> _projections = new()
    {
        ["intake"] = $"{Publisher},{ReadModels}",
        ["disclosures"] = Publisher,
        ["metrics"] = """
            {"name":"read-models","kind":"consumer","state":"paused","checkpoint":6,"head":9,"lag":3,"rebuildable":true,"pausedAt":"2025-03-01T08:00:00Z",
             "failed":{"event":"disclosure-1@3","type":"ketman:note-added:v1","errorType":"InvalidOperationException in Facts.Of"}}
            """,
    };

    private Gateway _gateway = null!;
    private Researcher _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await Gateway.StartAsync(AnswerAsync);
        _operator = new Researcher(_gateway.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task everything_that_follows_a_history_is_listed_with_what_stands_in_its_way()
    {
        (await _operator.TypesAsync("projections", "list")).ShouldBe(new Run(ExitCode.Ok, """
            PROJECTION             KIND       STATE    AT  OF  REMARK
            intake/publisher       publisher  running   7   9  -
            intake/read-models     inline     running   9   9  -
            disclosures/publisher  publisher  running   7   9  -
            metrics/read-models    consumer   paused    6   9  event disclosure-1@3 (ketman:note-added:v1) fails: InvalidOperationException in Facts.Of; since 2025-03-01 08:00 UTC

            """, ""));
    }

    [Fact]
    public async Task for_programs_each_service_is_a_line_unchanged()
    {
        var run = await _operator.TypesAsync("projections", "list", "--service", "disclosures", "--json");

        run.ShouldBe(new Run(ExitCode.Ok, $$"""{"service":"disclosures","items":[{{Publisher}}]}""" + "\n", ""));
    }

    [Fact]
    public async Task a_name_that_one_service_alone_has_is_enough_and_another_is_asked_back()
    {
        _projections["intake"] += ",{\"name\":\"disclosed-leads\",\"state\":\"running\"}";

        (await _operator.TypesAsync("projections", "pause", "disclosed-leads")).Output.ShouldBe("intake/disclosed-leads stands still.\n");
        var several = await _operator.TypesAsync("projections", "pause", "read-models");
        var none = await _operator.TypesAsync("projections", "pause", "metrics/board");

        several.ShouldBe(new Run(ExitCode.Usage, "", "ketman: Several services have one of that name; say which: intake/read-models, metrics/read-models.\n"));
        none.ShouldBe(new Run(ExitCode.Refused, "", "ketman: There is no such projection. There are: metrics/read-models.\n"));
        _gateway.Requests.Where(request => request.Method == "POST").Select(request => request.Path)
            .ShouldBe(["/api/v1/operations/intake/projections/disclosed-leads/pause"]);
    }

    [Fact]
    public async Task to_skip_names_the_event_that_was_seen_to_stand_in_the_way()
    {
        var run = await _operator.TypesAsync("projections", "skip", "metrics/read-models");

        run.ShouldBe(new Run(ExitCode.Ok, "metrics/read-models goes on after event disclosure-1@3.\n", ""));
        _gateway.Requests.Single(request => request.Method == "POST").Body.ShouldBe("""{"event":"disclosure-1@3"}""");
        (await _operator.TypesAsync("projections", "skip", "disclosures/publisher"))
            .ShouldBe(new Run(ExitCode.Refused, "", "ketman: No event stands in the way of disclosures/publisher; nothing was skipped.\n"));
    }

    [Fact]
    public async Task a_rebuild_shows_how_far_it_is_until_it_is_done()
    {
        var asked = 0;
        _gateway.Answer = (context, received) =>
        {
            var (phase, done) = received.Method == "POST" ? ("wanted", 0) : asked switch { 0 => ("done", 0), < 40 => ("folding", asked * 10), _ => ("done", 400) };
            asked += received.Method == "POST" || asked > 0 ? 1 : 0;
            return Gateway.JsonAsync(context, received.Method == "POST" ? 202 : 200,
                $$$"""{"items":[{"name":"read-models","state":"rebuilding","rebuild":{"phase":"{{{phase}}}","done":{{{done}}},"total":400}}]}""");
        };

        var run = await _operator.TypesAsync("projections", "rebuild", "metrics/read-models");

        run.Code.ShouldBe(ExitCode.Ok);
        run.Output.ShouldBe("metrics/read-models is rebuilt: 400 events.\n");
        run.Errors.ShouldContain("rebuilding metrics/read-models: 210 of 400 events (");
    }

    [Fact]
    public async Task a_rebuild_that_fails_says_at_which_event_and_that_nothing_has_changed()
    {
        _projections["metrics"] = """
            {"name":"read-models","state":"running","rebuild":{"phase":"failed","done":3,"total":9,"failedEvent":"disclosure-1@3","errorType":"FormatException"}}
            """;

        (await _operator.TypesAsync("projections", "rebuild", "metrics/read-models")).ShouldBe(new Run(
            ExitCode.Refused, "", "ketman: metrics/read-models is as it was: event disclosure-1@3 cannot be folded (FormatException).\n"));
        (await _operator.TypesAsync("projections", "rebuild", "metrics/read-models", "--no-wait")).Output
            .ShouldBe("metrics/read-models is being rebuilt; ketman projections list shows how far it is.\n");
    }

    [Fact]
    public async Task a_refusal_is_told_as_the_platform_says_it()
    {
        _gateway.Answer = (context, received) => received.Method == "POST"
            ? Gateway.ProblemAsync(context, 422, "not-rebuildable", "It cannot be rebuilt.", "publisher publishes the log; a rebuild never publishes.")
            : AnswerAsync(context, received);

        (await _operator.TypesAsync("projections", "rebuild", "disclosures/publisher")).ShouldBe(new Run(
            ExitCode.Refused, "", "ketman: It cannot be rebuilt. publisher publishes the log; a rebuild never publishes.\n"));
    }

    [Fact]
    public async Task the_road_is_shown_with_its_queues_and_what_could_not_be_folded()
    {
        (await _operator.TypesAsync("bus", "status")).ShouldBe(new Run(ExitCode.Ok, """
            SERVICE  QUEUE                MESSAGES
            intake   ketman.intake               0
            intake   ketman.intake_error         2

            intake publishes       everything is published
            intake listens         3 events of 1 streams wait since 2025-03-01 08:00 UTC
            disclosures publishes  12 places of its log are not confirmed by the broker, for 3.5 s

            SERVICE  EVENT           TYPE  REASON           NOTED                 SETTLED
            intake   disclosure-1@3  x     FormatException  2025-03-01 08:00 UTC  skipped by alice

            """, ""));
    }

    [Fact]
    public async Task messages_come_back_from_the_error_queues()
    {
        (await _operator.TypesAsync("bus", "redeliver")).Output.ShouldBe("""
            intake: 2 messages put back into the queue; 1 stand there still.
            metrics: 0 messages put back into the queue.

            """);
        (await _operator.TypesAsync("bus", "redeliver", "disclosures")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task an_alert_is_not_taken_for_well()
    {
        _gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"status":"alert","alerts":["metrics: consumer: read-models is paused"],"checks":{"metrics":{"ready":true,"description":"consumer: read-models is paused"}}}""");

        (await _operator.TypesAsync("health")).ShouldBe(new Run(ExitCode.Unreachable, $"""
            ALERT ({_gateway.Url.GetLeftPart(UriPartial.Authority)})
            metrics  alert: consumer: read-models is paused

            """, ""));
        (await _operator.TypesAsync("health", "--json")).Code.ShouldBe(ExitCode.Unreachable);
    }

    [Fact]
    public async Task to_wait_is_to_wait_for_what_was_recorded_before_and_no_longer()
    {
        var asked = 0;
        _gateway.Answer = (context, received) => Gateway.JsonAsync(context, 200, received.Path == "/health/ready"
            ? """{"status":"ready","checks":{}}"""
            : $$$"""{"caughtUp":{{{(++asked == 3 ? "true" : "false")}}},"owners":[{"owner":"intake","committed":{{{40 + asked}}},"unpublished":1,"streamsBehind":0}]}""");

        (await _operator.TypesAsync("health", "--wait")).Code.ShouldBe(ExitCode.Ok);

        _gateway.Requests.Where(request => request.Path != "/health/ready").Select(request => request.Query).ShouldBe(["", "?intake=41", "?intake=41"]);
        asked = 10;
        var late = await _operator.TypesAsync("health", "--wait", "3");
        late.Code.ShouldBe(ExitCode.Unreachable);
        late.Errors.ShouldStartWith("The figures lack something still of intake");
    }

    private Task AnswerAsync(HttpContext context, Received received)
    {
        var parts = received.Path.Split('/');
        var (service, what) = (parts[4], parts[5]);
        return (received.Method, what) switch
        {
            ("GET", "projections") => Gateway.JsonAsync(context, 200, $$"""{"service":"{{service}}","items":[{{_projections[service]}}]}"""),
            ("GET", _) => Gateway.JsonAsync(context, 200, Bus(service)),
            (_, "bus") => Gateway.JsonAsync(context, 200, service == "intake" ? """{"redelivered":2,"left":1}""" : """{"redelivered":0,"left":0}"""),
            _ => Gateway.JsonAsync(context, 200, """{"changed":true,"projection":{}}"""),
        };
    }

    private static string Bus(string service) => service switch
    {
        "intake" => """
            {"service":"intake","publishing":{"unpublished":0},"listening":{"connected":true,"queues":[{"name":"ketman.intake","messages":0},
             {"name":"ketman.intake_error","messages":2}],"errors":2,"waitingStreams":1,"waitingEvents":3,"waitingSince":"2025-03-01T08:00:00Z","conflicts":0,
             "poison":[{"event":"disclosure-1@3","type":"x","reason":"FormatException","kind":"fold","notedAt":"2025-03-01T08:00:00Z","settlement":"skipped","settledBy":"alice"}]}}
            """,
        "disclosures" => """{"service":"disclosures","publishing":{"unpublished":12,"waitingSeconds":3.5}}""",
        _ => """{"service":"metrics"}""",
    };
}
