using System.Diagnostics;
using Ketman.Testing;

namespace Ketman.Chaos.Road;

/// <summary>
/// Two instances of every service, and whichever follows a log is killed again and again: the other takes over, and nothing
/// is lost or done twice on the way.
/// </summary>
internal sealed class LeaderCampaign : ICampaign
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    public string Name => "leaders";

    public async Task<Outcome> RunAsync(Orders orders, TextWriter progress, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        var random = new Random(orders.Seed);
        await using var platform = await RunningPlatform.StartAsync(limit.Token, instances: 2);
        using var load = new Load(platform, gateways: 2);
        await load.StartAsync(limit.Token);
        var books = new Books(platform);
        var healing = new Healing(load, books);
        var leaders = new Leaders(platform);
        var takeovers = new List<double>();
        var broken = new List<string>();

        var kills = orders.Kills ?? 20;
        for (var killed = 1; killed <= kills; killed++)
        {
            await Task.Delay(random.Next(200, 1500), limit.Token);
            // Metrics has no leader: its instances share a queue and take turns at the journal, so any of them will do.
            var service = random.Next(5) switch { 0 => "metrics", 1 or 2 => "intake", _ => "disclosures" };
            var victim = service == "metrics"
                ? RunningPlatform.Instance(service, random.Next(1, 3))
                : await leaders.OfAsync(service, limit.Token) ?? RunningPlatform.Instance(service, 1);
            var since = Stopwatch.StartNew();
            platform.Kill(victim);
            if (service != "metrics")
            {
                if (await leaders.OtherThanAsync(service, victim, limit.Token) is not { } took)
                {
                    broken.Add($"kill {killed}: nobody took over from {victim}");
                    break;
                }

                takeovers.Add(took.TotalMilliseconds);
            }

            if (!await healing.WaitAsync($"{service}, the other still there", since, limit.Token))
            {
                broken.Add($"kill {killed}: the road did not heal after {victim}");
            }

            await progress.WriteLineAsync($"  {killed}/{kills} {victim}: {since.Elapsed.TotalSeconds:0.0} s, {load.Acknowledged.Count} commands answered");
            platform.Start(victim);
            await platform.ReadyAsync(victim, limit.Token);
        }

        await load.StopAsync();
        return await Closing.BalanceAsync(load, books, [.. Figure.Spread("the other leads after", takeovers, "ms"), .. healing.Figures], kills, broken, limit.Token);
    }
}

/// <summary>Finds out which instance follows a log: the one whose connection holds the advisory lock.</summary>
internal sealed class Leaders(RunningPlatform platform)
{
    private const string PortOfHolder = """
        select a.client_port from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.granted and l.objsubid = 1
          and (l.classid::bigint << 32) + l.objid::bigint = x'6b65746d616e02'::bigint
          and l.database = (select oid from pg_database where datname = current_database())
        """;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The leader's instance, or null while nobody leads.</summary>
    public async Task<string?> OfAsync(string service, CancellationToken cancellation)
    {
        await using var command = platform.Database(service).Source.CreateCommand(PortOfHolder);
        if (await command.ExecuteScalarAsync(cancellation) is not int port)
        {
            return null;
        }

        return Enumerable.Range(1, 2).Select(number => RunningPlatform.Instance(service, number))
            .FirstOrDefault(instance => Sockets.HasPort(platform.ProcessOf(instance), port));
    }

    /// <summary>Waits until another instance leads, and says how long; null: none does.</summary>
    public async Task<TimeSpan?> OtherThanAsync(string service, string victim, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Longest)
        {
            if (await OfAsync(service, cancellation) is { } leader && leader != victim)
            {
                return watch.Elapsed;
            }

            await Task.Delay(5, cancellation);
        }

        return null;
    }
}

/// <summary>Which process has a connection, as the kernel tells it.</summary>
internal static class Sockets
{
    /// <summary>Whether a process has a socket on a local port of IPv4.</summary>
    public static bool HasPort(int process, int port)
    {
        try
        {
            var inodes = File.ReadLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => Convert.ToInt32(fields[1].Split(':')[1], 16) == port).Select(fields => $"socket:[{fields[9]}]").ToHashSet();
            return new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Any(file => file.LinkTarget is { } target && inodes.Contains(target));
        }
        catch (IOException)
        {
            // It has just ended.
            return false;
        }
    }
}
