using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Output;
using Ketman.Vocabulary;

namespace Ketman.Cli.Commands;

/// <summary>The board of open incidents: who owes whom what, by when.</summary>
internal static class BoardVerb
{
    // As the answer names them, and as people read them.
    private static readonly (string Member, string Title)[] Groups =
    [
        ("status", "Status"), ("waitingOn", "Waiting on"), ("reaction", "Reaction"), ("overdue", "Overdue"), ("assignee", "In charge"), ("tlp", "TLP"), ("severity", "Severity"), ("tag", "Tag"),
    ];

    public static Verb Create(string name, string description, params IReadOnlyList<string> examples)
    {
        var sort = new Option<string?>("--sort") { Description = "the order; one of urgency, opened, lastOutreach, company, handle, each reversed by a - before it, or relevance beside --q (default: urgency)", HelpName = "order" };
        var asOf = new Option<string?>("--as-of") { Description = "as it was at this time or at the end of this day, e.g. 2025-02-10", HelpName = "time" };
        var by = new Option<string?>("--by") { Description = "of the past: what was known then, or what had happened as far as is known now; one of known, happened (default: known)", HelpName = "time" };
        return ListVerb.Create(name, description, "board",
            [new("Disclosure"), new("Company"), new("Age", true), new("Last outreach"), new("Waiting on"), new("Reaction"), new("In charge"), new("Next owed")],
            Cells, "Nothing is open. `ketman disclosures open COMPANY` opens a disclosure.",
            [.. Filters(), ("view", View()), ("sort", sort), ("asOf", asOf), ("by", by)], examples).With(Counts());
    }

    /// <summary>The filters of the board: members of its address, and the options for them.</summary>
    public static IReadOnlyList<(string Parameter, Option Option)> Filters() =>
    [
        ("disclosure", new Option<string[]>("--disclosure") { Description = "only this case, e.g. halcyon-2025-02; may be given several times", HelpName = "disclosure" }),
        ("company", new Option<string?>("--company") { Description = "only this company's, e.g. halcyon", HelpName = "company" }),
        ("waitingOn", new Option<string?>("--waiting-on") { Description = "only where this side has to move; one of us, company, nobody", HelpName = "side" }),
        ("status", new Option<string?>("--status") { Description = "only in this state; one of open, resolved, closed, all (default: open)", HelpName = "status" }),
        ("reaction", new Option<string?>("--reaction") { Description = $"only where the company takes it so; one of {string.Join(", ", Words.Reactions)}, none", HelpName = "class" }),
        ("assignee", new Option<string?>("--assignee") { Description = "only where this one is in charge, e.g. mira; me: you, none: nobody", HelpName = "name" }),
        ("overdue", new Option<string?>("--overdue") { Description = "only where something has run out, or nothing has, e.g. --overdue true", HelpName = "true|false" }),
        ("dueWithin", new Option<string?>("--due-within") { Description = "only where something runs out within this time, or has, e.g. PT48H or P7D", HelpName = "duration" }),
        ("tlp", new Option<string?>("--tlp") { Description = $"only what is marked so; one of {AdminRequest.Clearances}", HelpName = "marking" }),
        ("tag", new Option<string[]>("--tag") { Description = "only what bears this tag, e.g. wallet-drainer; may be given several times, then all must be there", HelpName = "tag" }),
        ("severity", new Option<string?>("--severity") { Description = "only what was last assessed so, e.g. high; none: what nobody assessed", HelpName = "severity" }),
        ("policy", new Option<string?>("--policy") { Description = "only what runs under this policy, e.g. ketman-standard", HelpName = "policy" }),
        ("q", new Option<string?>("--q") { Description = "only what has these words, e.g. --q \"deploy keys\"", HelpName = "words" }),
    ];

    private static Option<string?> View() => new("--view") { Description = "a saved view, e.g. mine-overdue; what else is asked for takes the place of what it says", HelpName = "name" };

    private static Verb Counts()
    {
        var filters = Filters().Append(("view", View())).ToList();
        var verb = new Verb("counts", "Counts the cases of the board by each filter.", "ketman board counts", "ketman board counts --waiting-on us --tag wallet-drainer");
        foreach (var (_, option) in filters)
            verb.Add(option);
        return verb.Does((session, cancellation) => session.ShowAsync(
            $"board/counts?{string.Join('&', ListVerb.Query(session, filters))}".TrimEnd('?'),
            answer =>
            {
                session.Screen.Line(answer.Text("total") is "1" ? "1 case" : $"{answer.Text("total")} cases");
                session.Screen.Table(
                    [new("Filter"), new("Value"), new("Cases", true)],
                    [
                        .. Groups.SelectMany(group => answer.At(group.Member) is { ValueKind: JsonValueKind.Object } counts
                            ? counts.EnumerateObject().OrderByDescending(count => count.Value.GetInt32()).Select(count => new[] { group.Title, count.Name, count.Value.GetInt32().ToString(CultureInfo.InvariantCulture) })
                            : []),
                    ],
                    "Nothing is there.");
            },
            cancellation));
    }

    private static string?[] Cells(Session session, JsonElement item) =>
    [
        item.Text("disclosure"),
        item.At("company")?.Text("name", "handle") + (item.At("company")?.Text("private") is "yes" ? " (private)" : ""),
        $"{item.Text("ageDays")} d",
        item.At("lastOutreach") is { } last ? $"{session.Time(last.Text("at"))} {last.Text("channel")}" : null,
        item.Text("waitingOn"),
        item.Text("reaction")?.Replace('-', ' '),
        item.Text("assignee"),
        NextOwed(session, item),
    ];

    private static string? NextOwed(Session session, JsonElement item)
    {
        if (item.At("nextOwed") is not { } next)
            return null;

        var owed = next.Text("title") ?? next.Text("what") ?? (next.Text("kind") ?? "").Replace('-', ' ');
        var due = (next.Text("due") ?? next.Text("overdueAt")) is { } at ? $" by {session.Time(at)}" : "";
        var paused = next.Text("paused") is "yes" ? " (paused)" : "";
        return item.Text("overdue") is "yes" ? $"OVERDUE: {owed}{due}{paused}" : owed + due + paused;
    }
}
