using System.Net;
using System.Net.Sockets;
using Ketman.Disclosures;
using Ketman.Gateway;
using Ketman.Hosting;
using Ketman.Hosting.Bus;
using Ketman.Intake;
using Ketman.Metrics;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;

namespace Ketman.Cli.Tests;

/// <summary>The real gateway and services, on a database each, in this process.</summary>
public sealed class RealPlatform : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ketman-cli-platform-").FullName;
    private readonly List<WebApplication> _apps = [];
    private readonly List<TestDatabase> _databases = [];
    private readonly Dictionary<string, Uri> _urls = new[] { "gateway", "intake", "disclosures", "metrics" }.ToDictionary(name => name, _ => FreeUrl());

    public Uri Url => _urls["gateway"];

    public string Key => File.ReadAllText(KeyFile).Trim();

    public WebApplication Intake => _apps[0];

    public WebApplication Disclosures => _apps[1];

    private string KeyFile => Path.Combine(_folder, "admin.key");

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var bus = SharedBus.InMemory();
        _apps.Add(IntakeService.Build(await SettingsAsync("intake", cancellation), bus));
        _apps.Add(DisclosuresService.Build(await SettingsAsync("disclosures", cancellation), bus));
        _apps.Add(MetricsService.Build(await SettingsAsync("metrics", cancellation), bus));
        _apps.Add(GatewayService.Build(await SettingsAsync("gateway", cancellation)));
        foreach (var app in _apps)
        {
            await app.StartAsync(cancellation);
        }

        using var stranger = new Researcher(Url, key: null);
        await Eventually.TrueAsync(
            "the platform is ready", async () => (await stranger.TypesAsync(cancellation, "health")).Code is ExitCode.Ok && File.Exists(KeyFile),
            TimeSpan.FromSeconds(60), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.DisposeAsync();
        }

        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<KetmanSettings> SettingsAsync(string service, CancellationToken cancellation)
    {
        var database = await TestDatabase.CreateAsync(cancellation);
        _databases.Add(database);
        return new KetmanSettings(
            _urls[service], KetmanSettings.ConnectionString(database.Url.ToString()), null, Path.Combine(_folder, "keys"),
            _urls["intake"], _urls["disclosures"], _urls["metrics"], TimeZoneInfo.Utc, KeyFile);
    }

    private static Uri FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
