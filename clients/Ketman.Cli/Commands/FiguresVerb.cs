using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Figures over all cases, in a window, taken apart by groups, as of any moment.</summary>
internal static class FiguresVerb
{
    private const string Groups = "company, segment, channel, month, policy";

    public static Verb Create() => new Verb("figures", "How long companies take, what they keep, which way reaches them, and what workers were paid.",
            "ketman figures reaction-times --by segment --last P90D", "ketman figures money --by actor")
        .With(
            Kind("reaction-times", "Shows how long companies take; who still waits counts as longer than so far.", Groups,
                [new("Figure"), new("Variant"), new("Cases", true), new("Ended", true), new("Waiting", true), new("Median"), new("95 % band"), new("p75"), new("p90"), new("p95"), new("Responders only (misleads)")],
                FigureRows.OfTimes, "ketman figures reaction-times --last P90D", "ketman figures reaction-times --by segment --metric reaction-time", "ketman figures reaction-times --as-of 2025-03-01"),
            Kind("sla", "Shows per clock whether what was owed came in time.", "company, segment, month, policy",
                [new("Clock"), new("Owed by"), new("Met", true), new("In grace", true), new("Breached", true), new("Annulled", true), new("Waiting", true), new("Ended", true), new("In time")],
                FigureRows.OfClocks, "ketman figures sla --from 2025-01-01 --until 2025-03-31", "ketman figures sla --by company"),
            Kind("channels", "Shows which way gets answers, and after how many attempts.", Groups,
                [new("Channel"), new("Attempts", true), new("Delivered", true), new("Bounced", true), new("Answered", true), new("By machine only", true), new("Share answered"), new("Median to answer")],
                FigureRows.OfChannels, "ketman figures channels --last P90D", "ketman figures channels --json | jq .figure.triesToAnswer"),
            Kind("promises", "Shows what became of promises.", "company, segment, month, policy",
                [new("Promises", true), new("Kept", true), new("Late", true), new("Missed", true), new("Open", true), new("Settled", true), new("Kept in time"), new("Kept at all")],
                FigureRows.OfPromises, "ketman figures promises --by company"),
            Kind("money", "Shows what workers were paid: known, estimated and unpriced apart.", "asset, company, actor, segment, month",
                [new("Asset"), new("Payments", true), new("Amount", true), new("USD", true), new("From", true), new("To", true), new("Unpriced", true)],
                FigureRows.OfMoney, "ketman figures money --last P90D", "ketman figures money --by company --against 2025-04-01"));

    private static Verb Kind(
        string name, string description, string groups, IReadOnlyList<Column> columns, Func<JsonElement, IEnumerable<string?[]>> rows, params IReadOnlyList<string> examples)
    {
        List<(string Parameter, Option<string?> Option)> options =
        [
            ("group", new("--by") { Description = $"take it apart by one of {groups}", HelpName = "group" }),
            ("from", new("--from") { Description = "only from this day or instant on, e.g. 2025-01-01", HelpName = "when" }),
            ("until", new("--until") { Description = "only up to this instant, or to the end of this day, e.g. 2025-03-31", HelpName = "when" }),
            ("last", new("--last") { Description = "instead of both: so long until now, e.g. P90D", HelpName = "duration" }),
            ("asOf", new("--as-of") { Description = "look from this day or instant of the past, e.g. 2025-03-01", HelpName = "when" }),
            ("by", new("--as-of-by") { Description = "how that is meant: what was known then, or what had happened by then; one of known, happened (default: known)", HelpName = "time" }),
            ("against", new("--against") { Description = "beside it the figure as it was known then, and the cases that moved it, e.g. 2025-02-01", HelpName = "when" }),
            ("variant", new("--variant") { Description = "only one of strict, relaxed", HelpName = "variant" }),
            ("limit", new("--limit") { Description = "how many groups at most, the largest first, e.g. 20", HelpName = "count" }),
        ];
        if (name is "reaction-times")
            options.Add(("metric", new("--metric") { Description = "only one of reaction-time, time-to-triage, time-to-revocation, time-to-resolution", HelpName = "name" }));
        if (name is "reaction-times" or "channels")
            options.Add(("curve", new("--curve") { Description = "with the steps of the curves, for --json, e.g. --curve true --json", HelpName = "true|false" }));
        options.Add(("cases", new("--cases") { Description = "with the cases that were counted, e.g. --cases true", HelpName = "true|false" }));

        var verb = new Verb(name, description, examples);
        foreach (var (_, option) in options)
            verb.Add(option);
        return verb.Does((session, cancellation) =>
        {
            var query = string.Join('&', options.Select(option => (option.Parameter, Value: session.Parsed.GetValue(option.Option)))
                .Where(option => option.Value is not null).Select(option => $"{option.Parameter}={Uri.EscapeDataString(option.Value!)}"));
            return session.ShowAsync($"figures/{name}{(query.Length == 0 ? "" : $"?{query}")}", answer => Show(session, answer, columns, rows), cancellation);
        });
    }

    private static void Show(Session session, JsonElement answer, IReadOnlyList<Column> columns, Func<JsonElement, IEnumerable<string?[]>> rows)
    {
        var screen = session.Screen;
        var figure = answer.At("figure") ?? default;
        screen.Table(columns, [.. rows(figure)], "Nothing was counted.");
        if (answer.At("groups") is not null)
        {
            screen.Line();
            screen.Table([new("Group"), .. columns],
                [.. answer.Items("groups").SelectMany(group => rows(group.At("figure") ?? default).Select(row => (string?[])[group.Text("group"), .. row]))], "There are no groups.");
        }

        if (answer.At("cases") is not null)
        {
            screen.Line();
            screen.Table([new("Case"), new("Counted")], [.. answer.Items("cases").Select(one => new[] { one.Text("disclosure"), one.Text("counted") })], "No case was counted.");
        }

        if (answer.At("against") is { } against)
            ShowChange(session, against);
        foreach (var remark in FigureRows.Remarks(session, answer, figure))
            screen.Remark(remark);
    }

    /// <summary>What moved since an earlier moment.</summary>
    public static void ShowChange(Session session, JsonElement change)
    {
        session.Screen.Line();
        session.Screen.Heading($"Against what was known {session.Time(change.Text("at"))}");
        session.Screen.Table([new("Number"), new("Then", true), new("Now", true), new("Difference", true)],
            [.. change.Items("differences").Select(one => new[] { one.Text("number"), one.Text("then"), one.Text("now"), one.Text("difference") })], "No number has changed.");
        session.Screen.Line();
        session.Screen.Table([new("Case"), new("Then"), new("Now")],
            [.. change.Items("moved").Select(one => new[] { one.Text("disclosure"), one.Text("then") ?? "did not count", one.Text("now") ?? "does not count" })], "No case has moved it.");
    }
}
