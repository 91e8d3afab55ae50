using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Benchmarks.Metrics;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Ketman.Benchmarks.Dashboard;

/// <summary>
/// The board as people meet it: in a real browser, through the gateway, with years of history behind it. What it weighs, when there is
/// something to read and when everything answers, what the server takes while eight ask at once, and how soon a row shows what was recorded.
/// </summary>
internal sealed class DashboardBenchmark : IBenchmark
{
    private const int Cases = 100_000;
    private const int Visits = 15;
    private const int Clients = 8;
    private const int Requests = 400;
    private const int Turns = 15;
    private const string Password = "correct-horse-battery-9";

    private static readonly string[] Roles = ["analyst", "lead"];

    public string Name => "dashboard";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        await using var platform = await RunningPlatform.StartAsync(cancellation, dashboard: true);
        var cases = Environment.GetEnvironmentVariable("KETMAN_BENCH_CASES") is { } some ? int.Parse(some, CultureInfo.InvariantCulture) : Cases;
        var history = GeneratedHistory.UpToToday(cases);
        await progress.WriteLineAsync($"generating {cases} disclosures, seed {GeneratedHistory.Seed}");
        var database = platform.Database("metrics").Source;
        await MetricsData.JournalAsync(database, history, cancellation);
        await MetricsData.RebuildAsync(platform, progress, cancellation);
        await MetricsData.SettleAsync(database, progress, cancellation);
        await PostAsync(platform.Api, "companies", new { handle = "acme", name = "Acme" }, cancellation);
        await PostAsync(platform.Api, "disclosures", new { handle = "live-case", company = "acme" }, cancellation);
        var cookie = await SignInAsync(platform, cancellation);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("KETMAN_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return
        [
            .. await VisitAsync(browser, platform.Url, cookie, progress, cancellation),
            await AskAsync(platform.Url, cookie, progress, cancellation),
            await WatchAsync(browser, platform, cookie, progress, cancellation),
        ];
    }

    // Each visitor comes with nothing cached and, a moment later, again: as somebody who works with it all day. Beside both stands a page
    // with one word on it, which is the least that this browser takes on this machine.
    private static async Task<IReadOnlyList<Figure>> VisitAsync(IBrowser browser, Uri url, string cookie, TextWriter progress, CancellationToken cancellation)
    {
        await progress.WriteLineAsync("visiting the board");
        await using var empty = await OnePage.StartAsync(cancellation);
        List<Visit> first = [], again = [], least = [];
        for (var number = -3; number < Visits; number++)
        {
            await using var context = await OpenAsync(browser, url, cookie);
            var page = await context.NewPageAsync();
            var (fresh, usual) = (await GoAsync(page, url, "ketman:usable", cancellation), await AgainAsync(page, url, cancellation));
            var bare = await GoAsync(page, empty.Url, "first-contentful-paint", cancellation);
            if (number >= 0)
            {
                first.Add(fresh);
                again.Add(usual);
                least.Add(bare);
            }
        }

        var floor = Rounds.Median(least.Select(visit => visit.Painted));
        return
        [
            Below("board: HTML, compressed", "kB", first.Select(visit => visit.Html / 1000), 40),
            Below("board: scripts and styles of the first view, compressed", "kB", first.Select(visit => visit.Parts / 1000), 150),
            Painted("board: first contentful paint, beside a page of one word", again, 150),
            Below("board: everything answers", "ms", again.Select(visit => Math.Max(visit.Painted, visit.Usable)), 300),
            Painted("board: first contentful paint, nothing cached", first, 150),
            Below("board: everything answers, nothing cached", "ms", first.Select(visit => Math.Max(visit.Painted, visit.Usable)), 300),
        ];

        Figure Painted(string name, IReadOnlyList<Visit> visits, double most)
        {
            var median = Rounds.Median(visits.Select(visit => visit.Painted));
            return new Figure(name, "ms", median, most, floor / median, null, median < most);
        }
    }

    private static async Task<Visit> AgainAsync(IPage page, Uri url, CancellationToken cancellation)
    {
        await GoAsync(page, new Uri(url, "/leads"), "ketman:usable", cancellation);
        return await GoAsync(page, url, "ketman:usable", cancellation);
    }

    private static async Task<Visit> GoAsync(IPage page, Uri url, string last, CancellationToken cancellation)
    {
        await page.GotoAsync(url.ToString());
        await SeenAsync(page, $"performance.getEntriesByName('{last}').length > 0 && performance.getEntriesByName('first-contentful-paint').length > 0", cancellation);
        var told = await page.EvaluateAsync<JsonElement>("""
            () => {
              const page = performance.getEntriesByType('navigation')[0];
              const parts = performance.getEntriesByType('resource').filter(part => /\.(js|css)$/.test(part.name));
              return {
                painted: performance.getEntriesByName('first-contentful-paint')[0].startTime,
                usable: performance.getEntriesByName('ketman:usable')[0]?.startTime ?? 0,
                html: page.encodedBodySize,
                parts: parts.reduce((sum, part) => sum + part.encodedBodySize, 0),
              };
            }
            """);
        return new Visit(At("painted"), At("usable"), At("html"), At("parts"));

        double At(string member) => told.GetProperty(member).GetDouble();
    }

