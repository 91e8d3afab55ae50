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
            Description = "wait until it is ready and the figures hold everything recorded so far, for at most so many seconds, e.g. --wait 120 (default: 60)",
            HelpName = "seconds",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Verb("health", "Says whether the platform is ready, what is missing, and what must be seen to; needs no key but to wait for the figures.", "ketman health", "ketman health --wait 120")
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

                var started = session.Surroundings.Time.GetTimestamp();
                var answer = await AskAsync(session, patience, cancellation);
                var behind = patience > TimeSpan.Zero && answer is { Ok: true }
                    && !await CaughtUpAsync(session, patience - session.Surroundings.Time.GetElapsedTime(started), cancellation);
                var code = Show(session, answer);
                return behind ? ExitCode.Unreachable : code;
            });
    }

    // What was recorded before is waited for by the places in the logs that the first answer names; what comes later is not.
    private static async Task<bool> CaughtUpAsync(Session session, TimeSpan patience, CancellationToken cancellation)
    {
        var time = session.Surroundings.Time;
        var started = time.GetTimestamp();
        var until = "";
        try
        {
            while (true)
            {
                using var answer = Session.Read((await session.Platform.GetAsync($"operations/metrics/progress{until}", cancellation)).OrRefuse());
                var owners = answer.RootElement.Items("owners").ToList();
                if (answer.RootElement.Text("caughtUp") is not "no")
                    return true;

                if (time.GetElapsedTime(started) >= patience)
                {
                    var behind = owners.Where(owner => owner.Text("unpublished") is not "0" || owner.Text("streamsBehind") is not "0").Select(owner => owner.Text("owner"));
                    session.Screen.Remark($"The figures lack something still of {string.Join(" and ", behind)}: see ketman projections list and ketman bus status.");
                    return false;
                }

                until = until.Length > 0 ? until : "?" + string.Join('&', owners.Select(owner => $"{owner.Text("owner")}={owner.Text("committed")}"));
                await Task.Delay(Pause, time, cancellation);
            }
        }
        catch (CliException e) when (e.Code is ExitCode.NotAllowed)
        {
            session.Screen.Remark("Without a key that opens this platform it was not waited for the figures.");
            return true;
        }
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
            using var raw = Session.Read(answer);
            return CodeOf(answer, raw.RootElement);
        }

        using var document = Session.Read(answer);
        var alerts = document.RootElement.Items("alerts").ToList();
        session.Screen.Line(!answer.Ok ? "not ready"
            : $"{(alerts.Count > 0 ? "ALERT" : "ready")} ({session.Platform.Url.GetLeftPart(UriPartial.Authority)})");
        if (document.RootElement.At("checks") is { ValueKind: JsonValueKind.Object } checks)
            session.Screen.Facts(checks.EnumerateObject().Select(check => (check.Name, (string?)State(check.Value))));
        return CodeOf(answer, document.RootElement);
    }

    // An alert is for somebody to see to although everything answers: a script must not take it for well.
    private static ExitCode CodeOf(Answer answer, JsonElement body) => answer.Ok && body.Text("status") is not "alert" ? ExitCode.Ok : ExitCode.Unreachable;

    private static string State(JsonElement check)
    {
        var ready = check.Text("ready") is "yes";
        return check.Text("description") is { } description ? $"{(ready ? "alert" : "not ready")}: {description}" : ready ? "ready" : "not ready";
    }
}
