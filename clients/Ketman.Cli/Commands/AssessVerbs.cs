using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Questions about an account: who answered what, and what that raises or lowers.</summary>
internal static class AssessVerbs
{
    public static Command Create() => new Verb("assess", "Questions about an account: what was answered, what raises the suspicion, what lowers it. It only advises.").With(
        Catalogue(),
        WriteVerb.Create("open", "open-assessment", ["account"], "ketman assess open github:quietfox"),
        WriteVerb.Create("answer", "answer-question", ["question", "answer"],
            "ketman assess answer github:quietfox met-in-person no --from \"engineering lead of halcyon\"",
            "ketman assess answer github:quietfox video-syncs rarely-or-without-video --evidence https://example.org/calls.ics"),
        WriteVerb.Create("withdraw", "withdraw-answer", ["question"], "ketman assess withdraw github:quietfox met-in-person --reason \"asked the wrong person\""),
        WriteVerb.Create("conclude", "conclude-assessment", ["advice"],
            "ketman assess conclude github:quietfox gather-evidence --role worker --goal revenue", "ketman assess conclude github:brightowl drop"),
        Show(),
        ListVerb.Create("list", "Lists the assessments.", "assessments",
            [new("Account"), new("Confidence"), new("State"), new("Opened"), new("Advice")],
            (session, item) => [item.Text("account"), item.Text("confidence"), item.Text("status"), session.Time(item.Text("openedAt")), item.Text("advice")],
            "No assessments yet: `ketman assess open ACCOUNT` begins one.",
            [("status", new Option<string?>("--status") { Description = "only in this state; one of open, concluded", HelpName = "status" })],
            "ketman assess list", "ketman assess list --status open"));

    private static Verb Catalogue()
    {
        var version = new Option<string?>("--version") { Description = "an older version, e.g. --version 1 (default: the newest)", HelpName = "number" };
        return new Verb("catalogue", "Lists the questions, their answers and what those mean.", "ketman assess catalogue", "ketman assess catalogue --json")
            .With(version)
            .Does((session, cancellation) => session.ShowAsync(
                session.Parsed.GetValue(version) is { } number ? $"assessments/catalogue?version={Uri.EscapeDataString(number)}" : "assessments/catalogue",
                answer =>
                {
                    session.Screen.Heading($"Version {answer.Text("version")}: {answer.Text("source")}");
                    session.Screen.Line(answer.Text("use") ?? "");
                    foreach (var question in answer.Items("questions"))
                    {
                        session.Screen.Line();
                        session.Screen.Heading($"{question.Text("id")} ({question.Text("kind")}, weight: {question.Text("weight")})");
                        session.Screen.Line(question.Text("asks") ?? "");
                        if (question.Text("caution") is { } caution)
                            session.Screen.Line($"Bear in mind: {caution}");
                        session.Screen.Table(
                            [new("Answer"), new("Effect"), new("Means")],
                            [.. question.Items("answers").Select(one => new[] { one.Text("answer"), one.Text("effect"), one.Text("means") })],
                            "no answers");
                    }
                },
                cancellation));
    }

    private static Verb Show()
    {
        var account = new Argument<string>("account") { Description = "platform:handle or id, e.g. github:quietfox", HelpName = "ACCOUNT" };
        return new Verb("show", "Shows the answers about an account, which raise the suspicion and which lower it, and why.", "ketman assess show github:quietfox")
            .With(account)
            .Does((session, cancellation) => session.ShowAsync(
                $"assessments/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(account))}", answer => Show(session, answer), cancellation));
    }

    private static void Show(Session session, JsonElement answer)
    {
        var (screen, of) = (session.Screen, answer.At("account") ?? default);
        screen.Heading(answer.Text("ref") ?? "");
        screen.Facts(
        [
            ("Confidence", of.Text("confidence")),
            ("Cleared", of.At("cleared") is { } cleared ? $"{session.Time(cleared.Text("at"))}: wrongly suspected: {Said(cleared, "reason")}" : null),
            ("Assessment", $"{answer.Text("status")}, questions of version {answer.Text("catalogue")}, opened {session.Time(answer.Text("openedAt"))}"),
            ("Advice", answer.At("conclusion") is { } conclusion
                ? string.Join("; ", new[] { conclusion.Text("advice"), $"by {conclusion.Text("by")}", Said(conclusion, "summary") }.OfType<string>())
                : null),
        ]);
        var explanation = answer.At("explanation") ?? default;
        screen.Line();
        screen.Line(explanation.Text("words") ?? "");
        Reasons(screen, explanation, "raises", "Raises the suspicion");
        Reasons(screen, explanation, "lowers", "Lowers it");
        Reasons(screen, explanation, "neither", "Says little");
        var differing = explanation.Items("differing").ToList();
        if (differing.Count > 0)
            screen.Line();
        foreach (var difference in differing)
        {
            var sides = difference.Items("sides").Select(side => $"{side.Text("answer")} ({side.Text("by")})");
            screen.Line($"Answers differ on {difference.Text("question")}: {string.Join(", ", sides)}.");
        }

        Answers(session, answer, "Answers");
        if (answer.At("protected") is { } context)
        {
            screen.Line();
            if (context.Text("withheld") is { } marking)
                screen.Line($"Protected questions: [withheld: TLP:{marking.ToUpperInvariant()}]");
            else
            {
                screen.Line($"Protected (TLP:RED). {context.Text("use")}");
                Answers(session, context, "Protected answers");
            }
        }
    }

    private static void Reasons(Screen screen, JsonElement explanation, string member, string heading)
    {
        var reasons = explanation.Items(member).ToList();
        if (reasons.Count == 0)
            return;
        screen.Line();
        screen.Heading(heading);
        foreach (var reason in reasons)
            screen.Line($"- {reason.Text("why")}");
    }

    private static void Answers(Session session, JsonElement from, string heading)
    {
        session.Screen.Line();
        session.Screen.Heading(heading);
        session.Screen.Table(
            [new("Question"), new("Answer"), new("By"), new("On whose word"), new("When"), new("Standing"), new("Evidence"), new("Note")],
            [
                .. from.Items("questions").SelectMany(question => question.Items("answers").Select(given => new[]
                {
                    question.Text("question"), given.Text("answer"), given.Text("by"), Said(given, "from"), session.Time(given.Text("at")),
                    given.Text("standing"), Said(given, "evidence"), Said(given, "note"),
                })),
            ],
            "No answers yet.");
    }

    // A text, or the mark that it is withheld from this reader.
    private static string? Said(JsonElement of, string member) =>
        of.At(member)?.Text("withheld") is { } marking ? $"[withheld: TLP:{marking.ToUpperInvariant().Replace('-', '+')}]" : of.Text(member);
}
