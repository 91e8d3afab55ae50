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
        var ids = new Option<bool>("--ids") { Description = "show the id of each fact, by which it can be retracted, e.g. ketman disclosures timeline halcyon-2025-02 --ids" };
        return new Verb("timeline", "Shows everything that happened in a disclosure, in order.",
                "ketman disclosures timeline halcyon-2025-02", "ketman disclosures timeline halcyon-2025-02 --ids")
            .With(reference, ids)
            .Does((session, cancellation) => session.ShowAsync(
                $"disclosures/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(reference))}/timeline",
                answer =>
                {
                    var withIds = session.Parsed.GetValue(ids);
                    IReadOnlyList<Column> columns = [new("When"), new("What"), new("Account"), new("Recorded by")];
                    session.Screen.Table(
                        withIds ? [.. columns, new Column("Fact")] : columns,
                        [.. answer.Items("entries").Select(entry => Cells(session, entry, withIds))],
                        "Nothing has happened yet.");
                },
                cancellation));
    }

    private static string?[] Cells(Session session, JsonElement entry, bool withIds)
    {
        var fate = entry.At("retracted")?.Text("reason") is { } reason ? $" (retracted: {reason})"
            : entry.At("correctedBy") is not null ? " (corrected)"
            : "";
        string?[] cells = [session.Time(entry.Text("at")), entry.Text("what") + fate, entry.Text("account"), entry.Text("recordedBy")];
        return withIds ? [.. cells, entry.Text("id")] : cells;
    }
}
