using System.Diagnostics;
using System.Text.Json.Nodes;
using Ketman.Chaos.Road;
using Ketman.Testing;

namespace Ketman.Chaos.Fuzz;

/// <summary>
/// Every endpoint, as the platform itself describes them, asked for with what nobody should send: no answer of 5xx, no page where data is
/// due, nothing stored but what was answered with yes, the read models as the log has it, and memory that does not grow.
/// </summary>
internal sealed class FuzzCampaign : ICampaign
{
    private const int Workers = 4;
    private const int Usual = 20_000;
    private const int Told = 20;

    private static readonly Dictionary<string, string[]> ReadModels = new()
    {
        ["intake"] = ["companies", "company_repositories", "accounts", "account_links", "leads", "lead_accounts", "assessments"],
        ["disclosures"] = ["disclosures", "policies"],
        ["metrics"] = ["facts", "cases", "companies"],
    };

    public string Name => "fuzz";

    public async Task<Outcome> RunAsync(Orders orders, TextWriter progress, CancellationToken cancellation)
    {
        var wanted = orders.Requests ?? Usual;
        await using var platform = await RunningPlatform.StartAsync(cancellation);
        var keys = await Ground.PrepareAsync(platform, cancellation);
        var document = JsonNode.Parse(await platform.Api.GetStringAsync(new Uri(platform.Url, "/openapi/v1.json"), cancellation))!.AsObject();
        var operations = Operation.ReadAll(document);
        var requests = new Requests(operations, new Bodies(document, operations), orders.Seed, keys.Count);
        using var attack = new Attack(platform.Url, keys);
        var memory = new List<long>();
        var watch = Stopwatch.StartNew();
        for (var done = 0; done < wanted;)
        {
            var wave = Math.Min(Math.Max(wanted / 20, 1), wanted - done);
            var from = done;
            await Parallel.ForEachAsync(
                Enumerable.Range(from, wave), new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellation },
                async (number, stop) => await attack.SendAsync(requests.Draw(number), stop));
            done += wave;
            memory.Add(platform.ResidentMemory());
            await progress.WriteLineAsync($"  {done}/{wanted} requests, {attack.Broken.Count} broken promises, {memory[^1] / 1024 / 1024} MiB");
        }

        var seconds = watch.Elapsed.TotalSeconds;
        await progress.WriteLineAsync($"  never answered with yes: {string.Join(' ', operations.Select(operation => operation.Id).Where(id => !attack.Accepted.ContainsKey(id)))}");
        var broken = new List<string>(attack.Broken.Take(Told));
        if (attack.Broken.Count > Told)
        {
            broken.Add($"and {attack.Broken.Count - Told} more of these");
        }

        broken.AddRange(operations.Where(operation => !attack.Asked.ContainsKey(operation.Id)).Select(operation => $"{operation.Id} was never asked for"));
        broken.AddRange(await attack.HalfStoredAsync(platform, cancellation));
        await ResumeAsync(platform, cancellation);
        var books = new Books(platform);
        var settled = await books.SettleAsync(cancellation);
        if (settled is null)
        {
            broken.AddRange(await books.BrokenAsync([], cancellation));
        }

        broken.AddRange(await RebuiltAsync(platform, cancellation));
        broken.AddRange(Grown(memory));
        return new Outcome(
            [
                new Figure("endpoints", operations.Count, ""),
                new Figure("endpoints that said yes at least once", attack.Accepted.Count, ""),
                new Figure("requests", wanted, ""),
                .. attack.Statuses.OrderBy(pair => pair.Key).Select(pair => new Figure($"answered {(pair.Key == 0 ? "by closing the connection" : pair.Key)}", pair.Value, "")),
                new Figure("requests that a client of .NET cannot write", attack.Unsendable, ""),
                new Figure("requests a second", wanted / seconds, ""),
                new Figure("memory of all processes after a quarter", memory[memory.Count / 4] / 1048576.0, "MiB"),
                new Figure("memory of all processes at the end", memory[^1] / 1048576.0, "MiB"),
            ],
            broken);
    }

    // An attacker with an admin's key may pause what the platform does; that is no broken promise.
    private static async Task ResumeAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        foreach (var service in ReadModels.Keys)
        {
            var items = JsonNode.Parse(await platform.Api.GetStringAsync(new Uri($"operations/{service}/projections", UriKind.Relative), cancellation))!["items"]!;
            foreach (var item in items.AsArray().Where(item => (string?)item!["state"] == "paused"))
            {
                using var resumed = await platform.Api.PostAsync(new Uri($"operations/{service}/projections/{item!["name"]}/resume", UriKind.Relative), null, cancellation);
                resumed.EnsureSuccessStatusCode();
            }
        }
    }

    // The first quarter warms up: pools, code that is compiled, pages of heaps. A leak of a kilobyte a request would be 15 MiB in 15,000.
    private static IEnumerable<string> Grown(List<long> memory)
    {
        if (memory.Count < 20)
        {
            yield break;
        }

        var (early, late) = (memory[5..10].Average(), memory[15..].Average());
        if (late > (early * 1.25) + (48 << 20))
        {
            yield return $"memory grew from {early / 1048576:0} MiB to {late / 1048576:0} MiB";
        }
    }

    // Numbers that a rebuild gives anew; and what is due, which is no read model: Disclosures is asked for it behind the fold.
    private const string BesideTheLog =
        "{seq,due_at,due_kind,due_name,due_title,due_owed_by,due_since,due_since_exact,due_paused,due_paused_until,then_at,then_kind,then_title,then_owed_by,breach_at,timetable_version,urgency}";

    /// <summary>What the read models say is what the log says: made anew from it they are the same.</summary>
    private static async Task<IReadOnlyList<string>> RebuiltAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        var broken = new List<string>();
        foreach (var (service, tables) in ReadModels)
        {
            for (var turn = 1; ; turn++)
            {
                var before = await DigestAsync();
                using var asked = await platform.Api.PostAsync(new Uri($"operations/{service}/projections/read-models/rebuild", UriKind.Relative), null, cancellation);
                asked.EnsureSuccessStatusCode();
                await Eventually.TrueAsync($"{service} is rebuilt", async () =>
                {
                    var items = JsonNode.Parse(await platform.Api.GetStringAsync(new Uri($"operations/{service}/projections", UriKind.Relative), cancellation))!["items"]!;
                    return (string?)items.AsArray().Single(item => (string)item!["name"]! == "read-models")!["rebuild"]?["phase"] is "done" or "failed";
                }, TimeSpan.FromMinutes(2), cancellation);
                var after = await DigestAsync();
                if (before.Rows == after.Rows)
                {
                    break;
                }

                // The deadline clock may have noticed something meanwhile.
                if (before.Log == after.Log || turn == 5)
                {
                    broken.Add($"the read models of {service} are not what its log says");
                    break;
                }
            }

            async Task<(string Rows, long Log)> DigestAsync()
            {
                // A number that a refused command drew is not drawn again.
                var sums = tables.Select(table => $"coalesce((select md5(string_agg(row, E'\\n' order by row)) from (select (to_jsonb(t) - '{BesideTheLog}'::text[])::text as row from {table} t) r), '')");
                var log = service == "metrics" ? "journal" : "mt_events";
                await using var command = platform.Database(service).Source.CreateCommand($"select {string.Join(" || ", sums)}, (select count(*) from {log})");
                await using var reader = await command.ExecuteReaderAsync(cancellation);
                await reader.ReadAsync(cancellation);
                return (reader.GetString(0), reader.GetInt64(1));
            }
        }

        return broken;
    }
}
