using System.Collections.Concurrent;
using System.Diagnostics;
using Ketman.Benchmarks.Store;
using Ketman.EventStore;
using Ketman.Testing;

namespace Ketman.Benchmarks.Road;

/// <summary>From the return of an append to the commit of its effect in another service's database, 20 appends a second.</summary>
internal static class Delay
{
    private const int Appends = 300;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(StoreServer server, string name)
    {
        var rounds = new List<(double P50, double P95)>();
        for (var round = 0; round < 3; round++)
        {
            rounds.Add(await RoundAsync(server));
        }

        return
        [
            Within($"{name}, p50", Rounds.Median(rounds.Select(round => round.P50)), 15),
            Within($"{name}, p95", Rounds.Median(rounds.Select(round => round.P95)), 50),
        ];
    }

    private static async Task<(double P50, double P95)> RoundAsync(StoreServer server)
    {
        await using var broker = await TestBroker.CreateAsync();
        await using var road = await BenchRoad.StartAsync(server, broker.Url, watched: true);
        await road.Owner.StartAsync();
        var folded = new ConcurrentDictionary<string, long>();
        await using var ear = await road.ListenAsync(stream => folded[stream] = Stopwatch.GetTimestamp());

        var committed = new Dictionary<string, long>();
        for (var number = 0; number < Appends + 50; number++)
        {
            var stream = $"disclosure-{Guid.CreateVersion7():D}";
            await road.Store.AppendAsync([new StreamAppend(stream, 0, null, [BenchEvents.New()], BenchEvents.Metadata())], null, CancellationToken.None);
            committed[stream] = Stopwatch.GetTimestamp();
            await Task.Delay(50);
        }

        await Eventually.TrueAsync("all are folded", () => Task.FromResult(committed.Keys.All(folded.ContainsKey)));
        // The first are slow whatever follows: code is compiled, statements are prepared.
        var delays = committed.Skip(50).Select(each => Math.Max(0, Stopwatch.GetElapsedTime(each.Value, folded[each.Key]).TotalMilliseconds)).Order().ToList();
        return (delays[delays.Count / 2], delays[(int)(delays.Count * 0.95)]);
    }

    private static Figure Within(string name, double measured, double allowed) => new(name, "ms", measured, null, null, allowed, measured <= allowed);
}
