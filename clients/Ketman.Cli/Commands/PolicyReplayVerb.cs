using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Tries a draft policy on what really happened.</summary>
internal static class PolicyReplayVerb
{
    private static readonly string[] s_totals = ["breaches", "steps", "publishable"];

    public static Verb Create()
    {
        var file = PolicyVerb.File();
        var against = new Option<string>("--against")
        {
            Description = "one case by its handle or id, or all, e.g. --against halcyon-2025-02 (default: all)",
            HelpName = "all|disclosure",
            DefaultValueFactory = _ => "all",
        };
        return new Verb("replay", "Runs a draft policy over the real history and shows what would have differed; nothing is stored.",
            "ketman policy replay mine.json --against all", "ketman policy replay mine.json --against halcyon-2025-02")
            .With(file, against)
            .Does(async (session, cancellation) =>
            {
                var body = PolicyVerb.Body(session, session.Parsed.GetRequiredValue(file), json => json.WriteString("against", session.Parsed.GetValue(against)));
                var answer = (await session.Platform.PostAsync("policies/replay", body, null, cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var read = Session.Read(answer);
                Show(session, read.RootElement);
                return ExitCode.Ok;
            });
    }

    private static void Show(Session session, JsonElement answer)
    {
        var screen = session.Screen;
        screen.Line($"{answer.Text("cases")} cases replayed until {session.Time(answer.Text("until"))}; {answer.Text("differing")} would have gone differently.");
        screen.Table(
            [new("What"), new("As it is", Right: true), new("Under the draft", Right: true)],
            [.. s_totals.Select(what => new[] { what, answer.At("before")?.Text(what), answer.At("after")?.Text(what) })],
            "");
        var rows = answer.Items().SelectMany(one => one.Items("differences").Select(difference => new[]
        {
            one.Text("disclosure"), difference.Text("kind"), difference.Text("name"),
            session.Time(difference.Text("before")), session.Time(difference.Text("after")),
        })).ToList();
        if (rows.Count == 0)
            return;

        screen.Line();
        screen.Table([new("Disclosure"), new("What"), new("Which"), new("As it is"), new("Under the draft")], rows, "");
        if (answer.Text("omitted") is { } omitted and not "0")
            screen.Remark($"{omitted} more cases differ; the totals hold for all.");
    }
}
