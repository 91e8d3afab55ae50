using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Ketman.Disclosures;
using Ketman.Gateway;
using Ketman.Hosting;
using Ketman.Hosting.Bus;
using Ketman.Intake;
using Ketman.Metrics;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;

namespace Ketman.Platform.Tests;

/// <summary>One trace id spans the client's request, the log, the broker and the read model.</summary>
public sealed class OneTrace : IAsyncLifetime
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Npgsql", "MassTransit", "Ketman", "System.Net.Http", "Yarp.ReverseProxy"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly List<WebApplication> _running = [];
    private readonly List<TestDatabase> _databases = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("ketman-trace-").FullName;
    private ActivityListener _listener = null!;
    private TestBroker _broker = null!;
    private HttpClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _broker = await TestBroker.CreateAsync(Cancellation);

        var addresses = new[] { "intake", "disclosures", "metrics", "gateway" }.ToDictionary(name => name, _ => new Uri($"http://127.0.0.1:{RunningPlatform.FreePort()}"));
        await StartAsync("intake", settings => IntakeService.Build(settings, SharedBus.RabbitMq(_broker.Url)));
        await StartAsync("disclosures", settings => DisclosuresService.Build(settings, SharedBus.RabbitMq(_broker.Url)));
        await StartAsync("metrics", settings => MetricsService.Build(settings, SharedBus.RabbitMq(_broker.Url)));
        await StartAsync("gateway", GatewayService.Build);

        _api = new HttpClient { BaseAddress = new Uri(addresses["gateway"], "/api/v1/") };
        await Eventually.TrueAsync("the gateway and all behind it are ready", async () =>
        {
            using var ready = await _api.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);
            return ready.IsSuccessStatusCode;
        }, TimeSpan.FromSeconds(60), Cancellation);
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync(Path.Combine(_folder, "admin.key"), Cancellation)).Trim());

        async Task StartAsync(string name, Func<KetmanSettings, WebApplication> build)
        {
            var database = await TestDatabase.CreateAsync(Cancellation);
            _databases.Add(database);
            var app = build(new KetmanSettings(
                addresses[name], KetmanSettings.ConnectionString(database.Url.ToString()), _broker.Url, Path.Combine(_folder, "keys"),
                addresses["intake"], addresses["disclosures"], addresses["metrics"], TimeZoneInfo.Utc, Path.Combine(_folder, "admin.key")));
            _running.Add(app);
            await app.StartAsync(Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        foreach (var app in _running.AsEnumerable().Reverse())
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        await _broker.DisposeAsync();
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task from_the_request_to_the_read_model()
    {
        await PostAsync("companies", new { handle = "acme", name = "Acme" }, trace: null);
        await PostAsync("disclosures", new { handle = "acme-case", company = "acme", at = "2025-02-01" }, trace: null);

        var trace = ActivityTraceId.CreateRandom();
        await PostAsync("disclosures/acme-case/outreach", new { channel = "email", at = "2025-02-02" }, trace);

        await Eventually.TrueAsync("the trace reaches the fold", () => Task.FromResult(Of(trace).Any(span => span.OperationName == "fold")), cancellation: Cancellation);
        await Eventually.TrueAsync("the board shows the outreach", async () =>
            (await _api.GetStringAsync(new Uri("board", UriKind.Relative), Cancellation)).Contains("2025-02-02", StringComparison.Ordinal), cancellation: Cancellation);

        var spans = Of(trace);
        spans.Count(span => span is { Kind: ActivityKind.Server, Source.Name: "Microsoft.AspNetCore" }).ShouldBe(2, "the gateway and Disclosures");
        spans.ShouldContain(span => span.Source.Name == "Npgsql", "the append");
        spans.ShouldContain(span => span.OperationName == "publish");
        spans.ShouldContain(span => span.OperationName == "fold");
        spans.Select(span => span.TraceId).Distinct().ShouldBe([trace]);
    }

    private List<Activity> Of(ActivityTraceId trace) => [.. _ended.Where(span => span.TraceId == trace)];

    private async Task PostAsync(string path, object body, ActivityTraceId? trace)
    {
        // A new trace for each request unless one is given, as separate runs of the CLI have.
        Activity.Current = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (trace is { } id)
        {
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{id}-{ActivitySpanId.CreateRandom()}-01");
        }

        using var answer = await _api.SendAsync(request, Cancellation);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
