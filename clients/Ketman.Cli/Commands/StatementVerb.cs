using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The activity statement of a month: shown, compared, explained; and its life (see <see cref="StatementLifeVerbs"/>).</summary>
internal static class StatementVerb
{
    private const string Markdown = "text/markdown";

    private static readonly Option<bool> s_markdown = new("--markdown") { Description = "the Markdown as it is, front matter included, e.g. ketman statement 2025-02 --markdown > 2025-02.md" };
    private static readonly Option<bool> s_html = new("--html") { Description = "a page to print or send, e.g. ketman statement 2025-02 --tlp clear --html > 2025-02.html" };
    private static readonly Option<bool> s_csv = new("--csv") { Description = "the figures for a spreadsheet, e.g. ketman statement 2025-02 --csv > figures.txt" };
    private static readonly Option<bool> s_sealed = new("--sealed") { Description = "a frozen version with its proof, for ketman statement verify, e.g. ketman statement 2025-02 --sealed > 2025-02.sealed.json" };
    private static readonly Option<string?> s_tlp = new("--tlp") { Description = "for readers who are cleared for less than you; clear is what may be published; one of clear, green, amber, amber-strict, red", HelpName = "marking" };
    private static readonly Option<string?> s_against = new("--against") { Description = "each figure beside that of another month, with the difference, e.g. --against 2025-01", HelpName = "YYYY-MM" };
    private static readonly Option<string?> s_explain = new("--explain") { Description = "how one figure was reached, fact by fact, e.g. --explain money-transferred", HelpName = "figure" };
    private static readonly Option<int?> s_version = new("--version") { Description = "a frozen version: 1 is what was frozen first, each further one a restatement, e.g. --version 1", HelpName = "n" };
    private static readonly Option<bool> s_draft = new("--draft") { Description = "what is known now, though a version is frozen, e.g. ketman statement 2025-02 --draft" };
    private static readonly Option<string?> s_asOf = new("--as-of") { Description = "what was known at a moment of the past, e.g. --as-of 2025-03-01", HelpName = "time" };
    private static readonly Option<string?> s_by = new("--by") { Description = "with --as-of: known (recorded until then) or happened (until then, as it is known now), e.g. --by happened", HelpName = "time" };

    public static Verb Create()
    {
        var month = Month();
        return new Verb("statement", "Shows the activity statement of a month; with --json each figure names the events it was counted from.",
                "ketman statement 2025-02", "ketman statement 2025-02 --against 2025-01", "ketman statement 2025-02 --explain money-transferred",
                "ketman statement 2025-02 --tlp clear --markdown > 2025-02.md", "ketman statement freeze 2025-02")
            .With(month, s_markdown, s_html, s_csv, s_sealed, s_tlp, s_against, s_explain, s_version, s_draft, s_asOf, s_by)
            .With([.. StatementLifeVerbs.All()])
            .Does((session, cancellation) => ShowAsync(session, Wanted(session, month), cancellation));
    }

    /// <summary>The argument that names a month.</summary>
    public static Argument<string> Month() => new("month") { Description = "the month, e.g. 2025-02", HelpName = "YYYY-MM" };

    /// <summary>The month that was given.</summary>
    public static string Wanted(Session session, Argument<string> month) => Checked(session.Parsed.GetRequiredValue(month));

