using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Ketman.Intake.Tests.Service;

/// <summary>The service as it runs, on a database of its own, called over HTTP with the gateway's word.</summary>
public class IntakeApp : IAsyncLifetime
{
    private readonly string _keys = Directory.CreateTempSubdirectory("ketman-intake-").FullName;
    private TestDatabase? _database;
    private WebApplication? _app;
    private InternalTokenIssuer? _gateway;
    private InternalTokenIssuer? _peer;
    private HttpClient? _client;

    public NpgsqlDataSource Database => _database!.Source;

    public IServiceProvider Services => _app!.Services;

    /// <summary>Where the service believes Disclosures to be.</summary>
    protected virtual Uri Disclosures => new("http://127.0.0.1:1");

    /// <summary>The directory of keys that the services share.</summary>
    protected string Keys => _keys;

    protected virtual SharedBus Bus { get; } = SharedBus.InMemory();

    public virtual async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _gateway = new InternalTokenIssuer(InternalKeys.Open(_keys, "gateway", TimeProvider.System), TimeProvider.System);
        _peer = new InternalTokenIssuer(InternalKeys.Open(_keys, "disclosures", TimeProvider.System), TimeProvider.System);
        _app = IntakeService.Build(
            new KetmanSettings(
                new Uri("http://127.0.0.1:0"), KetmanSettings.ConnectionString(_database.Url.ToString()), null, _keys,
                null, Disclosures, null, TimeZoneInfo.Utc, null),
            Bus);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        await Eventually.TrueAsync("the service becomes ready for its first request", async () =>
            (await GetAsync("companies?limit=1")).Status == 200);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        await _database!.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
        GC.SuppressFinalize(this);
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Sends a command; the body is JSON text or an object.</summary>
    public Task<Reply> PostAsync(string path, object body, params (string Name, string Value)[] headers) => SendAsync(
        HttpMethod.Post, path,
        body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body), headers);

    /// <summary>Asks as somebody who runs the platform.</summary>
    public async Task<Reply> AdminAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(
            _gateway!.OnBehalfOf(new TokenSubject("key:root", "root", ["admin"], Tlp.Red), "intake"));
        using var response = await _client!.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Asks as somebody with these roles and this clearance.</summary>
    public async Task<Reply> AsAsync(string name, IReadOnlyList<string> roles, Tlp clearance, HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(
            _gateway!.OnBehalfOf(new TokenSubject($"key:{name}", name, roles, clearance), "intake"));
        using var response = await _client!.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Asks as another service.</summary>
    public async Task<Reply> PeerAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(_peer!.AsPeer("intake"));
        using var response = await _client!.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Sends a command that must be accepted, and gives its answer.</summary>
    public async Task<JsonNode> DoAsync(string path, object body, params (string Name, string Value)[] headers)
    {
        var reply = await PostAsync(path, body, headers);
        reply.Status.ShouldBeOneOf([200, 201], reply.Text);
        return reply.Body!;
    }

    public async Task<long> CountAsync(string from)
    {
        await using var command = Database.CreateCommand($"select count(*) from {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(
            _gateway!.OnBehalfOf(new TokenSubject("key:ada", "ada", ["viewer", "analyst"], Tlp.Red), "intake"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var response = await _client!.SendAsync(request);
        return await Reply.ReadAsync(response);
    }
}

/// <summary>What came back.</summary>
public sealed record Reply(int Status, string Text, string? ETag, Uri? Location)
{
    public JsonNode? Body => Text.Length == 0 ? null : JsonNode.Parse(Text);

    /// <summary>The slug of a problem's type.</summary>
    public string? Problem => (string?)Body?["type"] is { } type && type.StartsWith("urn:ketman:problem:", StringComparison.Ordinal) ? type[19..] : null;

    /// <summary>The members that a problem names.</summary>
    public IEnumerable<string> Fields => (Body?["errors"] as JsonArray ?? []).Select(error => (string)error!["field"]!);

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.Tag, response.Headers.Location);
}
