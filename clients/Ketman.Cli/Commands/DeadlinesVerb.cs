using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The deadline clock: how it is, and what stands still. Changes are for admins.</summary>
internal static class DeadlinesVerb
{
    private const string Path = "operations/disclosures/deadlines";

    public static Command Create() => new Verb("deadlines", "The clock that notices what time brings about. Changes are for admins.").With(
        Status(), Retry(), Recompute());

    private static Verb Status() =>
        new Verb("status", "Shows how many cases have something coming, what is due and not noticed yet, and which cases stand still.",
                "ketman deadlines status", "ketman deadlines status --json | jq .due")
            .Does(async (session, cancellation) =>
            {
                var answer = (await session.Platform.GetAsync(Path, cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var document = Session.Read(answer);
                var root = document.RootElement;
                session.Screen.Facts(
                [
                    ("cases with something coming", root.Text("open")),
                    ("due and not noticed yet", root.Text("due") + (root.Text("oldestDue") is { } oldest ? $", the oldest since {session.Time(oldest)}" : "")),
                    ("standing still", root.Text("parked")),
                ]);
                if (root.Items().Any())
                {
                    session.Screen.Line();
                    session.Screen.Table(
                        [new("Disclosure"), new("Since"), new("Tries", Right: true), new("Error")],
                        [.. root.Items().Select(item => new[] { item.Text("disclosure"), session.Time(item.Text("since")), item.Text("tries"), item.Text("errorType") })],
                        "");
                }

                return ExitCode.Ok;
            });

    private static Verb Retry()
    {
        var which = new Argument<string?>("disclosure")
        {
            Description = "the disclosure, e.g. halcyon-2025-02 (default: all that stand still)",
            HelpName = "DISCLOSURE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Verb("retry", "Lets cases that failed too often be tried again, for when the cause is mended.", "ketman deadlines retry", "ketman deadlines retry halcyon-2025-02")
            .With(which)
            .Does((session, cancellation) => PostAsync(
                session, session.Parsed.GetValue(which) is { } named ? $"retry?disclosure={Uri.EscapeDataString(named)}" : "retry", "tried again", cancellation));
    }

    private static Verb Recompute() =>
        new Verb("recompute", "Finds every deadline out anew from the cases' histories; nothing that was noticed changes.", "ketman deadlines recompute")
            .Does((session, cancellation) => PostAsync(session, "recompute", "looked at anew", cancellation));

    private static async Task<ExitCode> PostAsync(Session session, string verb, string said, CancellationToken cancellation)
    {
        var answer = (await session.Platform.PostAsync($"{Path}/{verb}", default, null, cancellation)).OrRefuse();
        if (session.Json)
        {
            session.Screen.Raw(answer.Body);
            return ExitCode.Ok;
        }

        using var document = Session.Read(answer);
        session.Screen.Line($"{document.RootElement.Text("cases")} cases are {said}.");
        return ExitCode.Ok;
    }
}
