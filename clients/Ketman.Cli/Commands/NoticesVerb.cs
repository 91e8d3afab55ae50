using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What time brought about: warnings, breaches and steps, each when the team works.</summary>
internal static class NoticesVerb
{
    public static Verb Create() => ListVerb.Create(
        "notices", "Shows what time brought about, the youngest first: what ran out, what will, which step is due, and when to tell people.", "notices",
        [new("Kind"), new("Due"), new("Tell at"), new("Text")],
        Cells, "Nothing was noticed yet.", [],
        "ketman notices", "ketman notices --limit 10", "ketman notices --json | jq -r '.items[] | select(.kind == \"breach\") | .disclosure'");

    private static string?[] Cells(Session session, JsonElement item) =>
    [
        item.Text("kind")?.Replace('-', ' '),
        session.Time(item.Text("dueAt")),
        session.Time(item.Text("deliverAt")),
        item.Text("text"),
    ];
}
