using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The board of open incidents: who owes whom what, by when.</summary>
internal static class BoardVerb
{
    public static Verb Create(string name, string description, params IReadOnlyList<string> examples)
    {
        var company = new Option<string?>("--company") { Description = "only this company's, e.g. halcyon", HelpName = "company" };
        var waitingOn = new Option<string?>("--waiting-on") { Description = "only where this side has to move, e.g. company", HelpName = "side" };
        var status = new Option<string?>("--status") { Description = "only in this state, e.g. open, resolved, closed or all (default: open)", HelpName = "status" };
        return ListVerb.Create(name, description, "board",
            [new("Disclosure"), new("Company"), new("Age", true), new("Last outreach"), new("Waiting on"), new("Reaction"), new("Next owed")],
            Cells, "Nothing is open. `ketman disclosures open COMPANY` opens a disclosure.",
            [("company", company), ("waitingOn", waitingOn), ("status", status)], examples);
    }

    private static string?[] Cells(Session session, JsonElement item) =>
    [
        item.Text("handle", "ref", "disclosure"),
        item.Text("company", "companyName", "companyHandle"),
        Age(session, item),
        LastOutreach(session, item),
        item.Text("waitingOn"),
        item.Text("reaction"),
        NextOwed(session, item),
    ];

    private static string? Age(Session session, JsonElement item)
    {
        if (item.Text("ageDays") is { } days)
            return $"{days} d";
        var opened = item.Text("openedAt", "openedOn");
        return DateTimeOffset.TryParse(opened, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? Times.Span(session.Surroundings.Time.GetUtcNow() - since)
            : opened;
    }

    private static string? LastOutreach(Session session, JsonElement item) => item.At("lastOutreach") switch
    {
        { ValueKind: JsonValueKind.Object } last => string.Join(' ', new[] { session.Time(last.Text("at")), last.Text("channel"), last.Text("outcome") }.OfType<string>()),
        { } last => session.Time(Json.Plain(last)),
        null => session.Time(item.Text("lastOutreachAt")),
    };

    private static string? NextOwed(Session session, JsonElement item) => item.At("nextOwed") switch
    {
        { ValueKind: JsonValueKind.Object } next => string.Join(' ', new[] { session.Time(next.Text("due", "at")), next.Text("what") }.OfType<string>()),
        { } next => session.Time(Json.Plain(next)),
        null => null,
    };
}
