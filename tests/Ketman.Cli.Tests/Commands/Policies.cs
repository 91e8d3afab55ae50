using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ketman.Cli.Tests.Commands;

public sealed class Policies : IAsyncLifetime
{
    private const string Document = """
        {"name":"mine","title":"As we like it","calendar":{"zone":"UTC","hours":{"mon":["09:00-17:00"]},"holidays":[]},"companyCalendar":false,
         "clocks":[{"name":"acknowledgement","title":"An answer","owedBy":"company","per":"case","stoppedBy":["acknowledged"],"warnBefore":["P1D"],
           "due":{"after":"first-delivered","time":"PT16H","counted":"business"},"grace":{"time":"P2D"},
           "variants":[{"severity":"high","due":{"after":"first-delivered","time":"PT8H","counted":"business"}}]}],
         "ladder":[{"step":"notice","title":"Tell","kind":"final-notice","cancelledBy":["company-word"],"takenBy":"person",
           "due":{"firstOf":[{"afterBreach":"acknowledgement","time":"P7D"},{"after":"opened","time":"P30D","ifAbsent":"acknowledged"}]}}],
         "publication":{"noticePeriod":"P14D","attempts":3,"channels":2,"days":2,"approvals":1,"stoppedBy":["company-word"],"clause":"We will name you."}}
        """;

