using System.Globalization;
using Ketman.Benchmarks.Store;
using Ketman.Testing;

namespace Ketman.Benchmarks.Road;

/// <summary>The road from the log to a read model of another service, beside what the same broker does at most.</summary>
internal sealed class RoadBenchmark : IBenchmark
{
    // Long enough for the start of a host, and for code that is still being compiled, not to count.
    private const int Streams = 1000;
    private const int EventsPerStream = 100;

    public string Name => "road";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        (string Name, Func<StoreServer, string, Task<IReadOnlyList<Figure>>> Measure)[] all =
        [
            ("log to read model through RabbitMQ, sustained", SustainedAsync),
            ("commit to read model, light load", Delay.MeasureAsync),
        ];

        var figures = new List<Figure>();
        foreach (var (name, measure) in all)
        {
            cancellation.ThrowIfCancellationRequested();
            if (only is not null && !name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            await progress.WriteAsync($"  {name} ... ");
            await using var server = await StoreServer.StartAsync(cancellation);
            var measured = await measure(server, name);
            await progress.WriteLineAsync(string.Join(", ", measured.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Ratio ?? figure.Measured:0.00}"))));
            figures.AddRange(measured);
        }

        return figures;
    }

    // Both are measured from the first event that arrives to the last: starting hosts and queues is not what is asked for.
    private static async Task<IReadOnlyList<Figure>> SustainedAsync(StoreServer server, string name)
    {
        await Reading.FillAsync(server, Streams, EventsPerStream);
        const int events = Streams * EventsPerStream;
        return [await Rounds.CompareAsync(name, "events/s", 0.5, 3, () => OursAsync(server, events), () => BrokerAlone.RateAsync(events))];
    }

    private static async Task<double> OursAsync(StoreServer server, int events)
    {
        await server.ExecuteAsync("delete from mt_event_progression");
        await using var broker = await TestBroker.CreateAsync();
        await using var road = await BenchRoad.StartAsync(server, broker.Url);
        await road.Owner.StartAsync();
        return await road.Counts.RateAsync(events);
    }
}
