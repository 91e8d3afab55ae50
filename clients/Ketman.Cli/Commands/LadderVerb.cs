using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Where a case stands on its escalation ladder, what comes next and when, and whose turn it is.</summary>
internal static class LadderVerb
{
    public static Verb Create()
    {
        var reference = new Argument<string>("disclosure") { Description = "its handle or id, e.g. halcyon-2025-02", HelpName = "DISCLOSURE" };
        var text = new Option<bool>("--text") { Description = "the text of the step that is next, to be sent, e.g. ketman ladder halcyon-2025-02 --text" };
        return new Verb(
                "ladder", "Shows where a disclosure stands on the escalation ladder: what was done, what comes next and when, whose turn it is.",
                "ketman ladder halcyon-2025-02", "ketman ladder halcyon-2025-02 --text", "ketman ladder halcyon-2025-02 --json | jq -r .next")
            .With(reference, text)
            .Does((session, cancellation) => session.ShowAsync(
                $"disclosures/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(reference))}/ladder",
                answer => Show(session, answer, session.Parsed.GetValue(text)),
                cancellation));
    }

    private static void Show(Session session, JsonElement ladder, bool textOnly)
    {
        var steps = ladder.Items("steps").ToList();
        var next = steps.FirstOrDefault(step => step.Text("step") == ladder.Text("next"));
        if (textOnly)
        {
            foreach (var line in (next.Text("text") ?? "").Split('\n'))
                session.Screen.Line(line);
            return;
        }

        session.Screen.Facts(
        [
            ("Disclosure", ladder.Text("disclosure")),
            ("Policy", ladder.Text("policy") is { } policy ? $"{policy} (version {ladder.Text("policyVersion")})" : "none: this disclosure is older than policies"),
            ("Turn", ladder.Text("turn") ?? "nobody's"),
            ("Next", next.ValueKind is JsonValueKind.Object ? $"{next.Text("title")}, {(next.Text("status") == "due" ? "due since" : "due")} {session.Time(next.Text("due"))}" : null),
            ("Publication", ladder.Text("publication")),
        ]);
        session.Screen.Line();
        session.Screen.Table(
            [new("Step"), new("What"), new("Stands"), new("Due"), new("When"), new("By")],
            [.. steps.Select(step => new[]
            {
                step.Text("step"), step.Text("title"), step.Text("status"), session.Time(step.Text("due")), session.Time(step.Text("takenAt", "cancelledAt")),
                step.Text("by", "cancelledBy"),
            })],
            "Its policy has no ladder.");
    }
}
