using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What follows the history: shown, paused, resumed, rebuilt. Changes are for admins.</summary>
internal static class ProjectionsVerb
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create() => new Verb("projections", "What follows the history: publishers, projections, read models. Changes are for admins.").With(
        List(),
        Change("pause", "Lets one stand still; what it follows is kept for it.", "stands still", "ketman projections pause metrics/read-models"),
        Change("resume", "Lets one go on; an event that stopped it is tried again.", "goes on", "ketman projections resume metrics/read-models"),
        Skip(),
        Rebuild());

    private static Verb List()
    {
        var service = new Option<string?>("--service") { Description = $"of one service only, one of {string.Join(", ", Operations.Services)}", HelpName = "service" };
        return new Verb("list", "Lists them: how far each is, and what stands in its way. With --json one answer a line for each service.",
                "ketman projections list", "ketman projections list --service metrics", "ketman projections list --json | jq -r '.items[] | select(.state != \"running\") | .name'")
            .With(service)
            .Does(async (session, cancellation) =>
            {
                var services = Operations.Choose(session.Parsed.GetValue(service), Operations.Services);
                if (session.Json)
                {
                    foreach (var one in services)
                        session.Screen.Raw((await session.Platform.GetAsync($"operations/{one}/projections", cancellation)).OrRefuse().Body);
                    return ExitCode.Ok;
                }

                var all = await Operations.ListAsync(session, services, cancellation);
                session.Screen.Table(
                    [new("Projection"), new("Kind"), new("State"), new("At", Right: true), new("Of", Right: true), new("Remark")],
                    [.. all.Select(one => new[]
                    {
                        $"{one.Service}/{one.Item.Text("name")}", one.Item.Text("kind"), one.Item.Text("state"),
                        one.Item.Text("checkpoint"), one.Item.Text("head"), Remark(session, one.Item),
                    })],
                    "Nothing follows the history.");
                return ExitCode.Ok;
            });
    }

    private static Verb Change(string name, string description, string after, string example)
    {
        var which = Which();
        return new Verb(name, description, example).With(which).Does(async (session, cancellation) =>
        {
            var (service, projection, _) = await Operations.FindAsync(session, session.Parsed.GetRequiredValue(which), cancellation);
            return await PostAsync(session, service, projection, name, default, changed => $"{service}/{projection} {after}{(changed ? "" : " already")}.", cancellation);
        });
    }

    private static Verb Skip()
    {
        var which = Which();
        var given = new Option<string?>("--event") { Description = "the event, as the list shows it, e.g. --event 1207 (default: the one that stands in the way now)", HelpName = "event" };
        return new Verb("skip", "Gives up the event that stands in the way, for ever and on record, and goes on after it.",
                "ketman projections skip disclosures/publisher", "ketman projections skip metrics/read-models --event disclosure-0198b2c4-6a10-7d3e-9f00-2b1c5d7e8f90@3")
            .With(which, given)
            .Does(async (session, cancellation) =>
            {
                var (service, projection, item) = await Operations.FindAsync(session, session.Parsed.GetRequiredValue(which), cancellation);
                var skipped = session.Parsed.GetValue(given) ?? item.At("failed")?.Text("event")
                    ?? throw new CliException(ExitCode.Refused, $"No event stands in the way of {service}/{projection}; nothing was skipped.");
                var body = Encoding.UTF8.GetBytes($"{{\"event\":\"{JsonEncodedText.Encode(skipped)}\"}}");
                return await PostAsync(session, service, projection, "skip", body,
                    changed => changed ? $"{service}/{projection} goes on after event {skipped}." : $"Event {skipped} was given up before.", cancellation);
            });
    }

    private static Verb Rebuild()
    {
        var which = Which();
        var noWait = new Option<bool>("--no-wait") { Description = "do not wait until it is done, e.g. ketman projections rebuild metrics/read-models --no-wait" };
        return new Verb("rebuild", "Makes a read model anew from its history beside the live one, which it then replaces; nothing stands still meanwhile.",
                "ketman projections rebuild metrics/read-models", "ketman projections rebuild intake/read-models --no-wait")
            .With(which, noWait)
            .Does(async (session, cancellation) =>
            {
                var (service, projection, _) = await Operations.FindAsync(session, session.Parsed.GetRequiredValue(which), cancellation);
                if (session.Parsed.GetValue(noWait))
                {
                    return await PostAsync(session, service, projection, "rebuild", default,
                        changed => $"{service}/{projection} is {(changed ? "" : "already ")}being rebuilt; ketman projections list shows how far it is.", cancellation);
                }

                (await session.Platform.PostAsync($"operations/{service}/projections/{Uri.EscapeDataString(projection)}/rebuild", default, null, cancellation)).OrRefuse();
                return await WaitAsync(session, service, projection, cancellation);
            });
    }

    private static async Task<ExitCode> WaitAsync(Session session, string service, string name, CancellationToken cancellation)
    {
        var progress = new Progress(session, $"rebuilding {service}/{name}");
        while (true)
        {
            var item = (await Operations.ListAsync(session, [service], cancellation)).First(one => one.Item.Text("name") == name).Item;
            var rebuild = item.At("rebuild") ?? throw new CliException(ExitCode.Unreachable, "The platform answered without a word of the rebuild.");
            var phase = rebuild.Text("phase");
            if (phase is "done" or "failed")
            {
                progress.Clear();
                if (session.Json)
                    session.Screen.Line(item.GetRawText());
                else if (phase is "done")
                    session.Screen.Line($"{service}/{name} is rebuilt: {rebuild.Text("done")} events.");
                return phase is "done" ? ExitCode.Ok : throw new CliException(ExitCode.Refused, $"{service}/{name} is as it was: {Failure(rebuild)}.");
            }

            progress.Show(rebuild.Text("done"), rebuild.Text("total"));
            await Task.Delay(Pause, session.Surroundings.Time, cancellation);
        }
    }

    private static async Task<ExitCode> PostAsync(
        Session session, string service, string name, string verb, ReadOnlyMemory<byte> body, Func<bool, string> said, CancellationToken cancellation)
    {
        var answer = (await session.Platform.PostAsync(
            $"operations/{service}/projections/{Uri.EscapeDataString(name)}/{verb}", body, null, cancellation)).OrRefuse();
        if (session.Json)
        {
            session.Screen.Raw(answer.Body);
            return ExitCode.Ok;
        }

        using var document = Session.Read(answer);
        session.Screen.Line(said(document.RootElement.Text("changed") is not "no"));
        return ExitCode.Ok;
    }

    private static Argument<string> Which() => new("projection")
    {
        Description = "service/name as the list shows it, e.g. metrics/read-models; the name alone where only one service has it",
        HelpName = "PROJECTION",
    };

    private static string? Remark(Session session, JsonElement item)
    {
        var parts = new List<string>();
        if (item.At("failed") is { } failed)
            parts.Add($"event {failed.Text("event")} ({failed.Text("type")}) fails: {failed.Text("errorType")}");
        else if (item.Text("pausedBy") is { } by)
            parts.Add($"paused by {by}");
        if (item.Text("pausedAt") is { } since)
            parts.Add($"since {session.Time(since)}");
        if (item.At("rebuild") is { } rebuild)
        {
            parts.Add(rebuild.Text("phase") switch
            {
                "done" => $"rebuilt {session.Time(rebuild.Text("finishedAt"))}",
                "failed" => $"rebuild failed: {Failure(rebuild)}",
                _ => $"rebuild: {rebuild.Text("done")} of {rebuild.Text("total")} events",
            });
        }

        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string Failure(JsonElement rebuild) =>
        rebuild.Text("failedEvent") is { } which ? $"event {which} cannot be folded ({rebuild.Text("errorType")})" : $"{rebuild.Text("errorType")}";

    /// <summary>Says on standard error how far it is: in its line on a terminal, a line now and then elsewhere.</summary>
    private sealed class Progress(Session session, string doing)
    {
        private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

        private long _shown = session.Surroundings.Time.GetTimestamp();
        private int _drawn;

        public void Show(string? done, string? total)
        {
            var (at, of) = (Number(done), Number(total));
            var line = string.Create(CultureInfo.InvariantCulture, $"{doing}: {at} of {of} events{(of > 0 ? $" ({(double)at / of:P0})" : "")}");
            if (session.Surroundings.ErrorIsTerminal)
            {
                session.Surroundings.Error.Write($"\r{line.PadRight(_drawn)}");
                _drawn = line.Length;
            }
            else if (session.Surroundings.Time.GetElapsedTime(_shown) >= Elsewhere)
            {
                _shown = session.Surroundings.Time.GetTimestamp();
                session.Screen.Remark(line);
            }
        }

        public void Clear()
        {
            if (_drawn > 0)
                session.Surroundings.Error.Write($"\r{new string(' ', _drawn)}\r");
            _drawn = 0;
        }

        private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
