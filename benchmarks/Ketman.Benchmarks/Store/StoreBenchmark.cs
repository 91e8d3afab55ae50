using System.Globalization;

namespace Ketman.Benchmarks.Store;

/// <summary>The event store beside what the same PostgreSQL does at most.</summary>
internal sealed class StoreBenchmark : IBenchmark
{
    public string Name => "store";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        (string Name, Func<StoreServer, string, Task<Figure>> Measure)[] all =
        [
            ("append, 1 client, a log reader following", (server, name) => Appending.OneEventAsync(server, name, clients: 1, 0.90)),
            ("append, 16 clients, a log reader following", (server, name) => Appending.OneEventAsync(server, name, clients: 16, 0.90)),
            ("append with one inline row", Appending.WithInlineRowAsync),
            ("100 events in one save", Appending.HundredEventsAsync),
            ("load and fold a stream of 100", (server, name) => Reading.FoldAsync(server, name, streamCount: 200, events: 100)),
            // Says whether snapshots are needed.
            ("load and fold a stream of 2000", (server, name) => Reading.FoldAsync(server, name, streamCount: 20, events: 2000)),
            ("read the log in batches", Reading.LogAsync),
            ("asynchronous projection of 100k events", Projecting.RateAsync),
            ("commit to subscriber, light load, p95", Projecting.DelayAsync),
            ("memory while projecting 1 million events", Projecting.MemoryAsync),
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
            // Its own database each time: nobody measures on the tables that another one filled.
            await using var server = await StoreServer.StartAsync(cancellation);
            var figure = await measure(server, name);
            await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{figure.Ratio ?? figure.Measured:0.00}"));
            figures.Add(figure);
        }

        return figures;
    }
}
