using System.Net.Http.Headers;
using System.Net.Http.Json;
using Ketman.Gateway.Keys;
using Ketman.Hosting;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Gateway.Tests;

/// <summary>A gateway with a database of its own and peers behind it.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly List<WebApplication> _gateways = [];
    private readonly TestDatabase _database;

    private OidcSettings? _oidc;

    private Platform(TestDatabase database) => _database = database;

    public string Keys => _files["keys"];

    public string AdminKeyFile => _files["admin.key"];

    public TestDatabase Database => _database;

    public Dictionary<string, StandIn> Services { get; } = [];

    /// <summary>The dashboard, in a platform that has one.</summary>
    public PagesStandIn? Pages { get; private set; }

    /// <summary>Everything that the first gateway answers at.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints =>
        _gateways[0].Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints;

    /// <summary>A client without a key.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    /// <summary>A client with the first admin key (admin and lead).</summary>
    public HttpClient Admin { get; private set; } = null!;

    public static Task<Platform> StartAsync(GatewayLimits? limits = null, params IReadOnlyList<string> absent) => StartAsync(limits, null, absent);

    public static Task<Platform> StartAsync(GatewayLimits? limits, OidcSettings? oidc, params IReadOnlyList<string> absent) =>
        StartAsync(limits, oidc, null, absent);

    private static async Task<Platform> StartAsync(GatewayLimits? limits, OidcSettings? oidc, PagesStandIn? pages, params IReadOnlyList<string> absent)
    {
        var platform = new Platform(await TestDatabase.CreateAsync()) { _oidc = oidc, Pages = pages };
        foreach (var name in new[] { "intake", "disclosures", "metrics" }.Except(absent))
        {
            platform.Services[name] = await StandIn.StartAsync(name, platform.Keys);
        }

        var url = await platform.StartGatewayAsync(limits);
        platform.Stranger = new HttpClient { BaseAddress = url };
        platform.Admin = platform.Client(await File.ReadAllTextAsync(platform.AdminKeyFile));
        return platform;
    }

    /// <summary>The same with a dashboard behind the gateway.</summary>
    public static async Task<Platform> StartWithPagesAsync(GatewayLimits? limits = null)
    {
        var pages = await PagesStandIn.StartAsync();
        var platform = await StartAsync(limits, null, pages);
        pages.Gateway = platform.Stranger.BaseAddress!;
        return platform;
    }

    /// <summary>Starts one more gateway on the same database and keys.</summary>
    public async Task<Uri> StartGatewayAsync(GatewayLimits? limits = null, string? adminKeyFile = null)
    {
        var gateway = GatewayService.Build(
            new KetmanSettings(
                new Uri("http://127.0.0.1:0"), KetmanSettings.ConnectionString(_database.Url.ToString()), null, Keys,
                UrlOf("intake"), UrlOf("disclosures"), UrlOf("metrics"), TimeZoneInfo.Utc, adminKeyFile ?? AdminKeyFile, Oidc: _oidc, Dashboard: Pages?.Url),
            limits ?? GatewayLimits.Default with { StrangerBurst = 100_000, StrangerPerSecond = 100_000 });
        lock (_gateways)
        {
            _gateways.Add(gateway);
        }

        await gateway.StartAsync();
        var ring = gateway.Services.GetRequiredService<KeyKeeping>();
        await Eventually.TrueAsync(
            "the gateway has prepared its keys",
            async () => (await ring.CheckHealthAsync(null!)).Status is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
        return new Uri(gateway.Urls.Single());
    }

    public HttpClient Client(string key, Uri? url = null)
    {
        var client = new HttpClient { BaseAddress = url ?? Stranger.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
        return client;
    }

    /// <summary>A new key with exactly these roles.</summary>
    public async Task<(string Key, Guid Id)> MakeKeyAsync(params IReadOnlyList<string> roles)
    {
        using var made = await Admin.PostAsJsonAsync(
            "/api/v1/keys", new { name = $"{string.Join('-', roles)}-{Guid.NewGuid().ToString("N")[..8]}", roles });
        made.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var body = await made.Content.ReadFromJsonAsync<MadeKey>();
        return (body!.Key, body.Id);
    }

    /// <summary>Ends all gateways as an operator does.</summary>
    public async Task StopGatewaysAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.StopAsync();
            await gateway.DisposeAsync();
        }

        _gateways.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        Stranger?.Dispose();
        Admin?.Dispose();
        await StopGatewaysAsync();

        foreach (var service in Services.Values)
        {
            await service.DisposeAsync();
        }

        if (Pages is not null)
        {
            await Pages.DisposeAsync();
        }

        await _database.DisposeAsync();
        _files.Dispose();
    }

    // Where nobody listens: the port is bound by nobody and below the range that outgoing connections take theirs from.
    private Uri UrlOf(string name) => Services.TryGetValue(name, out var service) ? service.Url : new Uri("http://127.0.0.1:1/");
}