    private static async Task<ExitCode> ShowAsync(Session session, string month, CancellationToken cancellation)
    {
        if (session.Parsed.GetValue(s_explain) is { } figure)
            return await session.ShowAsync($"statements/{month}/figures/{Uri.EscapeDataString(figure)}{Query(session, s_tlp, s_asOf, s_by)}", answer => Explain(session, answer), cancellation);

        var (form, accept) = session.Parsed.GetValue(s_sealed) ? ("sealed", "application/json")
            : session.Parsed.GetValue(s_csv) ? ("csv", "*/*")
            : session.Parsed.GetValue(s_html) ? ("html", "text/html")
            : session.Json || session.Parsed.GetValue(s_against) is not null ? ("json", "application/json")
            : ("markdown", Markdown);
        var query = Query(session, s_tlp, s_asOf, s_by) is { Length: > 0 } others ? others + "&" : "?";
        query += $"format={form}"
            + (session.Parsed.GetValue(s_against) is { } against ? $"&against={Checked(against)}" : "")
            + (session.Parsed.GetValue(s_version) is { } version ? string.Create(CultureInfo.InvariantCulture, $"&version={version}") : "")
            + (session.Parsed.GetValue(s_draft) ? "&state=draft" : "");
        var answer = (await session.Platform.GetAsync($"statements/{month}{query}", cancellation, accept)).OrRefuse();
        if (answer.Header("Ketman-Statement") is { } state && !state.EndsWith("moved=0", StringComparison.Ordinal))
            session.Screen.Remark($"ketman: this is what was frozen ({state}); later facts move it: ketman statement {month} --draft");

        // Into a file or a pipe goes what can be published; rendering is for eyes.
        if (form == "json" && !session.Json)
            Compare(session, answer.Body);
        else if (form != "markdown" || session.Parsed.GetValue(s_markdown) || !session.Surroundings.OutIsTerminal)
            session.Screen.Raw(answer.Body);
        else
            MarkdownView.Show(Encoding.UTF8.GetString(answer.Body), session.Screen);
        return ExitCode.Ok;
    }

    private static void Compare(Session session, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        session.Screen.Table(
            [new Column("Figure"), new Column("Number"), new Column("Unit"), new Column(root.Text("month") ?? "", Right: true), new Column(root.Text("against") ?? "", Right: true), new Column("Difference", Right: true)],
            [.. root.Items("figures").Select(cell => (string?[])[cell.Text("figure"), cell.Text("member"), cell.Text("unit"), Number(cell, "value"), Number(cell, "against"), Number(cell, "difference")])],
            "There is nothing to compare.");
        session.Screen.Line($"Months begin and end at midnight, {root.Text("zone")}.");
    }

    private static void Explain(Session session, JsonElement answer)
    {
        var definition = answer.At("definition")!.Value;
        session.Screen.Heading($"{definition.Text("name")} v{Number(definition, "version")}, {answer.Text("month")} ({answer.Text("zone")})");
        session.Screen.Line(definition.Text("words") ?? "");
        session.Screen.Line(definition.Text("apart") ?? "");
        session.Screen.Line();
        session.Screen.Table([new Column("Number"), new Column("Value", Right: true), new Column("Unit")],
            [.. answer.Items("numbers").Select(cell => (string?[])[cell.Text("member"), Number(cell, "value") ?? "withheld", cell.Text("unit")])], "No number of it may be told.");
        session.Screen.Line();
        session.Screen.Table([new Column("Counted from"), new Column("Company"), new Column("Fact"), new Column("When"), new Column("Id")],
            [.. answer.Items("contributing").SelectMany(one => one.Items("facts").Select(fact => Cells(session, one.Text("disclosure"), one.Text("company"), fact)))], "Nothing that may be told.");
        foreach (var left in answer.Items("leftOut"))
        {
            session.Screen.Line();
            session.Screen.Table([new Column($"Not counted: {left.Text("why")}"), new Column(""), new Column("Fact"), new Column("When"), new Column("Id")],
                [.. left.Items("facts").Select(fact => Cells(session, null, null, fact))], "");
        }

        session.Screen.Line(answer.Text("note") ?? "");
    }

    private static string?[] Cells(Session session, string? disclosure, string? company, JsonElement fact) =>
        [disclosure, company, fact.Text("kind"), session.Time(fact.Text("at")), fact.Text("event")];

    private static string? Number(JsonElement of, string name) => of.At(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : null;

    private static string Query(Session session, params ReadOnlySpan<Option<string?>> options)
    {
        var query = new StringBuilder();
        foreach (var option in options)
        {
            if (session.Parsed.GetValue(option) is { } value)
                query.Append(query.Length == 0 ? '?' : '&').Append(option == s_asOf ? "asOf" : option.Name.TrimStart('-')).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }

    private static string Checked(string month) => DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        ? month
        : throw new CliException(ExitCode.Usage, "YYYY-MM: expected a year and a month such as 2025-02.");
}
