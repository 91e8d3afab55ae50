using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>The service on a port of its own, with a database of its own, spoken to as the gateway does.</summary>
public sealed class RunningDisclosures : IAsyncLifetime
{
    private readonly string _keys = Directory.CreateTempSubdirectory("ketman-keys-").FullName;
    private TestDatabase _database = null!;
    private PeerIntake _intake = null!;
    private WebApplication _app = null!;
    private HttpClient? _client;
    private InternalTokenIssuer _issuer = null!;
    private static readonly string[] Lead = ["viewer", "analyst", "lead"];
    private int _cases;

    internal PeerIntake Intake => _intake;

    internal TestDatabase Database => _database;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _intake = await PeerIntake.StartAsync();
        _app = await StartAnotherAsync();
        _issuer = new InternalTokenIssuer(InternalKeys.Open(_keys, InternalToken.Gateway, TimeProvider.System), TimeProvider.System);
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    /// <summary>Another instance on the same database; whoever starts it ends it.</summary>
    internal async Task<WebApplication> StartAnotherAsync()
    {
        var app = DisclosuresService.Build(
            new KetmanSettings(
                new Uri("http://127.0.0.1:0"), KetmanSettings.ConnectionString(_database.Url.ToString()), null, _keys, _intake.Url, null, null, TimeZoneInfo.Utc, null),
            SharedBus.InMemory());
        await app.StartAsync();
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is null)
        {
            return; // It did not start; that is the failure to be read.
        }

        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _intake.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    internal Task<Reply> GetAsync(string path, string? ifNoneMatch = null) => SendAsync(HttpMethod.Get, path, null, request =>
    {
        if (ifNoneMatch is not null)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(ifNoneMatch));
        }
    });

    internal Task<Reply> PostAsync(string path, string json, string? key = null, string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), request =>
        {
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            if (ifMatch is not null)
            {
                request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
            }
        });

    internal async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? with = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.TryAddWithoutValidation(
            "Authorization", token ?? _issuer.OnBehalfOf(new TokenSubject("key:1", "mira", Lead, Tlp.Red), "disclosures"));
        with?.Invoke(request);
        using var response = await _client!.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.ETag?.Tag,
            response.Headers.RetryAfter?.ToString(),
            response.Headers.Location?.ToString());
    }

    internal string TokenOf(params string[] roles) => _issuer.OnBehalfOf(new TokenSubject("key:2", "root", roles is ["lead"] ? Lead : roles, Tlp.Red), "disclosures");

    /// <summary>What somebody sends along who is cleared so far.</summary>
    internal string TokenFor(string name, Tlp clearance, params string[] roles) =>
        _issuer.OnBehalfOf(new TokenSubject($"key:{name}", name, roles.Length == 0 ? Lead : roles, clearance), "disclosures");

    /// <summary>A command of somebody who does not lead.</summary>
    internal Task<Reply> PostAsAnalystAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), token: TokenFor("mira", Tlp.Red, "viewer", "analyst"));


    internal string PeerToken => new InternalTokenIssuer(InternalKeys.Open(_keys, "metrics", TimeProvider.System), TimeProvider.System).AsPeer("disclosures");

    /// <summary>What somebody who leads sends along.</summary>
    internal string LeadToken => _issuer.OnBehalfOf(new TokenSubject("key:2", "ines", Lead, Tlp.Red), "disclosures");

    /// <summary>A command of a lead.</summary>
    internal Task<Reply> PostAsLeadAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), token: LeadToken);

    /// <summary>Opens a case of its own for a test and says its handle.</summary>
    internal async Task<string> OpenAsync(string company = "halcyon", string more = "")
    {
        var handle = string.Create(CultureInfo.InvariantCulture, $"{company}-case-{Interlocked.Increment(ref _cases)}");
        var opened = await PostAsync("disclosures", $$"""{"company":"{{company}}","handle":"{{handle}}","accounts":["github:fox"],"at":"2025-02-03"{{more}}}""");
        opened.Status.ShouldBe(HttpStatusCode.Created, opened.Body);
        return handle;
    }

    /// <summary>How much people have recorded: what the clock of deadlines notices of older cases meanwhile is not the answer to any request.</summary>
    internal async Task<long> CountEventsAsync(string streams = "")
    {
        await using var command = _database.Source.CreateCommand("select count(*) from mt_events where starts_with(stream_id, $1) and user_name <> 'platform'");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = streams });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}

/// <summary>An answer of the service.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body, string? ETag, string? RetryAfter, string? Location)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>The members that a problem names.</summary>
    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors)
        ? errors.EnumerateArray().Select(error => error.GetProperty("field").GetString()!)
        : [];

    public string this[string member] => Json.GetProperty(member).ToString();
}
