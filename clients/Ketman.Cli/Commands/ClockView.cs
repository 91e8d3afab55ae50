using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>How the due time of a case's clock came about, as people read it.</summary>
internal static class ClockView
{
    public static void Show(Session session, JsonElement answer)
    {
        var clock = answer.At("clock")!.Value;
        var (calendar, reader) = (answer.At("zones", "calendar")!.Value.GetString()!, answer.At("zones", "reader")!.Value.GetString()!);
        // The same zone is not shown twice.
        (string Zone, string Member)[] zones = [.. new[] { ("UTC", "utc"), (calendar, "calendar"), (reader, "reader") }.DistinctBy(zone => zone.Item1 is "Etc/UTC" ? "UTC" : zone.Item1)];

        session.Screen.Heading($"{clock.Text("name")} of {answer.Text("disclosure")}: {clock.Text("status")}");
        session.Screen.Facts(
        [
            ("Says", $"{clock.Text("title")} ({answer.At("policy")!.Value.Text("name")}, version {answer.At("policy")!.Value.Text("version")})"),
            ("Rule", Taken(answer.At("rule")!.Value)),
            ("Runs from", Event(clock.At("anchor")!.Value)),
            ("Counted from", Everywhere(answer.At("start")!.Value, zones)),
            ("Due", answer.At("due") is { } due ? Everywhere(due, zones) : "never: it is paused without an end"),
            ("Stopped by", clock.At("stop") is { } stop ? Event(stop) : null),
        ]);
        session.Screen.Line();
        session.Screen.Table(
            [.. zones.Select(zone => new Column(zone.Zone)), new Column("Why")],
            [.. answer.Items("intervals").Select(interval => (string?[])[.. zones.Select(zone => Span(interval, zone.Member)), Why(interval)])],
            "There is nothing to count.");
        foreach (var extension in clock.Items("extensions"))
            session.Screen.Line($"Extended by {extension.Text("by")} on {session.Time(extension.Text("at"))} until {session.Time(extension.Text("until"))}{(extension.At("grace") is { ValueKind: JsonValueKind.True } ? " (grace)" : "")}: {extension.Text("reason")}");
        foreach (var breach in answer.Items("breaches"))
            session.Screen.Line(breach.At("annulled") is { } annulled
                ? $"A breach at {session.Time(breach.Text("dueAt"))} was annulled on {session.Time(annulled.Text("at"))} by {Event(annulled.At("by")!.Value)}."
                : $"Breached at {session.Time(breach.Text("dueAt"))}.");
    }

    private static string Taken(JsonElement rule)
    {
        var says = rule.Text("says")!;
        return rule.Items("parts").FirstOrDefault(part => part.At("taken") is { ValueKind: JsonValueKind.True }) is { ValueKind: JsonValueKind.Object } part
            ? $"{says}: {Taken(part)}"
            : says;
    }

    private static string Event(JsonElement fact) => $"{fact.Text("type")?.Split('.')[0]} at {fact.Text("at")} ({fact.Text("event")})";

    private static string Everywhere(JsonElement time, (string Zone, string Member)[] zones) =>
        string.Join(" = ", zones.Select(zone => $"{Plain(time.Text(zone.Member)!)} {zone.Zone}"));

    private static string Span(JsonElement interval, string member)
    {
        var from = interval.At("from")!.Value.Text(member)!;
        if (interval.At("to")?.Text(member) is not { } to)
            return $"{Plain(from)} ...";
        return from[..10] == to[..10] ? $"{Plain(from)} - {Plain(to)[11..]}" : $"{Plain(from)} - {Plain(to)}";
    }

    // 2025-02-07T10:00:00+01:00 in a column that is headed by its zone.
    private static string Plain(string time) => time[17..19] is "00" ? $"{time[..10]} {time[11..16]}" : $"{time[..10]} {time[11..19]}";

    private static string Why(JsonElement interval)
    {
        var by = interval.Items("by").Select(one => one.GetString()).ToList();
        return interval.Text("reason") switch
        {
            "holiday" => $"holiday {interval.Text("holiday")}",
            "paused" => $"paused by {string.Join(", ", by)}",
            "extended" => $"extended by {string.Join(", ", by)}",
            "policy-changed" => "the case was moved to this policy later",
            var reason => reason!,
        };
    }
}
