using System.Diagnostics;
using Ketman.Testing;

namespace Ketman.Benchmarks.Metrics;

/// <summary>
/// The pages of Metrics with years of history behind them. The history is generated from a seed, put into the journal, and made into read
/// models by the service itself; then every page is asked for over HTTP, and beside it the best statement that we could write by hand for
/// what it shows.
/// </summary>
internal sealed class MetricsBenchmark : IBenchmark
{
    private const int Seed = 20250228;
    private const int Cases = 100_000;
    private const double RebuildRate = 20_000;

    public string Name => "metrics";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        var cases = Environment.GetEnvironmentVariable("KETMAN_BENCH_CASES") is { } few ? int.Parse(few, System.Globalization.CultureInfo.InvariantCulture) : Cases;
        var begun = Stopwatch.GetTimestamp();
        await using var platform = await RunningPlatform.StartAsync(cancellation);
        var history = new GeneratedHistory(cases, Seed, new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero));
        await progress.WriteLineAsync($"generating {cases} disclosures, seed {Seed}");
        var events = await MetricsData.JournalAsync(platform.Database("metrics").Source, history, cancellation);
        await progress.WriteLineAsync($"{events} events in the journal after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s; rebuilding");
        var taken = await MetricsData.RebuildAsync(platform, progress, cancellation);
        var rate = events / taken.TotalSeconds;
        return [new Figure("rebuild of everything from the journal", "events/s", rate, null, null, RebuildRate, rate >= RebuildRate)];
    }
}
