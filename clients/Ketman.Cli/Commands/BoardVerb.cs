using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;
using Ketman.Cli.Vocabulary;

namespace Ketman.Cli.Commands;

/// <summary>The board of open incidents: who owes whom what, by when.</summary>
internal static class BoardVerb
{
    public static Verb Create(string name, string description, params IReadOnlyList<string> examples)
    {
        var company = new Option<string?>("--company") { Description = "only this company's, e.g. halcyon", HelpName = "company" };
        var waitingOn = new Option<string?>("--waiting-on") { Description = "only where this side has to move; one of us, company, nobody", HelpName = "side" };
        var status = new Option<string?>("--status") { Description = "only in this state; one of open, resolved, closed, all (default: open)", HelpName = "status" };
        var reaction = new Option<string?>("--reaction") { Description = $"only where the company takes it so; one of {string.Join(", ", Words.Reactions)}, none", HelpName = "class" };
        var overdue = new Option<string?>("--overdue") { Description = "only where something has run out, or nothing has, e.g. --overdue true", HelpName = "true|false" };
        return ListVerb.Create(name, description, "board",
            [new("Disclosure"), new("Company"), new("Age", true), new("Last outreach"), new("Waiting on"), new("Reaction"), new("Next owed")],
            Cells, "Nothing is open. `ketman disclosures open COMPANY` opens a disclosure.",
            [("company", company), ("waitingOn", waitingOn), ("status", status), ("reaction", reaction), ("overdue", overdue)], examples);
    }

    private static string?[] Cells(Session session, JsonElement item) =>
    [
        item.Text("disclosure"),
        item.At("company")?.Text("name", "handle") + (item.At("company")?.Text("private") is "yes" ? " (private)" : ""),
        $"{item.Text("ageDays")} d",
        item.At("lastOutreach") is { } last ? $"{session.Time(last.Text("at"))} {last.Text("channel")}" : null,
        item.Text("waitingOn"),
        item.Text("reaction")?.Replace('-', ' '),
        NextOwed(session, item),
    ];

    private static string? NextOwed(Session session, JsonElement item)
    {
        if (item.At("nextOwed") is not { } next)
            return null;

        var owed = (next.Text("what") ?? next.Text("kind") ?? "").Replace('-', ' ');
        var due = next.Text("due") is { } at ? $" by {session.Time(at)}" : "";
        return item.Text("overdue") is "yes" ? $"OVERDUE: {owed}{due}" : owed + due;
    }
}
