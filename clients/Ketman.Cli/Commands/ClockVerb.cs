using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Deadlines: where they stand, how they come about, and what a lead does about them.</summary>
internal static class ClockVerb
{
    public static Verb Create() => new Verb("clock", "Explains deadlines: what was counted, what was skipped, and why; pauses, resumes and extends them.").With(
        Explain(),
        WriteVerb.Create("pause", "pause-clock", [],
            "ketman clock pause halcyon-2025-02 --reason \"the company is closed for two days\" --key closed",
            "ketman clock pause halcyon-2025-02 --clock access-revocation --reason \"agreed by phone\" --at 2025-02-08"),
        WriteVerb.Create("resume", "resume-clock", ["pause"], "ketman clock resume halcyon-2025-02 closed"),
        WriteVerb.Create("extend", "extend-clock", ["clock"],
            "ketman clock extend halcyon-2025-02 access-revocation --until 2025-02-21 --reason \"a release is due that week\"",
            "ketman clock extend halcyon-2025-02 commitment --subject promise --until 2025-02-21 --grace --reason \"asked for by its counsel\""));

    /// <summary>Where every clock of a case stands.</summary>
    public static Verb List()
    {
        var disclosure = Disclosure(ArgumentArity.ExactlyOne);
        return new Verb("clocks", "Shows every deadline of a disclosure: where it stands, when it is due, what it runs from.", "ketman clocks halcyon-2025-02")
            .With(disclosure)
            .Does((session, cancellation) => session.ShowAsync(
                $"disclosures/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(disclosure)!)}/clocks", answer => ShowClocks(session, answer), cancellation));
    }

    private static Verb Explain()
    {
        var disclosure = Disclosure(ArgumentArity.ZeroOrOne);
        var clock = new Argument<string?>("clock")
        {
            Description = "which clock, as ketman clocks shows it, e.g. acknowledgement; left out: each",
            HelpName = "CLOCK",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var offline = new OfflineClock();
        return new Verb("explain", "Explains a due time, of a disclosure or offline: every counted and every skipped interval, in UTC, in the calendar's zone and in yours.",
                "ketman clock explain halcyon-2025-02 acknowledgement",
                "ketman clock explain --calendar berlin.json --start 2015-09-21T14:00:00Z --budget PT2H",
                "ketman clock explain --calendar berlin.json --start 2015-09-21T14:00:00Z --budget P1D --pause 2015-09-22T09:00:00Z/PT3H --json")
            .With(disclosure, clock)
            .With(offline.Options)
            .Does((session, cancellation) => session.Parsed.GetValue(disclosure) is { } wanted
                ? OfCaseAsync(session, offline, wanted, session.Parsed.GetValue(clock), cancellation)
                : offline.ExplainAsync(session, cancellation));
    }

    private static Argument<string?> Disclosure(ArgumentArity arity) => new("disclosure")
    {
        Description = "its handle or id, e.g. halcyon-2025-02",
        HelpName = "DISCLOSURE",
        Arity = arity,
    };

    private static async Task<ExitCode> OfCaseAsync(Session session, OfflineClock offline, string disclosure, string? clock, CancellationToken cancellation)
    {
        offline.MustBeLeftOut(session);
        var reader = offline.Reader(session);
        var path = $"disclosures/{Uri.EscapeDataString(disclosure)}/clocks";
        if (clock is not null)
            return await session.ShowAsync(Explanation(path, clock, reader), answer => ClockView.Show(session, answer), cancellation);

        var all = (await session.Platform.GetAsync(path, cancellation)).OrRefuse();
        using var clocks = Session.Read(all);
        var explained = new List<byte[]>();
        foreach (var name in clocks.RootElement.Items().Select(item => item.Text("name")!))
        {
            var answer = (await session.Platform.GetAsync(Explanation(path, name, reader), cancellation)).OrRefuse();
            explained.Add(answer.Body);
            if (session.Json)
                continue;
            if (explained.Count > 1)
                session.Screen.Line();
            using var one = Session.Read(answer);
            ClockView.Show(session, one.RootElement);
        }

        if (session.Json)
            session.Screen.Raw(List(explained));
        else if (explained.Count == 0)
            session.Screen.Line("No clock runs in this case.");
        return ExitCode.Ok;
    }

    private static string Explanation(string path, string clock, string reader) =>
        $"{path}/{Uri.EscapeDataString(clock)}/explanation?zone={Uri.EscapeDataString(reader)}";

    private static byte[] List(List<byte[]> explained)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var one in explained)
                writer.WriteRawValue(one);
            writer.WriteEndArray();
        }

        return buffer.ToArray();
    }

    private static void ShowClocks(Session session, JsonElement answer)
    {
        if (answer.At("policy") is { } policy)
            session.Screen.Remark(string.Create(CultureInfo.InvariantCulture, $"Under {policy.Text("name")}, version {policy.Text("version")}; times in {session.Surroundings.Zone.Id}."));
        session.Screen.Table(
            [new("Clock"), new("Status"), new("Due"), new("Owed by"), new("Runs from"), new("Stopped"), new("Notes")],
            [.. answer.Items().Select(item => (string?[])
            [
                item.Text("name"), item.Text("status"), session.Time(item.Text("dueAt")) ?? "never: paused", item.Text("owedBy"),
                session.Time(item.At("anchor", "at")?.GetString()), session.Time(item.At("stop", "at")?.GetString()), Notes(item),
            ])],
            "No clock runs in this case.");
    }

    private static string? Notes(JsonElement clock)
    {
        var notes = new List<string>();
        if (clock.Items("extensions").Any())
            notes.Add("extended");
        if (clock.Items("pauses").Any())
            notes.Add("paused for a while");
        if (clock.At("stoppedBeforeAnchor") is { ValueKind: JsonValueKind.True })
            notes.Add("stopped before it began: check both times");
        return notes.Count == 0 ? null : string.Join("; ", notes);
    }
}
