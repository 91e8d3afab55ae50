using System.Diagnostics;
using System.Globalization;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Testing;
using Npgsql;

namespace Ketman.Benchmarks.Metrics;

/// <summary>
/// The pages of Metrics with years of history behind them. The history is generated from a seed, put into the journal, and made into read
/// models by the service itself; then every page is asked for over HTTP, and in turns with it the best statement that we could write by hand for
/// what it shows.
/// </summary>
internal sealed class MetricsBenchmark : IBenchmark
{
    private const int Few = 1_000;
    private const int Cases = 100_000;
    private const int Rounds = 5;
    private const double OfTheBest = 0.7;
    private const double MostGrowth = 1.5;
    private const double RebuildRate = 20_000;
    private const double MostToBuild = 600;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    private static readonly TokenSubject Reader = new("key:vera", "vera", ["viewer"], Tlp.Amber);

    public string Name => "metrics";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        List<Figure> figures = [];
        var (small, _) = await MeasureAsync(Few, only: Page.Board.Name, figures, progress, cancellation);
        var cases = Environment.GetEnvironmentVariable("KETMAN_BENCH_CASES") is { } some ? int.Parse(some, CultureInfo.InvariantCulture) : Cases;
        figures.Clear();
        var (large, builds) = await MeasureAsync(cases, only, figures, progress, cancellation);
        var growth = large / small;
        return
        [
            .. builds,
            .. figures,
            new Figure($"board: p50 with {cases} cases beside {Few}", "ms", large, small, growth, MostGrowth, growth < MostGrowth),
        ];
    }

    private static async Task<(double Board, IReadOnlyList<Figure> Builds)> MeasureAsync(int cases, string? only, List<Figure> figures, TextWriter progress, CancellationToken cancellation)
    {
        await using var platform = await RunningPlatform.StartAsync(cancellation);
        var database = platform.Database("metrics");
        var history = GeneratedHistory.UpToToday(cases);
        var begun = Stopwatch.GetTimestamp();
        await progress.WriteLineAsync($"generating {cases} disclosures, seed {GeneratedHistory.Seed}");
        var events = await MetricsData.JournalAsync(database.Source, history, cancellation);
        await progress.WriteLineAsync($"{events} events in the journal after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s; rebuilding");
        var taken = await MetricsData.RebuildAsync(platform, progress, cancellation);
        await MetricsData.SettleAsync(database.Source, progress, cancellation);
        var (rate, built) = (events / taken.TotalSeconds, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        await progress.WriteLineAsync($"built after {built:0} s, rebuilt at {rate:0} events/s");

        var pages = Page.All(history);
        await using var best = await BestSql.StartAsync(database.Source.ConnectionString, cases, cancellation);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 64 };
        using var ours = new HttpClient(handler) { BaseAddress = platform.AddressOf("metrics") };
        using var theirs = new HttpClient(handler, disposeHandler: false) { BaseAddress = best.Url };
        var tokens = new InternalTokenIssuer(InternalKeys.Open(Path.Combine(platform.Folder, "keys"), InternalToken.Gateway, TimeProvider.System), TimeProvider.System);
        var board = 0.0;
        for (var index = 0; index < pages.Count; index++)
        {
            var (page, place) = (pages[index], index);
            if (page != Page.Board && only is not null && !page.Name.Contains(only, StringComparison.Ordinal))
            {
                continue;
            }

            await progress.WriteLineAsync(page.Name);
            var measured = await InTurnsAsync(
                page,
                number => AskAsync(ours, page.Path(number), tokens, cancellation),
                number => AskAsync(theirs, $"{place}/{number}", null, cancellation),
                page.Before is null ? null : number => ExecuteAsync(database.Source, page.Before, page.Values(number), cancellation));
            await progress.WriteLineAsync($"  p95 {measured.Most:0.0} ms, best {measured.BestMost:0.0} ms, ratio {measured.Ratio:0.00}");
            board = page == Page.Board ? measured.Half : board;
            figures.Add(new Figure($"{page.Name}: p95, {page.Clients} client(s)", "ms", measured.Most, measured.BestMost, null, page.Most, measured.Most < page.Most));
            figures.Add(new Figure($"{page.Name}: beside the best SQL", "requests/s", measured.Rate, measured.BestRate, measured.Ratio, OfTheBest, measured.Ratio >= OfTheBest));
        }

        return (
            board,
            [
                new Figure("data set: generated, folded and searchable within", "s", built, null, null, MostToBuild, built < MostToBuild),
                new Figure("rebuild of everything from the journal", "events/s", rate, null, null, RebuildRate, rate >= RebuildRate),
            ]);
    }

    private static async Task<(double Half, double Most, double BestMost, double Rate, double BestRate, double Ratio)> InTurnsAsync(
        Page page, Func<int, Task> ours, Func<int, Task> theirs, Func<int, Task>? before)
    {
        List<double> taken = [], least = [], rates = [], bestRates = [];
        // The services' code is compiled for what it does most only after some seconds of it, which are nothing beside the days that they run.
        var begun = Stopwatch.GetTimestamp();
        do
        {
            await RoundAsync(page, ours, [], before);
            await RoundAsync(page, theirs, [], before);
        }
        while (Stopwatch.GetElapsedTime(begun) < WarmUp);

        for (var round = 0; round < Rounds; round++)
        {
            List<double> these = [], those = [];
            var rate = await RoundAsync(page, ours, these, before);
            var bestRate = await RoundAsync(page, theirs, those, before);
            taken.AddRange(these);
            least.AddRange(those);
            rates.Add(rate);
            bestRates.Add(bestRate);
        }

        return (
            Quantile(taken, 0.5), Quantile(taken, 0.95), Quantile(least, 0.95), Benchmarks.Rounds.Median(rates), Benchmarks.Rounds.Median(bestRates),
            Benchmarks.Rounds.Median(rates.Zip(bestRates, (one, limit) => one / limit)));
    }

    // What is written before a request is not measured: neither in its time nor in the rate.
    private static async Task<double> RoundAsync(Page page, Func<int, Task> ask, List<double> taken, Func<int, Task>? before)
    {
        var begun = Stopwatch.GetTimestamp();
        var next = -1;
        var apart = 0L;
        await Task.WhenAll(Enumerable.Range(0, page.Clients).Select(_ => Task.Run(async () =>
        {
            List<double> own = [];
            for (int number; (number = Interlocked.Increment(ref next)) < page.Requests;)
            {
                if (before is not null)
                {
                    var written = Stopwatch.GetTimestamp();
                    await before(number);
                    Interlocked.Add(ref apart, Stopwatch.GetTimestamp() - written);
                }

                var asked = Stopwatch.GetTimestamp();
                await ask(number);
                own.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            lock (taken)
            {
                taken.AddRange(own);
            }
        })));
        return page.Requests / (Stopwatch.GetElapsedTime(begun) - (Stopwatch.GetElapsedTime(0, apart) / page.Clients)).TotalSeconds;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        if (await command.ExecuteNonQueryAsync(cancellation) != 1)
        {
            throw new InvalidOperationException("What was to be learnt was not written.");
        }
    }

    private static double Quantile(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    private static async Task AskAsync(HttpClient client, string path, InternalTokenIssuer? tokens, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tokens is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", tokens.OnBehalfOf(Reader, "metrics"));
        }

        using var answer = await client.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
        }
    }
}
