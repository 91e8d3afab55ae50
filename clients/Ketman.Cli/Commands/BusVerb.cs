using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The road between the services: what is on its way, and what could not be read.</summary>
internal static class BusVerb
{
    public static Command Create() => new Verb("bus", "The road between the services: queues, what waits, what could not be read.").With(Status(), Redeliver());

    private static Verb Status() =>
        new Verb("status", "Shows queues, what is not published yet, what waits and what could not be folded. With --json one answer a line for each service.",
                "ketman bus status", "ketman bus status --json | jq '.listening.errors'")
            .Does(async (session, cancellation) =>
            {
                var queues = new List<string?[]>();
                var facts = new List<(string, string?)>();
                var poison = new List<string?[]>();
                foreach (var service in Operations.Services)
                {
                    var answer = (await session.Platform.GetAsync($"operations/{service}/bus", cancellation)).OrRefuse();
                    if (session.Json)
                    {
                        session.Screen.Raw(answer.Body);
                        continue;
                    }

                    using var document = Session.Read(answer);
                    var root = document.RootElement;
                    if (root.At("publishing") is { } publishing)
                        facts.Add(($"{service} publishes", Published(publishing)));
                    if (root.At("listening") is not { } listening)
                        continue;

                    facts.Add(($"{service} listens", Waiting(session, listening)));
                    queues.AddRange(listening.Items("queues").Select(queue => new[] { service, queue.Text("name"), queue.Text("messages") ?? "?" }));
                    poison.AddRange(listening.Items("poison").Select(one => new[]
                    {
                        service, one.Text("event"), one.Text("type"), one.Text("reason"), session.Time(one.Text("notedAt")),
                        one.Text("settlement") is { } settled ? $"{settled} by {one.Text("settledBy") ?? "somebody"}" : "open",
                    }));
                }

                if (session.Json)
                    return ExitCode.Ok;

                session.Screen.Table([new("Service"), new("Queue"), new("Messages", Right: true)], queues, "No queues.");
                session.Screen.Line();
                session.Screen.Facts(facts);
                if (poison.Count > 0)
                {
                    session.Screen.Line();
                    session.Screen.Table([new("Service"), new("Event"), new("Type"), new("Reason"), new("Noted"), new("Settled")], poison, "");
                }

                return ExitCode.Ok;
            });

    private static Verb Redeliver()
    {
        var service = new Argument<string?>("service") { Description = $"whose error queue, one of {string.Join(", ", Operations.Listeners)} (default: both)", HelpName = "SERVICE", Arity = ArgumentArity.ZeroOrOne };
        return new Verb("redeliver", "Puts what stands in error queues into the main queues again, for when its cause is mended. What fails again comes back.",
                "ketman bus redeliver", "ketman bus redeliver metrics")
            .With(service)
            .Does(async (session, cancellation) =>
            {
                foreach (var one in Operations.Choose(session.Parsed.GetValue(service), Operations.Listeners))
                {
                    var answer = (await session.Platform.PostAsync($"operations/{one}/bus/redeliver", default, null, cancellation)).OrRefuse();
                    if (session.Json)
                    {
                        session.Screen.Raw(answer.Body);
                        continue;
                    }

                    using var document = Session.Read(answer);
                    var left = document.RootElement.Text("left") is { } still and not "0" ? $"; {still} stand there still" : "";
                    session.Screen.Line($"{one}: {document.RootElement.Text("redelivered")} messages put back into the queue{left}.");
                }

                return ExitCode.Ok;
            });
    }

    private static string Published(JsonElement publishing) => publishing.Text("unpublished") is { } places and not "0"
        ? $"{places} places of its log are not confirmed by the broker{(publishing.Text("waitingSeconds") is { } seconds ? $", for {seconds} s" : "")}"
        : "everything is published";

    private static string Waiting(Session session, JsonElement listening)
    {
        var parts = new List<string>();
        if (listening.Text("connected") is "no")
            parts.Add("its queue is not being read");
        if (listening.Text("waitingEvents") is { } events and not "0")
            parts.Add($"{events} events of {listening.Text("waitingStreams")} streams wait since {session.Time(listening.Text("waitingSince"))}");
        if (listening.Text("conflicts") is { } conflicts and not "0")
            parts.Add($"{conflicts} events came twice with different content");
        return parts.Count == 0 ? "everything that came is folded" : string.Join("; ", parts);
    }
}