    private Gateway _gateway = null!;
    private Researcher _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await Gateway.StartAsync(AnswerAsync);
        _lead = new Researcher(_gateway.Url);
        _lead.Write("mine.json", Document);
    }

    public async ValueTask DisposeAsync()
    {
        _lead.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task policies_are_listed() => (await _lead.TypesAsync("policy", "list")).ShouldBe(new Run(ExitCode.Ok, """
        POLICY  VERSION  APPLIED               BY    TITLE
        mine          2  2025-02-03 10:00 UTC  mira  As we like it

        """, ""));

    [Fact]
    public async Task a_policy_is_shown_in_words() => (await _lead.TypesAsync("policy", "show", "mine")).ShouldBe(new Run(ExitCode.Ok, """
        mine, version 2
        title                   As we like it
        applied                 2025-02-03 10:00 UTC by mira
        digest                  5f3a
        calendar                UTC, mon 09:00-17:00
        company's own calendar  does not count

        clocks
        CLOCK            OWED BY  DUE                                           STOPPED BY    PAUSED BY  WARNED  GRACE
        acknowledgement  company  PT16H of business time after first-delivered  acknowledged  -          P1D     P2D
          high           -        PT8H of business time after first-delivered   -             -          -       -

        ladder
        STEP    KIND          DUE                                                                                            CANCELLED BY  BY
        notice  final-notice  (P7D after breach of acknowledgement, or without that P30D after opened, unless acknowledged)  company-word  person

        publication
        notice period  P14D
        attempts       3 over 2 channels on 2 days
        approvals      1
        stopped by     company-word
        clause         We will name you.

        """, ""));

    [Fact]
    public async Task a_document_is_printed_to_be_edited()
    {
        var run = await _lead.TypesAsync("policy", "show", "mine", "--document");

        JsonNode.DeepEquals(JsonNode.Parse(run.Output), JsonNode.Parse(Document)).ShouldBeTrue(run.Output);
        (await _lead.TypesAsync("policy", "show", "mine", "--version", "1")).Code.ShouldBe(ExitCode.Ok);
        _gateway.Requests[^1].Query.ShouldBe("?version=1");
    }

    [Fact]
    public async Task a_sound_document_is_called_so_and_another_has_its_flaws_named()
    {
        _lead.Write("broken.json", """{"name":"broken"}""");

        (await _lead.TypesAsync("policy", "validate", "mine.json")).ShouldBe(new Run(ExitCode.Ok, "mine.json is a valid policy, digest 5f3a.\n", ""));
        (await _lead.TypesAsync("policy", "validate", "broken.json")).ShouldBe(new Run(ExitCode.Usage, """
            WHERE             WHAT
            clocks            missing
            clocks[0].due.if  belongs into the ladder

            """, ""));
        (await _lead.TypesAsync("policy", "validate", "broken.json", "--json")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task a_document_is_applied_as_it_was_written()
    {
        var run = await _lead.TypesAsync("policy", "apply", "mine.json", "--note", "clearer");

        run.ShouldBe(new Run(ExitCode.Ok, "mine is at version 3; it holds for cases opened from now on.\n", ""));
        var request = _gateway.Requests[^1];
        (request.Path, (string)request.Json["note"]!).ShouldBe(("/api/v1/policies", "clearer"));
        JsonNode.DeepEquals(request.Json["document"], JsonNode.Parse(Document)).ShouldBeTrue();
    }

    [Fact]
    public async Task versions_and_drafts_are_compared()
    {
        (await _lead.TypesAsync("policy", "diff", "mine", "--from", "1", "--to", "2")).ShouldBe(new Run(ExitCode.Ok, """
            MEMBER                            VERSION 1  VERSION 2
            clocks[acknowledgement].due.time  PT8H       PT16H
            ladder[notice]                    -          {"step":"notice"}

            """, ""));
        _gateway.Requests[^1].Query.ShouldBe("?from=1&to=2");
        (await _lead.TypesAsync("policy", "diff", "mine", "mine.json")).Output.ShouldContain("DRAFT");
        ((string)_gateway.Requests[^1].Json["name"]!).ShouldBe("mine");
        (await _lead.TypesAsync("policy", "diff", "mine")).Code.ShouldBe(ExitCode.Usage);
        (await _lead.TypesAsync("policy", "diff", "mine", "mine.json", "--to", "2")).Code.ShouldBe(ExitCode.Usage);
        (await _lead.TypesAsync("policy", "diff", "mine", "mine.json", "--from", "first")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task a_draft_is_tried_on_the_real_history()
    {
        var run = await _lead.TypesAsync("policy", "replay", "mine.json", "--against", "halcyon-2025-02");

        run.ShouldBe(new Run(ExitCode.Ok, """
            8 cases replayed until 2025-03-01 09:00 UTC; 1 would have gone differently.
            WHAT         AS IT IS  UNDER THE DRAFT
            breaches            3                2
            steps               5                5
            publishable         0                1

            DISCLOSURE       WHAT    WHICH            AS IT IS              UNDER THE DRAFT
            halcyon-2025-02  breach  acknowledgement  2025-02-05 17:00 UTC  -

            """, ""));
        ((string)_gateway.Requests[^1].Json["against"]!).ShouldBe("halcyon-2025-02");
    }

    [Theory]
    [InlineData("absent.json", "there is no such file")]
    [InlineData("notes.txt", "is no JSON: something is wrong in line 1")]
    public async Task a_file_that_cannot_be_sent_is_said_to_be(string file, string reason)
    {
        _lead.Write("notes.txt", "not a policy");

        var run = await _lead.TypesAsync("policy", "apply", file);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Errors.ShouldContain(reason);
        _gateway.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_company_gets_a_calendar_of_its_own_and_loses_it()
    {
        _lead.Write("hours.json", """{"zone":"Asia/Kathmandu","hours":"24x7"}""");

        (await _lead.TypesAsync("companies", "calendar", "halcyon", "hours.json")).ShouldBe(new Run(ExitCode.Ok, "halcyon has a calendar of its own.\n", ""));
        _gateway.Requests[^1].Json.ToJsonString().ShouldBe("""{"calendar":{"zone":"Asia/Kathmandu","hours":"24x7"}}""");
        (await _lead.TypesAsync("companies", "calendar", "halcyon", "--remove")).ShouldBe(new Run(ExitCode.Ok, "halcyon has no calendar of its own any more.\n", ""));
        (await _lead.TypesAsync("companies", "calendar", "halcyon")).Code.ShouldBe(ExitCode.Usage);
        (await _lead.TypesAsync("companies", "calendar", "halcyon", "hours.json", "--remove")).Code.ShouldBe(ExitCode.Usage);
    }

    private static Task AnswerAsync(HttpContext context, Received received) => Gateway.JsonAsync(context, 200, received.Path["/api/v1/".Length..] switch
    {
        "policies" when received.Method == "GET" => """{"items":[{"name":"mine","version":2,"title":"As we like it","digest":"5f3a","appliedAt":"2025-02-03T10:00:00Z","appliedBy":"mira"}]}""",
        "policies" => """{"id":"1","stream":"policy-1","ref":"mine","version":3,"changed":true,"events":[]}""",
        "policies/mine" => $$"""{"name":"mine","version":2,"title":"As we like it","digest":"5f3a","appliedAt":"2025-02-03T10:00:00Z","appliedBy":"mira","document":{{Document}},"versions":[]}""",
        "policies/validate" when received.Body.Contains("broken", StringComparison.Ordinal) =>
            """{"valid":false,"problems":[{"field":"clocks","message":"missing"},{"field":"clocks[0].due.if","message":"belongs into the ladder"}]}""",
        "policies/validate" => """{"valid":true,"problems":[],"digest":"5f3a"}""",
        "policies/mine/diff" => """{"name":"mine","from":1,"to":2,"differences":[{"path":"clocks[acknowledgement].due.time","from":"PT8H","to":"PT16H"},{"path":"ladder[notice]","to":{"step":"notice"}}]}""",
        "policies/diff" => """{"name":"mine","from":2,"differences":[{"path":"title","from":"a","to":"b"}]}""",
        "policies/replay" => """
            {"policy":"mine","digest":"5f3a","until":"2025-03-01T09:00:00Z","cases":8,"differing":1,"before":{"breaches":3,"steps":5,"publishable":0},"after":{"breaches":2,"steps":5,"publishable":1},
             "items":[{"id":"1","disclosure":"halcyon-2025-02","policy":"ketman-standard","version":1,"differences":[{"kind":"breach","name":"acknowledgement","before":"2025-02-05T17:00:00Z"}]}],"omitted":0}
            """,
        _ => """{"id":"1","stream":"company-1","ref":"halcyon","version":2,"changed":true,"events":[]}""",
    });
}
