using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What happened in a case, in the order in which it happened.</summary>
internal static class TimelineVerb
{
    public static Verb Create()
    {
        var reference = new Argument<string>("disclosure") { Description = "its handle or id, e.g. halcyon-2025-02", HelpName = "DISCLOSURE" };
        return new Verb("timeline", "Shows everything that happened in a disclosure, in order.", "ketman disclosures timeline halcyon-2025-02")
            .With(reference)
            .Does((session, cancellation) => session.ShowAsync(
                $"disclosures/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(reference))}/timeline",
                answer => session.Screen.Table(
                    [new("When"), new("What"), new("Details"), new("By"), new("Fact")],
                    [.. Entries(answer).Select(entry => Cells(session, entry))],
                    "Nothing has happened yet."),
                cancellation));
    }

    private static IEnumerable<JsonElement> Entries(JsonElement answer) =>
        answer.At("entries") is not null ? answer.Items("entries") : answer.At("events") is not null ? answer.Items("events") : answer.Items();

    private static string?[] Cells(Session session, JsonElement entry) =>
    [
        session.Time(entry.Text("occurredAt", "at", "when")),
        What(entry) + (entry.Text("retracted") == "yes" ? " (retracted)" : ""),
        entry.Text("text", "summary", "details") ?? Details(session, entry.At("data")),
        entry.Text("recordedBy", "by"),
        entry.Text("id", "eventId", "fact"),
    ];

    // ketman:outreach-attempted:v1 and outreach-attempted.v1 are both "outreach attempted".
    private static string? What(JsonElement entry)
    {
        if (entry.Text("title", "what", "type", "kind") is not { } name)
            return null;
        name = name.StartsWith("ketman:", StringComparison.Ordinal) ? name.Split(':')[1] : name.Split(".v")[0];
        return name.Replace('-', ' ');
    }

    private static string? Details(Session session, JsonElement? data) => data is { ValueKind: JsonValueKind.Object } members
        ? string.Join(", ", members.EnumerateObject()
            .Where(member => !member.Name.EndsWith("Id", StringComparison.Ordinal) && member.Value.ValueKind is not JsonValueKind.Null)
            .Select(member => $"{Json.Words(member.Name)} {(member.Value.ValueKind is JsonValueKind.String ? session.Time(member.Value.GetString()) : Json.Plain(member.Value))}"))
        : null;
}
