using System.Text.Json.Nodes;

namespace Ketman.Cli.Tests.Import;

public sealed class DryRuns : IAsyncLifetime
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
    public async Task it_says_what_would_come_of_every_line_and_stores_nothing()
    {
        _researcher.Write("facts.jsonl", Company, Opening, Note("one"), Note("refused"), "{broken");

        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--dry-run");

        run.ShouldBe(new Run(
            ExitCode.PartlyFailed,
            "Dry run of 5 lines: 3 would be recorded, 0 say nothing new, 2 would fail. Nothing was stored.\n",
            "facts.jsonl:4: text: is refused\nfacts.jsonl:5: not valid JSON (column 2)\n"));
        _book.Recorded.ShouldBeEmpty();
        _gateway.Requests.ShouldAllBe(request => request.Json["dryRun"]!.GetValue<bool>());
    }

    [Fact]
    public async Task lines_that_lie_far_apart_are_asked_about_together_when_they_concern_the_same_case()
    {
        var others = Enumerable.Range(1, 1200).Select(number => Opening.Replace("halcyon-2025-02", $"other-{number}", StringComparison.Ordinal));
        _researcher.Write("facts.jsonl", [Company, Opening, Mail("first"), .. others, Delivered("first")]);

        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--dry-run");

        run.Output.ShouldBe("Dry run of 1,204 lines: 1,204 would be recorded, 0 say nothing new, 0 would fail. Nothing was stored.\n");
    }

    [Fact]
    public async Task what_earlier_lines_would_make_known_is_assumed()
    {
        _researcher.Write("1.jsonl", Company);
        _researcher.Write("2.jsonl", Opening);

        var run = await _researcher.TypesAsync("import", "1.jsonl", "2.jsonl", "--dry-run");

        run.Code.ShouldBe(ExitCode.Ok);
        _gateway.Requests[^1].Json["assume"]!.ToJsonString().ShouldBe("""{"companies":["halcyon"],"accounts":[],"leads":[],"disclosures":[]}""");
    }

    [Fact]
    public async Task what_a_failing_line_would_have_made_known_is_not_there()
    {
        _researcher.Write("facts.jsonl", Company.Replace("\"Halcyon\"", "\"refused\"", StringComparison.Ordinal), Opening);

        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--dry-run");

        run.Errors.ShouldBe("""
            facts.jsonl:1: text: is refused
            facts.jsonl:2: company: there is no such thing (the line that makes it known would fail)

            """);
    }

    [Fact]
    public async Task what_stands_further_down_is_not_there_yet()
    {
        _researcher.Write("facts.jsonl", Opening, Company);

        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--dry-run");

        run.Errors.ShouldBe("facts.jsonl:1: company: there is no such thing (a line further down makes it known; it must stand above)\n");
    }

    [Fact]
    public async Task a_history_longer_than_a_batch_is_asked_about_in_pieces_that_know_what_they_stand_on()
    {
        _researcher.Write("facts.jsonl",
            [Company, Opening, Mail("first"), .. Enumerable.Range(1, 2500).Select(number => Note($"Note {number}")), Delivered("first"), Delivered("never")]);

        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--dry-run");

        run.Output.ShouldBe("Dry run of 2,505 lines: 2,504 would be recorded, 0 say nothing new, 1 would fail. Nothing was stored.\n");
        run.Errors.ShouldBe("facts.jsonl:2505: No such attempt is known. (rule outreach-unknown)\n");
        _gateway.Requests.ShouldAllBe(request => request.Json["items"]!.AsArray().Count <= 1000);
    }

    [Fact]
    public async Task after_an_import_it_says_that_nothing_is_new()
    {
        _researcher.Write("facts.jsonl", Company, Opening, Note("one"));

        await _researcher.TypesAsync("import", "facts.jsonl");
        var run = await _researcher.TypesAsync("import", "facts.jsonl", "--dry-run", "--json");

        JsonNode.Parse(run.Output)!["unchanged"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task csv_lines_are_read_again_from_where_they_stand()
    {
        _researcher.Write("facts.csv",
            "type,handle,company,disclosure,name,text,at",
            "register-company,halcyon,,,\"Halcyon\nProtocol\",,",
            "open-disclosure,halcyon-2025-02,halcyon,,,,2025-02-03",
            "add-note,,,halcyon-2025-02,,refused,2025-02-03",
            "add-note,,,halcyon-2025-02,,\"two\nlines\",2025-02-03");

        var run = await _researcher.TypesAsync("import", "facts.csv", "--dry-run");

        run.Output.ShouldStartWith("Dry run of 4 lines: 3 would be recorded");
        run.Errors.ShouldBe("facts.csv:5: text: is refused\n");
    }

    private static string Note(string text) => $$"""{"type":"add-note","disclosure":"halcyon-2025-02","text":"{{text}}","at":"2025-02-03"}""";

    private static string Mail(string key) => $$"""{"type":"log-outreach","disclosure":"halcyon-2025-02","key":"{{key}}","channel":"email","at":"2025-02-03"}""";

    private static string Delivered(string outreach) => $$"""{"type":"record-delivery","disclosure":"halcyon-2025-02","outreach":"{{outreach}}","at":"2025-02-04"}""";
}
