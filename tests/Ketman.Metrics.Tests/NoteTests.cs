using System.Net;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>What the team writes to a statement, and how it is shown.</summary>
public sealed class NoteTests(RunningMetrics metrics) : IClassFixture<RunningMetrics>
{
    [Fact]
    public async Task a_note_is_changed_by_whoever_read_it_last()
    {
        const string Path = "statements/2024-12/notes/introduction";
        var (first, _) = await metrics.AnswerAsync(Put(Path, "First."));
        first.Headers.ETag!.Tag.ShouldBe("\"1\"");
        var stale = Put(Path, "Second.");
        stale.Headers.TryAddWithoutValidation("If-Match", "\"7\"");
        await metrics.AnswerAsync(stale, HttpStatusCode.PreconditionFailed);
        var right = Put(Path, "Second.");
        right.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        var (_, body) = await metrics.AnswerAsync(right);
        ((int)JsonNode.Parse(body)!["version"]!, (string)JsonNode.Parse(body)!["by"]!).ShouldBe((2, "ines"));
        (await metrics.AnswerAsync(Put(Path, "Second."))).Response.Headers.ETag!.Tag.ShouldBe("\"2\"", "the same again is nothing new");
        await metrics.AnswerAsync(Put(Path, ""));
        await metrics.AnswerAsync(metrics.As("ines", "analyst", HttpMethod.Get, Path), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task a_note_goes_as_far_as_it_is_marked_and_amber_where_nothing_is_said()
    {
        await metrics.AnswerAsync(Put("statements/2025-01/notes/money-transferred", "For the team only."));
        await metrics.AnswerAsync(Put("statements/2025-01/notes/publications", "For everybody.", Tlp.Clear));
        var amber = (await metrics.AnswerAsync(metrics.As("ana", "analyst", HttpMethod.Get, "statements/2025-01?tlp=amber&format=markdown"))).Body;
        amber.ShouldContain("> **A note of the team** (TLP:AMBER):\n>\n> For the team only.");
        var clear = (await metrics.AnswerAsync(metrics.As("ana", "analyst", HttpMethod.Get, "statements/2025-01?tlp=clear&format=markdown"))).Body;
        clear.ShouldNotContain("For the team only.");
        clear.ShouldContain("> For everybody.");
        (await metrics.AnswerAsync(metrics.As("ana", "analyst", HttpMethod.Get, "statements/2025-01?tlp=clear"))).Body.ShouldNotContain("\"ines\"", Case.Sensitive, "who wrote it is for the team");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a <b>bold</b> word")]
    [InlineData("<!-- hidden -->")]
    [InlineData("![](https://tracker.example/x.png)")]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("[click](data:text/html,x)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[click][x]\n\n[x]: vbscript:x")]
    [InlineData("a\u0000b")]
    public async Task what_is_not_text_is_refused(string text)
    {
        var (_, body) = await metrics.AnswerAsync(Put("statements/2025-01/notes/introduction", text), HttpStatusCode.BadRequest);
        ((string)JsonNode.Parse(body)!["errors"]![0]!["field"]!).ShouldBe("text");
        var html = SafeMarkdown.ToHtml(text);
        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("<b>");
        html.ShouldNotContain("href=\"javascript", Case.Insensitive);
        html.ShouldNotContain("href=\"data", Case.Insensitive);
        html.ShouldNotContain("href=\"vbscript", Case.Insensitive);
    }

    [Fact]
    public async Task a_note_names_nobody_whom_the_platform_knows()
    {
        var handle = SampleMonth.Facts.Select(fact => fact.Said).OfType<Contracts.Intake.AccountRegistered>().First().Handle;
        var (_, body) = await metrics.AnswerAsync(Put("statements/2025-01/notes/introduction", $"It was {handle.ToUpperInvariant()}, again."), HttpStatusCode.UnprocessableEntity);
        ((string)JsonNode.Parse(body)!["type"]!).ShouldBe("urn:ketman:problem:rule:note-names-somebody");
        await metrics.AnswerAsync(Put("statements/2025-01/notes/introduction", $"It was x{handle}y, a word."));
    }

    [Theory]
    [InlineData("statements/2025-01/notes/nothing", HttpStatusCode.NotFound)]
    [InlineData("statements/2025-1/notes/introduction", HttpStatusCode.BadRequest)]
    [InlineData("statements/2999-01/notes/introduction", HttpStatusCode.UnprocessableEntity)]
    public async Task there_is_no_such_place(string path, HttpStatusCode status) => await metrics.AnswerAsync(Put(path, "x"), status);

    [Fact]
    public async Task a_viewer_writes_none() =>
        await metrics.AnswerAsync(metrics.As("vera", "viewer", HttpMethod.Put, "statements/2025-01/notes/introduction", new { text = "x" }), HttpStatusCode.Forbidden);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("=HYPERLINK(\"https://x\",\"y\")", "\"'=HYPERLINK(\"\"https://x\"\",\"\"y\"\")\"")]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("", "")]
    public void no_cell_of_text_is_a_formula(string text, string cell) => StatementCsv.Guarded(text).ShouldBe(cell);

    [Fact]
    public void a_number_stays_a_number() =>
        System.Text.Encoding.UTF8.GetString(StatementCsv.Write("2025-02", [new FigureCell("=cmd|x", 1, "-2+3", "@x", -1.50m)]))
            .ShouldBe("month,figure,definition,member,unit,value,withheld\r\n2025-02,'=cmd|x,1,'-2+3,'@x,-1.5,\r\n");

    private HttpRequestMessage Put(string path, string text, Tlp? marking = null) => metrics.As("ines", "analyst", HttpMethod.Put, path, new { text, marking });
}
