using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Testing;

namespace Ketman.Benchmarks.Live;

/// <summary>
/// A thousand who watch at once, through the gateway: how long after a command the first and the last of them have seen it, what they cost
/// in memory, and whether they slow those who write.
/// </summary>
internal sealed class LiveBenchmark : IBenchmark
{
    private const int PerKey = 10;
    private const int Commands = 300;
    private const int Turns = 10;
    private static readonly string[] Viewer = ["viewer"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "live";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        var count = Environment.GetEnvironmentVariable("KETMAN_BENCH_READERS") is { } few ? int.Parse(few, System.Globalization.CultureInfo.InvariantCulture) : 1000;
        await progress.WriteLineAsync("starting the platform");
        await using var platform = await RunningPlatform.StartAsync(cancellation);
        await PostAsync(platform, "companies", new { handle = "acme", name = "Acme" }, cancellation);
        await PostAsync(platform, "disclosures", new { handle = "case", company = "acme", at = "2025-02-01" }, cancellation);
        await WriteAsync(platform, cancellation);
        var alone = await WriteAsync(platform, cancellation);
        var before = platform.ResidentMemory();

        await progress.WriteLineAsync($"{count} readers come");
        var board = new Board();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var readers = new List<Task>();
        for (var key = 0; key < (count + PerKey - 1) / PerKey; key++)
        {
            using var made = await platform.Api.PostAsJsonAsync(new Uri("keys", UriKind.Relative), new { name = $"reader-{key}", roles = Viewer }, JsonSerializerOptions.Web, cancellation);
            made.EnsureSuccessStatusCode();
            var secret = (string)(await made.Content.ReadFromJsonAsync<JsonObject>(cancellation))!["key"]!;
            await KnownAsync(platform.Url, secret, cancellation);
            readers.AddRange(Enumerable.Range(0, Math.Min(PerKey, count - (key * PerKey))).Select(_ => FollowAsync(platform.Url, secret, board, stop.Token)));
        }

        await board.UntilAsync(() => board.Open >= count, Patience, $"{count} streams are open", cancellation);
        List<double> last = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            board.Expect();
            var begun = Stopwatch.GetTimestamp();
            await PostAsync(platform, "disclosures/case/notes", new { text = "note" }, cancellation);
            await board.UntilAsync(() => board.Seen >= count, Patience, "everybody has seen it", cancellation);
            last.Add(board.LastSeenAfter(begun).TotalMilliseconds);
        }

        var memory = (platform.ResidentMemory() - before) / 1e6;
        await progress.WriteLineAsync("writing while they watch");
        var watched = await WriteAsync(platform, cancellation);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        var median = Rounds.Median(last);
        return
        [
            new Figure($"from a command until the last of {count} readers has seen it", "ms", median, 1000, median / 1000, null, median < 1000),
            new Figure("the same, the slowest turn", "ms", last.Max(), null, null, null, true),
            new Figure($"memory of all services for {count} readers", "MB", memory, 200, memory / 200, null, memory < 200),
            new Figure("commands while nobody watches", "commands/s", alone, null, null, null, true),
            new Figure($"commands while {count} watch, beside nobody", "commands/s", watched, alone, watched / alone, null, true),
        ];
    }

    private static async Task<double> WriteAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0; number < Commands; number++)
        {
            await PostAsync(platform, "disclosures/case/notes", new { text = "note" }, cancellation);
        }

        return Commands / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task PostAsync(RunningPlatform platform, string path, object body, CancellationToken cancellation)
    {
        using var answer = await platform.Api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Web, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    // The gateway counts keys that it has not seen lately as strangers, of whom few may come at once.
    private static async Task KnownAsync(Uri gateway, string key, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        while (true)
        {
            using var answer = await http.GetAsync(new Uri("api/v1/board?limit=1", UriKind.Relative), cancellation);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(100, cancellation);
        }
    }

    private static async Task FollowAsync(Uri gateway, string key, Board board, CancellationToken cancellation)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = gateway };
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
            board.Opened();
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    board.Saw();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The benchmark is over.
        }
    }

    /// <summary>Where the readers say what they have seen.</summary>
    private sealed class Board
    {
        private int _open;
        private int _seen;
        private long _lastSeen;

        public int Open => Volatile.Read(ref _open);

        public int Seen => Volatile.Read(ref _seen);

        public void Opened() => Interlocked.Increment(ref _open);

        public void Expect() => Volatile.Write(ref _seen, 0);

        public void Saw()
        {
            Volatile.Write(ref _lastSeen, Stopwatch.GetTimestamp());
            Interlocked.Increment(ref _seen);
        }

        public TimeSpan LastSeenAfter(long begun) => Stopwatch.GetElapsedTime(begun, Volatile.Read(ref _lastSeen));

        public async Task UntilAsync(Func<bool> reached, TimeSpan patience, string what, CancellationToken cancellation)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            end.CancelAfter(patience);
            while (!reached())
            {
                try
                {
                    await Task.Delay(1, end.Token);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    throw new TimeoutException($"{what}: {Open} open, {Seen} have seen it");
                }
            }
        }
    }
}
