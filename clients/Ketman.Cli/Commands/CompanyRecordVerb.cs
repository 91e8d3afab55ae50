using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>A company's record over all its cases.</summary>
internal static class CompanyRecordVerb
{
    public static Verb Create()
    {
        var company = new Argument<string>("company") { Description = "its handle or id, e.g. halcyon", HelpName = "COMPANY" };
        var asOf = new Option<string?>("--as-of") { Description = "look from this day or instant of the past, e.g. 2025-03-01", HelpName = "when" };
        var by = new Option<string?>("--as-of-by") { Description = "how that is meant: what was known then, or what had happened by then; one of known, happened (default: known)", HelpName = "time" };
        var against = new Option<string?>("--against") { Description = "beside it what was known then, and the cases that moved it, e.g. 2025-02-01", HelpName = "when" };
        return new Verb("record", "Shows how a company has dealt with what it was told.", "ketman companies record halcyon", "ketman companies record halcyon --against 2025-03-01")
            .With(company, asOf, by, against).Does((session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(company);
                var query = string.Join('&', new[] { ("asOf", asOf), ("by", by), ("against", against) }
                    .Select(option => (option.Item1, Value: session.Parsed.GetValue(option.Item2))).Where(option => option.Value is not null)
                    .Select(option => $"{option.Item1}={Uri.EscapeDataString(option.Value!)}"));
                return session.ShowAsync($"companies/{Uri.EscapeDataString(wanted)}/record{(query.Length == 0 ? "" : $"?{query}")}", answer => Show(session, answer), cancellation);
            });
    }

    private static void Show(Session session, JsonElement record)
    {
        var screen = session.Screen;
        var promises = record.At("promises") ?? default;
        var money = record.At("money") ?? default;
        var times = record.Items("reactionTimes").ToList();
        screen.Heading($"{record.At("company")?.Text("name")} ({record.At("company")?.Text("handle")})");
        screen.Facts(
        [
            ("TVL rank", record.At("company")?.Text("tvlRank")),
            ("private", record.At("company")?.Text("private")),
            ("median to acknowledge", times.Count == 0 ? null : FigureRows.Median(times[0].At("elapsed"), "d")),
            ("in time", FigureRows.Share(record.At("sla", "compliance"))),
            ("promises", $"{promises.Text("kept")} kept, {promises.Text("keptLate")} late, {promises.Text("missed")} missed, {promises.Text("open")} open, {promises.Text("settled")} settled"),
            ("paid to workers", $"{money.Text("usd")} USD ({money.Text("low")} to {money.Text("high")}) in {money.Text("payments")} payments, {money.Text("unpriced")} unpriced"),
        ]);
        Section("cases", [new("Case"), new("Opened"), new("Status"), new("Reactions"), new("Attempts", true), new("Days to acknowledge", true), new("Workers", true), new("Breaches", true)],
            record.Items("cases").Select(known => new[]
            {
                known.Text("disclosure"), session.Time(known.Text("openedAt")), known.Text("status"), string.Join(", ", known.Items("reactions").Select(one => one.Text("reaction"))),
                known.Text("attempts"), known.Text("running") is "yes" ? $"at least {known.Text("daysToAcknowledge")}" : known.Text("daysToAcknowledge"), known.Text("workers"), known.Text("breaches"),
            }));
        Section("times", [new("Figure"), new("Variant"), new("Cases", true), new("Ended", true), new("Waiting", true), new("Median"), new("95 % band"), new("p75"), new("p90"), new("p95"), new("Responders only (misleads)")],
            times.Count == 0 ? [] : FigureRows.OfTimes(times));
        Section("clocks", [new("Clock"), new("Owed by"), new("Met", true), new("In grace", true), new("Breached", true), new("Annulled", true), new("Waiting", true), new("Ended", true), new("In time")],
            FigureRows.OfClocks(record.At("sla") ?? default));
        Section("channels", [new("Channel"), new("Attempts", true), new("Delivered", true), new("Bounced", true), new("Answered", true), new("By machine only", true), new("Share answered"), new("Median to answer")],
            FigureRows.OfChannels(record.At("channels") ?? default));
        if (record.At("against") is { } against)
            FiguresVerb.ShowChange(session, against);
        if (record.At("withheld")?.Text("note") is { } note)
            screen.Remark(note);

        void Section(string title, IReadOnlyList<Column> columns, IEnumerable<string?[]> rows)
        {
            screen.Line();
            screen.Heading(title);
            screen.Table(columns, [.. rows], "none");
        }
    }
}
