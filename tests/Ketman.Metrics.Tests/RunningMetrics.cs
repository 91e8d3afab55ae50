using System.Net.Http.Headers;
using Ketman.Contracts;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Metrics.Tests;

/// <summary>The whole service on a database of its own, asked as the gateway asks it. Its peers do not answer, which it must bear.</summary>
public sealed class RunningMetrics : IAsyncLifetime
{
    private readonly string _keys = Directory.CreateTempSubdirectory("ketman-metrics-").FullName;
    private WebApplication _app = null!;
    private InternalTokenIssuer _gateway = null!;

    public MetricsDatabase Database { get; private set; } = null!;

    public HttpClient Client { get; } = new();

    public IServiceProvider Services => _app.Services;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Database = await MetricsDatabase.CreateAsync(cancellation);
        await Database.FoldAsync(SampleMonth.Facts.Chunk(100), cancellation);
        _gateway = new InternalTokenIssuer(InternalKeys.Open(_keys, "gateway", TimeProvider.System), TimeProvider.System);
        var nobody = new Uri("http://127.0.0.1:1");
        _app = MetricsService.Build(
            new KetmanSettings(
                new Uri("http://127.0.0.1:0"), KetmanSettings.ConnectionString(Database.Url.ToString()), Bus: null, _keys, nobody, nobody, Metrics: null,
                TimeZoneInfo.Utc, AdminKeyFile: null),
            SharedBus.InMemory());
        await _app.StartAsync(cancellation);
        Client.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    /// <summary>Asks as somebody.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body = null, string name = "mira", string role = "analyst", Tlp clearance = Tlp.Red, string? ifMatch = null, string? ifNoneMatch = null)
    {
        string[] roles = role switch { "lead" => ["viewer", "analyst", "lead"], "analyst" => ["viewer", "analyst"], _ => [role] };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", _gateway.OnBehalfOf(new TokenSubject("1", name, roles, clearance), "metrics"));
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody of the team.</summary>
    public HttpRequestMessage As(string name, string role, HttpMethod method, string path, object? body = null, Tlp clearance = Tlp.Red)
    {
        string[] roles = role switch { "lead" => ["viewer", "analyst", "lead"], "analyst" => ["viewer", "analyst"], "viewer" => ["viewer"], "both" => ["viewer", "analyst", "lead", "publisher"], _ => ["viewer", role] };
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", _gateway.OnBehalfOf(new TokenSubject(name, name, roles, clearance), "metrics"));
        if (body is not null)
        {
            request.Content = System.Net.Http.Json.JsonContent.Create(body, options: ContractJson.Options);
        }

        return request;
    }

    /// <summary>Sends it, and expects this status.</summary>
    public async Task<(HttpResponseMessage Response, string Body)> AnswerAsync(HttpRequestMessage request, System.Net.HttpStatusCode expected = System.Net.HttpStatusCode.OK)
    {
        var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(expected, body);
        return (response, body);
    }

    /// <summary>Asks as a viewer.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? accept = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", _gateway.OnBehalfOf(new TokenSubject("1", "viewer", ["viewer"], Tlp.Red), "metrics"));
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(ifNoneMatch));
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
