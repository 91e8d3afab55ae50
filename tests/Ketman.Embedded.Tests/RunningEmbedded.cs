using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Testing;
using Microsoft.Extensions.Configuration;

namespace Ketman.Embedded.Tests;

/// <summary>The real gateway and the real services in one process, on databases of their own.</summary>
public sealed class RunningEmbedded : IAsyncLifetime
{
    private static readonly string[] Processes = ["gateway", "intake", "disclosures", "metrics"];

    private readonly List<TestDatabase> _databases = [];
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ketman-embedded-");
    private EmbeddedPlatform? _platform;

    /// <summary>The services' own addresses, by name.</summary>
    public Dictionary<string, Uri> Services { get; } = [];

    /// <summary>The dashboard's own address.</summary>
    public Uri Dashboard { get; private set; } = null!;

    /// <summary>Through the gateway, with the first admin key.</summary>
    public HttpClient Admin { get; } = new();

    /// <summary>Without any key.</summary>
    public HttpClient Stranger { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["KETMAN_LISTEN"] = "http://127.0.0.1:0",
            ["KETMAN_KEYS"] = Path.Combine(_files.FullName, "keys"),
            ["KETMAN_ADMIN_KEY_FILE"] = Path.Combine(_files.FullName, "admin.key"),
        };
        foreach (var process in Processes)
        {
            var database = await TestDatabase.CreateAsync();
            _databases.Add(database);
            settings["KETMAN_DATABASE_" + process.ToUpperInvariant()] = database.Url.ToString();
        }

        _platform = EmbeddedPlatform.Build(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        await _platform.StartAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _platform.AwaitReadinessAsync(patience.Token);
        foreach (var (name, url) in _platform.Addresses)
        {
            Services[name] = url;
        }

        Admin.BaseAddress = Stranger.BaseAddress = Services["gateway"];
        Services.Remove("gateway");
        Services.Remove("dashboard", out var dashboard);
        Dashboard = dashboard!;
        var key = await File.ReadAllTextAsync(settings["KETMAN_ADMIN_KEY_FILE"]!);
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
    }

    /// <summary>A service's own OpenAPI document, asked for as the gateway does.</summary>
    public async Task<JsonObject> DescriptionOfAsync(string service, CancellationToken cancellation)
    {
        var issuer = new InternalTokenIssuer(InternalKeys.Open(Path.Combine(_files.FullName, "keys"), "gateway", TimeProvider.System), TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Services[service], "/openapi/v1.json"));
        request.Headers.TryAddWithoutValidation("Authorization", issuer.OnBehalfOf(new TokenSubject("gateway", "gateway", [], Tlp.Clear), service));
        using var response = await Stranger.SendAsync(request, cancellation);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>(cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Stranger.Dispose();
        if (_platform is not null)
        {
            await _platform.StopAsync();
            await _platform.DisposeAsync();
        }

        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _files.Delete(recursive: true);
    }
}
