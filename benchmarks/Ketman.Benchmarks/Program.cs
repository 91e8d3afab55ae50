using System.Globalization;
using System.Text.Json;
using Ketman.Benchmarks;
using Ketman.Benchmarks.Clocks;
using Ketman.Benchmarks.Dashboard;
using Ketman.Benchmarks.Deadlines;
using Ketman.Benchmarks.Gateway;
using Ketman.Benchmarks.Live;
using Ketman.Benchmarks.Metrics;
using Ketman.Benchmarks.Road;
using Ketman.Benchmarks.Store;

if (args is [BestSql.Command, var connection, var cases])
{
    return await BestSql.ServeAsync(connection, int.Parse(cases, CultureInfo.InvariantCulture));
}

IBenchmark[] benchmarks = [new StoreBenchmark(), new RoadBenchmark(), new GatewayBenchmark(), new DeadlineBenchmark(), new ClocksBenchmark(), new LiveBenchmark(), new MetricsBenchmark(), new DashboardBenchmark()];

var json = args.Contains("--json");
var words = args.Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToList();
var only = args.FirstOrDefault(word => word.StartsWith("--only=", StringComparison.Ordinal))?["--only=".Length..];
var chosen = words.Count == 0 ? benchmarks : [.. benchmarks.Where(benchmark => words.Contains(benchmark.Name))];
if (chosen.Length == 0 || words.Count > chosen.Length || args.Any(word => word.StartsWith("--", StringComparison.Ordinal) && word != "--json" && !word.StartsWith("--only=", StringComparison.Ordinal)))
{
    await Console.Error.WriteLineAsync($"Usage: bench [{string.Join('|', benchmarks.Select(benchmark => benchmark.Name))}] [--json] [--only=TEXT]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var results = new List<(string Name, IReadOnlyList<Figure> Figures)>();
foreach (var benchmark in chosen)
{
    results.Add((benchmark.Name, await benchmark.RunAsync(only, Console.Error, stop.Token)));
}

if (json)
{
    var documents = results.Select(result => new { benchmark = result.Name, figures = result.Figures });
    Console.WriteLine(JsonSerializer.Serialize(documents, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
}
else
{
    foreach (var figure in results.SelectMany(result => result.Figures))
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(figure.Holds ? "ok  " : "MISS")} {figure.Name,-58} {figure.Measured,12:N1} {figure.Unit,-9} limit {figure.Limit,12:N1}  ratio {figure.Ratio,6:0.00}  at least {figure.Required,5:0.00}"));
    }
}

return results.SelectMany(result => result.Figures).All(figure => figure.Holds) ? 0 : 1;
