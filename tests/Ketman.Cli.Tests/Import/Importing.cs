using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ketman.Cli.Tests.Import;

public sealed class Importing : IAsyncLifetime
{
    private const string Company = """{"type":"register-company","handle":"halcyon","name":"Halcyon"}""";
    private const string Opening = """{"type":"open-disclosure","handle":"halcyon-2025-02","company":"halcyon","at":"2025-02-03"}""";

    private readonly Book _book = new();
    private Gateway _gateway = null!;
    private Researcher _researcher = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await Gateway.StartAsync(_book.AnswerAsync);
        _researcher = new Researcher(_gateway.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _researcher.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task every_line_is_recorded_and_the_same_file_again_changes_nothing()
    {
        _researcher.Write("facts.jsonl", Company, Opening, Note(1), "", Note(2));

        var first = await _researcher.TypesAsync("import", "facts.jsonl");
        var second = await _researcher.TypesAsync("import", "facts.jsonl");

        first.ShouldBe(new Run(ExitCode.Ok, "4 lines: 4 recorded, 0 unchanged, 0 failed, in 0.0 s.\n", ""));
        second.ShouldBe(new Run(ExitCode.Ok, "4 lines: 0 recorded, 4 unchanged, 0 failed, in 0.0 s.\n", ""));
        _book.Recorded.Count.ShouldBe(4);
    }

    [Fact]
    public async Task what_intake_takes_goes_before_what_disclosures_takes()
    {
        _researcher.Write("facts.jsonl", Company, Opening, Note(1), Company.Replace("halcyon", "borealis", StringComparison.Ordinal));

        await _researcher.TypesAsync("import", "facts.jsonl");

        _gateway.Requests.Select(request => (request.Path, request.Json["items"]!.AsArray().Count))
            .ShouldBe([("/api/v1/intake/batch", 2), ("/api/v1/disclosures/batch", 2)]);
    }

    [Fact]
    public async Task a_bad_line_never_spoils_the_good_ones()
    {
        _researcher.Write("facts.jsonl",
            Company, "{broken", Opening, """{"type":"unheard-of"}""", Note("refused"),
            """{"type":"record-delivery","disclosure":"halcyon-2025-02","outreach":"nowhere"}""", Note(1));

        var run = await _researcher.TypesAsync("import", "facts.jsonl");

        run.Code.ShouldBe(ExitCode.PartlyFailed);
        run.Output.ShouldBe("7 lines: 3 recorded, 0 unchanged, 4 failed, in 0.0 s.\n");
        run.Errors.ShouldBe("""
            facts.jsonl:2: not valid JSON (column 2)
            facts.jsonl:4: type: no such type; docs/import.md lists them
            facts.jsonl:5: text: is refused
            facts.jsonl:6: No such attempt is known. (rule outreach-unknown)

            """);
    }

    [Fact]
    public async Task the_failed_lines_can_be_kept_mended_and_imported()
    {
        _researcher.Write("facts.jsonl", Company, Opening, Note("refused"), Note(1));

        await _researcher.TypesAsync("import", "facts.jsonl", "--errors", "failed.jsonl");
        var kept = await File.ReadAllTextAsync(Path.Combine(_researcher.Folder, "failed.jsonl"), TestContext.Current.CancellationToken);
        var again = await _researcher.TypesAsync("import", _researcher.Write("mended.jsonl", kept.Trim().Replace("\"text\":\"refused\"", "\"text\":\"mended\"", StringComparison.Ordinal)));

        JsonNode.Parse(kept)!["$error"]!.ToJsonString().ShouldBe("""{"file":"facts.jsonl","line":3,"field":"text","reason":"is refused"}""");
        again.Output.ShouldBe("1 lines: 1 recorded, 0 unchanged, 0 failed, in 0.0 s.\n");
    }

    [Fact]
    public async Task a_busy_platform_is_waited_for_as_long_as_it_asks()
    {
        var refusals = 2;
        _gateway.Answer = (context, received) =>
        {
            if (Interlocked.Decrement(ref refusals) < 0)
            {
                return _book.AnswerAsync(context, received);
            }

            context.Response.Headers.RetryAfter = "7";
            return Gateway.ProblemAsync(context, 503, "unavailable", "Disclosures does not answer.");
        };
        _researcher.Write("facts.jsonl", Company, Opening);

        var run = await _researcher.TypesAsync("import", "facts.jsonl");

        run.Code.ShouldBe(ExitCode.Ok);
        _researcher.Time.Waited.Count(wait => wait >= TimeSpan.FromSeconds(7)).ShouldBe(2);
        run.Errors.ShouldContain("the platform answered 503; trying again in 7 s");
    }

    [Fact]
    public async Task a_batch_whose_answer_was_lost_is_recorded_once()
    {
        var cut = 1;
        _gateway.Answer = async (context, received) =>
        {
            if (Interlocked.Decrement(ref cut) < 0)
            {
                await _book.AnswerAsync(context, received);
                return;
            }

            // It is stored, and then the connection breaks.
            var swallowed = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
            await _book.AnswerAsync(swallowed, received);
            context.Abort();
        };
        _researcher.Write("facts.jsonl", Company, Opening, Note(1), Note(2));

        var run = await _researcher.TypesAsync("import", "facts.jsonl");

        run.Code.ShouldBe(ExitCode.Ok);
        _book.Recorded.Count.ShouldBe(4);
        _book.Recorded.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task an_import_that_was_broken_off_goes_on_where_it_stopped()
    {
        var lines = Enumerable.Range(1, 2500).Select(Note);
        _researcher.Write("facts.jsonl", [Company, Opening, "{broken", .. lines]);
        var batches = 0;
        _gateway.Answer = (context, received) => Interlocked.Increment(ref batches) <= 4
            ? _book.AnswerAsync(context, received)
            : Gateway.ProblemAsync(context, 503, "unavailable", "Disclosures does not answer.");

        var first = await _researcher.TypesAsync("import", "facts.jsonl", "--retry-for", "30");
        var sent = _gateway.Requests.Count;
        _gateway.Answer = _book.AnswerAsync;
        var second = await _researcher.TypesAsync("import", "facts.jsonl");

        first.Code.ShouldBe(ExitCode.Unreachable);
        first.Errors.ShouldContain("Run the same command again: it goes on there, and nothing is recorded twice.");
        second.Errors.ShouldContain("facts.jsonl: going on at line 1,001, where an earlier run was interrupted");
        second.Errors.ShouldContain("facts.jsonl:3: not valid JSON (column 2)", customMessage: "what failed before is told again");
        second.Output.ShouldBe("2,503 lines: 2,002 recorded, 500 unchanged, 1 failed, in 0.0 s.\n");
        _gateway.Requests.Skip(sent).Sum(request => request.Json["items"]!.AsArray().Count).ShouldBe(1503);
        _book.Recorded.Count.ShouldBe(2502);
        _book.Recorded.Distinct().Count().ShouldBe(2502);
    }

    [Fact]
    public async Task a_finished_import_begins_anew_the_next_time()
    {
        _researcher.Write("facts.jsonl", [Company, Opening, .. Enumerable.Range(1, 1500).Select(Note)]);

        await _researcher.TypesAsync("import", "facts.jsonl");
        var second = await _researcher.TypesAsync("import", "facts.jsonl");

        second.Output.ShouldBe("1,502 lines: 0 recorded, 1,502 unchanged, 0 failed, in 0.0 s.\n");
        Directory.EnumerateFiles(Path.Combine(_researcher.Folder, "state", "ketman", "imports")).ShouldBeEmpty();
    }

    [Fact]
    public async Task a_batch_that_is_refused_whole_fails_only_the_line_that_spoils_it()
    {
        _gateway.Answer = (context, received) => received.Body.Contains("Note 7 ", StringComparison.Ordinal)
            ? Gateway.ProblemAsync(context, 400, "invalid-request", "The request is not well-formed.", null, ("items[6].body", "not valid JSON here"))
            : _book.AnswerAsync(context, received);
        _researcher.Write("facts.jsonl", [Company, Opening, .. Enumerable.Range(1, 20).Select(Note)]);

        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--json");

        var summary = JsonNode.Parse(run.Output)!;
        (summary["recorded"]!.GetValue<int>(), summary["failed"]!.GetValue<int>()).ShouldBe((21, 1));
        summary["failures"]![0]!["line"]!.GetValue<int>().ShouldBe(9);
    }

    [Fact]
    public async Task a_line_that_met_a_conflict_goes_again_with_its_whole_batch()
    {
        var conflicts = 1;
        _gateway.Answer = (context, received) => received.Path.Contains("disclosures", StringComparison.Ordinal) && Interlocked.Decrement(ref conflicts) >= 0
            ? Gateway.JsonAsync(context, 200, """{"results":[{"status":409,"changed":false,"problem":{"type":"urn:ketman:problem:version-conflict","title":"Somebody else changed it at the same time."}}]}""")
            : _book.AnswerAsync(context, received);
        _researcher.Write("facts.jsonl", Company, Opening);

        (await _researcher.TypesAsync("import", "facts.jsonl")).Output.ShouldStartWith("2 lines: 2 recorded, 0 unchanged, 0 failed");
    }

    [Fact]
    public async Task a_directory_is_its_files_in_the_order_of_their_names()
    {
        _researcher.Write("month/2-cases.jsonl", Opening);
        _researcher.Write("month/1-companies.csv", "type,handle,name", "register-company,halcyon,Halcyon");
        _researcher.Write("month/notes.txt", "nothing to do with it");

        var run = await _researcher.TypesAsync("import", "month");

        run.Output.ShouldStartWith("2 lines: 2 recorded");
        _gateway.Requests.Select(request => request.Path).ShouldBe(["/api/v1/intake/batch", "/api/v1/disclosures/batch"]);
    }

    [Fact]
    public async Task a_key_without_the_right_stops_at_once()
    {
        _gateway.Answer = (context, _) => Gateway.ProblemAsync(context, 403, "forbidden", "These credentials do not allow it.");
        _researcher.Write("facts.jsonl", Company, Opening);

        var run = await _researcher.TypesAsync("import", "facts.jsonl");

        run.Code.ShouldBe(ExitCode.NotAllowed);
        _gateway.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task a_million_failures_are_counted_and_the_first_are_told()
    {
        _researcher.Write("facts.jsonl", [.. Enumerable.Range(1, 5000).Select(_ => "{broken")]);

        var run = await _researcher.TypesAsync("import", "facts.jsonl");

        run.Errors.Split('\n').Length.ShouldBe(22);
        run.Errors.ShouldContain("facts.jsonl:20: ");
        run.Errors.ShouldContain("... and 4,980 more; --errors FILE keeps them all");
        _gateway.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task there_is_no_such_file_is_said_before_anything_is_sent()
    {
        var run = await _researcher.TypesAsync("import", "nowhere.jsonl");

        run.ShouldBe(new Run(ExitCode.Usage, "", "ketman: There is no file or directory nowhere.jsonl.\n"));
    }

    private static string Note(int number) => Note($"Note {number} of the case");

    private static string Note(string text) => $$"""{"type":"add-note","disclosure":"halcyon-2025-02","text":"{{text}}","at":"2025-02-03"}""";
}
