using System.Net;
using System.Net.Sockets;
using Ketman.Disclosures;
using Ketman.Gateway;
using Ketman.Hosting;
using Ketman.Hosting.Bus;
using Ketman.Intake;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;

namespace Ketman.Cli.Tests;

/// <summary>The real gateway with the real services that take commands, on a database each, in this process.</summary>
internal sealed class RealPlatform : IAsyncDisposable
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

    public static async Task<RealPlatform> StartAsync(CancellationToken cancellation)
    {
        var platform = new RealPlatform();
        var bus = SharedBus.InMemory();
        platform._apps.Add(IntakeService.Build(await platform.SettingsAsync("intake", cancellation), bus));
        platform._apps.Add(DisclosuresService.Build(await platform.SettingsAsync("disclosures", cancellation), bus));
        platform._apps.Add(GatewayService.Build(await platform.SettingsAsync("gateway", cancellation)));
        foreach (var app in platform._apps)
        {
            await app.StartAsync(cancellation);
        }

        using var client = new HttpClient();
        foreach (var service in new[] { "intake", "disclosures" })
        {
            await Eventually.TrueAsync($"{service} is ready", async () =>
            {
                using var answer = await client.GetAsync(new Uri(platform._urls[service], "/health/ready"), cancellation);
                return answer.IsSuccessStatusCode;
            }, cancellation: cancellation);
        }

        // The gateway waits for Metrics, too, which takes no commands; its first key says that it is there.
        await Eventually.TrueAsync("the gateway has made the first key", () => Task.FromResult(File.Exists(platform.KeyFile)), cancellation: cancellation);
        return platform;
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
