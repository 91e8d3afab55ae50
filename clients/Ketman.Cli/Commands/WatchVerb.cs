using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What is due next across all open cases.</summary>
internal static class WatchVerb
{
    public static Verb Create() => ListVerb.Create(
        "watch", "Shows what is due next across all open cases, one line for each thing.", "watch",
        [new("Due"), new("Turn"), new("What"), new("Disclosure"), new("Company"), new("In charge")],
        Cells, "Nothing is due.",
        [
            ("dueWithin", new Option<string?>("--due-within") { Description = "only what runs out within this time, or has, e.g. PT48H or P7D", HelpName = "duration" }),
            ("overdue", new Option<string?>("--overdue") { Description = "only what has run out, or only what has not, e.g. --overdue true", HelpName = "true|false" }),
            ("owedBy", new Option<string?>("--owed-by") { Description = "only what this side has to do; one of us, company", HelpName = "side" }),
            ("assignee", new Option<string?>("--assignee") { Description = "only where this one is in charge, e.g. mira; me: you, none: nobody", HelpName = "name" }),
            ("kind", new Option<string?>("--kind") { Description = "only of this kind; one of promise, clock, step, publication", HelpName = "kind" }),
        ],
        "ketman watch", "ketman watch --due-within P2D --assignee me", "ketman watch --owed-by us --kind step");

    private static string?[] Cells(Session session, JsonElement item) =>
    [
        (item.Text("overdue") is "yes" ? "OVERDUE " : "") + session.Time(item.Text("dueAt")) + (item.Text("paused") is "yes" ? " (paused)" : ""),
        item.Text("owedBy"),
        $"{item.Text("kind")}: {item.Text("title")}",
        item.Text("disclosure"),
        item.At("company")?.Text("name", "handle"),
        item.Text("assignee"),
    ];
}
