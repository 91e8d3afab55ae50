using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Whether the platform is ready, and if not, what is missing.</summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static Verb Create()
    {
        var wait = new Option<string?>("--wait")
        {
            Description = "wait until it is ready, for at most so many seconds, e.g. --wait 120 (default: 60)",
            HelpName = "seconds",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Verb("health", "Says whether the platform is ready, and what is missing; needs no key.", "ketman health", "ketman health --wait 120")
            .With(wait)
            .Does(async (session, cancellation) =>
            {
                var patience = TimeSpan.Zero;
                if (session.Parsed.GetResult(wait) is { Implicit: false })
                {
                    var text = session.Parsed.GetValue(wait) ?? "60";
                    if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                        throw new CliException(ExitCode.Usage, "--wait: expected a number of seconds such as 120.");
                    patience = TimeSpan.FromSeconds(seconds);
                }

                return Show(session, await AskAsync(session, patience, cancellation));
            });
    }

    private static async Task<Answer?> AskAsync(Session session, TimeSpan patience, CancellationToken cancellation)
    {
        var time = session.Surroundings.Time;
        var started = time.GetTimestamp();
        while (true)
        {
            var answer = await session.Platform.ReadyAsync(cancellation);
            if (answer is { Ok: true } || time.GetElapsedTime(started) >= patience)
                return answer;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private static ExitCode Show(Session session, Answer? answer)
    {
        if (answer is null)
        {
            throw new CliException(ExitCode.Unreachable,
                $"Nothing answers at {session.Platform.Url.GetLeftPart(UriPartial.Authority)}. Is the platform up (`./ketman up`), and is KETMAN_URL right?");
        }

        if (session.Json)
        {
            session.Screen.Raw(answer.Body);
            return answer.Ok ? ExitCode.Ok : ExitCode.Unreachable;
        }

        session.Screen.Line(answer.Ok ? $"ready ({session.Platform.Url.GetLeftPart(UriPartial.Authority)})" : "not ready");
        using var document = Session.Read(answer);
        if (document.RootElement.At("checks") is { ValueKind: JsonValueKind.Object } checks)
            session.Screen.Facts(checks.EnumerateObject().Select(check => (check.Name, (string?)State(check.Value))));
        return answer.Ok ? ExitCode.Ok : ExitCode.Unreachable;
    }

    private static string State(JsonElement check)
    {
        var ready = check.Text("ready") is "yes" ? "ready" : "not ready";
        return check.Text("description") is { } description ? $"{ready}: {description}" : ready;
    }
}