    // The page beside the same question to the API alone, in turns.
    private static async Task<Figure> AskAsync(Uri url, string cookie, TextWriter progress, CancellationToken cancellation)
    {
        await progress.WriteLineAsync("eight ask for the board at once");
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 }) { BaseAddress = url };
        List<double> taken = [], alone = [];
        for (var round = -1; round < 3; round++)
        {
            var (page, api) = (await RoundAsync(client, "/", cookie, cancellation), await RoundAsync(client, "/api/v1/board", cookie, cancellation));
            if (round >= 0)
            {
                taken.AddRange(page);
                alone.AddRange(api);
            }
        }

        var (most, least) = (Late(taken), Late(alone));
        return new Figure($"board: server time, p95, {Clients} clients, beside the API's own answer", "ms", most, 30, least / most, null, most < 30);
    }

    private static async Task<List<double>> RoundAsync(HttpClient client, string path, string cookie, CancellationToken cancellation)
    {
        List<double> taken = [];
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            List<double> own = [];
            while (Interlocked.Increment(ref next) <= Requests)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.TryAddWithoutValidation("Cookie", cookie);
                request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
                var asked = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(request, cancellation);
                await answer.Content.ReadAsByteArrayAsync(cancellation);
                answer.EnsureSuccessStatusCode();
                own.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            lock (taken)
            {
                taken.AddRange(own);
            }
        }, cancellation)));
        return taken;
    }

    private static async Task<Figure> WatchAsync(IBrowser browser, RunningPlatform platform, string cookie, TextWriter progress, CancellationToken cancellation)
    {
        await progress.WriteLineAsync("watching a row");
        await using var context = await OpenAsync(browser, platform.Url, cookie);
        var page = await context.NewPageAsync();
        await Eventually.TrueAsync("the case is on the board", async () =>
        {
            await page.GotoAsync(new Uri(platform.Url, "/?company=acme").ToString());
            return await page.Locator("[data-ref=live-case]").CountAsync() == 1;
        }, cancellation: cancellation);
        await SeenAsync(page, "performance.getEntriesByName('ketman:usable').length > 0", cancellation);
        await page.EvaluateAsync("""
            () => {
              window.shown = 0;
              new MutationObserver(() => { window.shown = performance.timeOrigin + performance.now(); })
                .observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
            }
            """);
        List<double> taken = [];
        for (var turn = -2; turn < Turns; turn++)
        {
            await page.EvaluateAsync("() => { window.shown = 0; }");
            await PostAsync(platform.Api, "disclosures/live-case/outreach", new { channel = "email", summary = "Signals report" }, cancellation);
            // The answer comes after the commit: what passed between counts for us, so this is a little less than the truth at most.
            var committed = DateTimeOffset.UtcNow;
            await SeenAsync(page, "window.shown > 0", cancellation);
            var shown = DateTimeOffset.UnixEpoch.AddMilliseconds(await page.EvaluateAsync<double>("() => window.shown"));
            if (turn >= 0)
            {
                taken.Add((shown - committed).TotalMilliseconds);
            }
        }

        return Below("board: a row shows what was recorded, after the command's answer", "ms", taken, 200);
    }

    // Asked from outside: what Playwright would wait for inside of the page its Content-Security-Policy forbids.
    private static Task SeenAsync(IPage page, string expression, CancellationToken cancellation) =>
        Eventually.TrueAsync(expression, () => page.EvaluateAsync<bool>(expression), cancellation: cancellation);

    private static Figure Below(string name, string unit, IEnumerable<double> values, double most)
    {
        var median = Rounds.Median(values);
        return new Figure(name, unit, median, most, median / most, null, median < most);
    }

    private static double Late(List<double> values) => values.Order().ElementAt((int)(0.95 * (values.Count - 1)));

    private static async Task<IBrowserContext> OpenAsync(IBrowser browser, Uri url, string cookie)
    {
        var context = await browser.NewContextAsync();
        var parts = cookie.Split('=', 2);
        await context.AddCookiesAsync([new Cookie { Name = parts[0], Value = parts[1], Url = url.ToString() }, new Cookie { Name = "ketman-zone", Value = "UTC", Url = url.ToString() }]);
        return context;
    }

    private static async Task<string> SignInAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        var invited = await PostAsync(platform.Api, "invitations", new { name = "mira", roles = Roles }, cancellation);
        using var anybody = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = platform.Api.BaseAddress };
        await PostAsync(anybody, "invitations/accept", new { token = (string)invited!["token"]!, password = Password }, cancellation);
        using var answer = await anybody.PostAsJsonAsync(new Uri("sign-in", UriKind.Relative), new { user = "mira", password = Password }, JsonSerializerOptions.Web, cancellation);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("ketman=", StringComparison.Ordinal)).Split(';')[0];
    }

    private static async Task<JsonNode?> PostAsync(HttpClient api, string path, object body, CancellationToken cancellation)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Web, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonNode>(cancellation);
    }

    /// <summary>A server of one page with one word.</summary>
    private sealed class OnePage(WebApplication app) : IAsyncDisposable
    {
        public Uri Url { get; } = new(app.Urls.Single());

        public static async Task<OnePage> StartAsync(CancellationToken cancellation)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.MapGet("/", () => Results.Content("<!doctype html><title>x</title><h1>Board</h1>", "text/html"));
            await app.StartAsync(cancellation);
            return new OnePage(app);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    /// <summary>What one visit took, in milliseconds, and weighed, in bytes.</summary>
    private sealed record Visit(double Painted, double Usable, double Html, double Parts);
}
