using System.CommandLine;
using System.Text.Json.Nodes;
using Ketman.Cli.Connection;

namespace Ketman.Cli.Commands;

/// <summary>Whether the history holds: every log, one stream of it, or a dossier that came as a file.</summary>
internal static class VerifyVerb
{
    private const int MostShown = 20;

    private static readonly string[] s_services = ["intake", "disclosures"];

    public static Verb Create()
    {
        var stream = new Argument<string?>("stream")
        {
            Description = "one stream only: the handle or id of a disclosure, company, account or lead, or a stream's own name, e.g. halcyon-2025-02",
            HelpName = "STREAM",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file") { Description = "verify a dossier, offline and without an account, e.g. --file halcyon.dossier.json", HelpName = "file" };
        var key = new Option<string?>("--key") { Description = "with --file: the public key (PEM) that must have signed it, e.g. --key seal-disclosures.pub.pem", HelpName = "file" };
        return new Verb("verify", $"Recomputes every hash and checks every seal of the event logs; exit status {(int)ExitCode.Broken} when something does not hold.",
                "ketman verify", "ketman verify halcyon-2025-02", "ketman verify --file halcyon.dossier.json --key seal-disclosures.pub.pem")
            .With(stream, file, key)
            .Does((session, cancellation) =>
            {
                var wanted = session.Parsed.GetValue(stream);
                if (session.Parsed.GetValue(file) is { } path)
                {
                    return wanted is null
                        ? DossierCheck.RunAsync(session, path, session.Parsed.GetValue(key), cancellation)
                        : throw new CliException(ExitCode.Usage, "Give either a stream or --file: a dossier holds one stream.");
                }

                if (session.Parsed.GetValue(key) is not null)
                    throw new CliException(ExitCode.Usage, "--key goes with --file: the platform's own logs are checked with the keys that it knows.");
                return VerifyAsync(session, wanted, cancellation);
            });
    }

    private static async Task<ExitCode> VerifyAsync(Session session, string? stream, CancellationToken cancellation)
    {
        var results = new List<JsonObject>();
        foreach (var service in s_services)
        {
            if (await ServiceAsync(session, service, stream, cancellation) is not { } result)
                continue;
            await CompareWithMemoryAsync(session, service, result, cancellation);
            results.Add(result);
        }

        if (results.Count == 0)
            throw new CliException(ExitCode.Refused, "There is no such stream; use a handle or an id that the list of its kind shows.");

        var holds = results.All(result => result["faults"]!.AsArray().Count == 0);
        if (session.Json)
        {
            var answer = new JsonObject { ["holds"] = holds, ["logs"] = new JsonArray([.. results]) };
            session.Screen.Line(answer.ToJsonString());
        }
        else
        {
            results.ForEach(result => Show(session, result, stream is not null));
        }

        return holds ? ExitCode.Ok : ExitCode.Broken;
    }

    /// <summary>One service's log, page by page; null when it does not have the stream.</summary>
    private static async Task<JsonObject?> ServiceAsync(Session session, string service, string? stream, CancellationToken cancellation)
    {
        JsonObject? whole = null;
        for (string? after = null; ;)
        {
            var query = stream is not null ? $"?stream={Uri.EscapeDataString(stream)}" : after is not null ? $"?after={after}" : "";
            var answer = await session.Platform.GetAsync($"proofs/{service}/verification{query}", cancellation);
            if (stream is not null && answer.Status == 404)
                return null;

            var page = Read(answer.OrRefuse());
            whole = whole is null ? page : Join(whole, page);
            after = page["next"]?.GetValue<string>();
            Progress(session, service, whole, done: after is null);
            if (after is null)
            {
                whole.Remove("next");
                return whole;
            }
        }
    }

    /// <summary>Whether the seal that was the last one when we last looked is still there; then remembers the one that is it now.</summary>
    private static async Task CompareWithMemoryAsync(Session session, string service, JsonObject result, CancellationToken cancellation)
    {
        var sealing = result["sealed"]!.AsObject();
        if (sealing["key"]?.GetValue<string>() is not { } key || sealing["hash"]?.GetValue<string>() is not { } last)
            return;
        var memory = SealMemory.For(session.Surroundings, session.Platform.Url, service, key);
        if (memory.Load() is (var number, var hash))
        {
            var answer = await session.Platform.GetAsync($"proofs/{service}/seals/{number}", cancellation);
            var found = answer.Status == 404 ? null : Read(answer.OrRefuse())["hash"]?.GetValue<string>();
            if (found != hash)
            {
                result["faults"]!.AsArray().Add(new JsonObject
                {
                    ["fault"] = "seal-taken-back",
                    ["seal"] = number,
                    ["message"] = $"Seal {number} {(found is null ? "was there when this was last verified here, and is gone" : "is not the one that was there when this was last verified here")}: the log was put back to an earlier state, or rewritten from there.",
                });
                return;
            }
        }

        if (result["faults"]!.AsArray().Count == 0)
            memory.Save(Count(sealing, "number"), last);
    }

    private static JsonObject Read(Answer answer)
    {
        using var document = Session.Read(answer);
        return JsonObject.Create(document.RootElement.Clone())
            ?? throw new CliException(ExitCode.Unreachable, "The platform's answer is not what was asked for.");
    }

    private static JsonObject Join(JsonObject whole, JsonObject page)
    {
        foreach (var count in (ReadOnlySpan<string>)["streams", "events", "seals"])
            whole[count] = Count(whole, count) + Count(page, count);
        foreach (var fault in page["faults"]!.AsArray())
            whole["faults"]!.AsArray().Add(fault!.DeepClone());
        whole["sealed"] = page["sealed"]?.DeepClone();
        return whole;
    }

    private static long Count(JsonObject of, string name) => of[name]?.GetValue<long>() ?? 0;

    private static void Progress(Session session, string service, JsonObject whole, bool done)
    {
        if (!session.Surroundings.ErrorIsTerminal || session.Json)
            return;
        var line = done ? "" : $"{service}: {Count(whole, "streams"):N0} streams, {Count(whole, "events"):N0} events, {Count(whole, "seals"):N0} seals";
        session.Surroundings.Error.Write($"\r{line.PadRight(70)}\r");
    }

    private static void Show(Session session, JsonObject result, bool oneStream)
    {
        var faults = result["faults"]!.AsArray();
        session.Screen.Heading($"{result["service"]}: {(faults.Count == 0 ? "holds" : "BROKEN")}");
        foreach (var fault in faults.Take(MostShown))
            session.Screen.Line($"  {fault!["message"]}");
        if (faults.Count > MostShown)
            session.Screen.Line($"  ... and {faults.Count - MostShown} more; --json lists them.");

        var sealing = result["sealed"]!.AsObject();
        session.Screen.Line(oneStream
            ? $"  {Count(result, "events"):N0} events, looked at with {Count(result, "seals"):N0} seals"
            : $"  {Count(result, "streams"):N0} streams, {Count(result, "events"):N0} events, {Count(result, "seals"):N0} seals");
        if (Count(sealing, "number") == 0)
        {
            session.Screen.Line($"  not sealed yet: {Count(sealing, "unsealed"):N0} events wait for it");
        }
        else
        {
            session.Screen.Line($"  last seal {Count(sealing, "number")} of {session.Time(sealing["at"]?.GetValue<string>())}, {Count(sealing, "unsealed"):N0} events after it");
            session.Screen.Line($"  seal hash {sealing["hash"]}");
            session.Screen.Line($"  signed by {sealing["key"]}");
        }
    }
}
