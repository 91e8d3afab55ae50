using System.Diagnostics;
using Ketman.Testing;

namespace Ketman.Chaos.Road;

/// <summary>
/// kill -9 of publishers, consumer, broker and database under load, one after another and two at once: what was answered is in
/// the log once, what is in the log has its effect once, and everything goes on by itself.
/// </summary>
internal sealed class RoadCampaign : ICampaign
{
    private static readonly string[] Victims = ["disclosures", "intake", "metrics", "rabbitmq", "postgres"];
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public string Name => "road";

    public async Task<Outcome> RunAsync(Orders orders, TextWriter progress, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        var servers = new Servers();
        var random = new Random(orders.Seed);
        await using var platform = await RunningPlatform.StartAsync(limit.Token);
        using var load = new Load(platform, gateways: 1);
        await load.StartAsync(limit.Token);
        var books = new Books(platform);
        var healing = new Healing(load, books);
        var broken = new List<string>();

        var kills = orders.Kills ?? 60;
        for (var killed = 0; killed < kills;)
        {
            var victims = Choose(random, Math.Min(2, kills - killed));
            await Task.Delay(random.Next(100, 1500), limit.Token);
            await Task.WhenAll(victims.Select(victim => KillAsync(victim)));
            killed += victims.Length;
            await Task.Delay(random.Next(50, 1500), limit.Token);
            var since = Stopwatch.StartNew();
            await Task.WhenAll(victims.Select(victim => StartAsync(victim)));
            var kind = string.Join(" + ", victims);
            if (!await healing.WaitAsync(kind, since, limit.Token))
            {
                broken.Add($"kill {killed}: the road did not heal after {kind}");
            }

            await progress.WriteLineAsync($"  {killed}/{kills} {kind}: {since.Elapsed.TotalSeconds:0.0} s, {load.Acknowledged.Count} commands answered");
        }

        await load.StopAsync();
        return await Closing.BalanceAsync(load, books, healing.Figures, kills, broken, limit.Token);

        Task KillAsync(string victim)
        {
            if (victim is "rabbitmq" or "postgres")
            {
                return servers.KillAsync(victim, limit.Token);
            }

            platform.Kill(victim);
            return Task.CompletedTask;
        }

        Task StartAsync(string victim)
        {
            if (victim is "rabbitmq" or "postgres")
            {
                return servers.StartAsync(victim, limit.Token);
            }

            platform.Start(victim);
            return Task.CompletedTask;
        }
    }

    // Each alone three times as often as two at once.
    private static string[] Choose(Random random, int most)
    {
        var order = Victims.ToArray();
        random.Shuffle(order);
        return [.. order.Take(most == 2 && random.Next(4) == 0 ? 2 : 1).Order(StringComparer.Ordinal)];
    }
}

/// <summary>What every campaign on the road ends with.</summary>
internal static class Closing
{
    public static async Task<Outcome> BalanceAsync(
        Load load, Books books, IEnumerable<Figure> figures, int kills, List<string> broken, CancellationToken cancellation)
    {
        var settled = await books.SettleAsync(cancellation);
        broken.AddRange(load.Refused);
        broken.AddRange(await books.BrokenAsync(load.Acknowledged, cancellation));
        return new Outcome(
            [
                new Figure("kills", kills, ""),
                new Figure("commands answered, each once in log, journal and facts", load.Acknowledged.Count, ""),
                new Figure("requests it took", load.Tries, ""),
                new Figure("warnings, breaches and steps of the time, the same in each case", await books.NoticedAsync(cancellation), ""),
                .. figures,
                new Figure("settled after the last command", settled?.TotalSeconds ?? -1, "s"),
            ],
            broken);
    }
}
