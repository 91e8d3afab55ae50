using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Hosting;
using Ketman.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.OpenApi;

namespace Ketman.Embedded.Tests;

public sealed class EmbeddedPlatformTests(RunningEmbedded running) : IClassFixture<RunningEmbedded>
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_company_that_is_registered_and_disclosed_to_stands_on_the_board()
    {
        var handle = $"halcyon-{Guid.NewGuid():N}"[..20];
        (await PostAsync("/api/v1/companies", new { handle, name = "Halcyon" })).ShouldBe(HttpStatusCode.Created);
        (await PostAsync("/api/v1/disclosures", new { company = handle })).ShouldBe(HttpStatusCode.Created);
        await Eventually.TrueAsync(
            "the disclosure stands on the board",
            async () => (await running.Admin.GetStringAsync("/api/v1/board", Cancellation)).Contains(handle, StringComparison.Ordinal),
            cancellation: Cancellation);
    }

    [Fact]
    public async Task a_service_reached_around_the_gateway_answers_nothing_but_health()
    {
        foreach (var (name, url) in running.Services)
        {
            (await running.Stranger.GetAsync(new Uri(url, "/health/live"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await running.Stranger.GetAsync(new Uri(url, "/health/ready"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
            foreach (var (method, path) in await EndpointsOfAsync(name))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(url, path.Replace("{", "", StringComparison.Ordinal)));
                request.Headers.Authorization = running.Admin.DefaultRequestHeaders.Authorization;
                using var response = await running.Stranger.SendAsync(request, Cancellation);
                response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{name}: {method} {path}");
            }
        }
    }

    [Fact]
    public async Task every_endpoint_of_a_service_has_a_door_or_is_internal()
    {
        var merged = (await running.Admin.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Cancellation))!;
        var through = merged["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (operation.Key, path.Key))).ToHashSet();
        foreach (var name in running.Services.Keys)
        {
            foreach (var (method, path) in await EndpointsOfAsync(name))
            {
                if (!path.StartsWith("/internal", StringComparison.Ordinal))
                {
                    through.ShouldContain((method, "/api/v1" + path), $"{name} serves it");
                }

                // What the description promises the gateway lets through: the service itself answers, if only to refuse.
                using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path.Replace('{', 'x').Replace('}', 'x'));
                request.Content = method == "post" ? JsonContent.Create(new { }) : null;
                using var response = await running.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
                // What changes is told without an end.
                var answer = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(Cancellation);
                answer.Contains("no-such-route", StringComparison.Ordinal).ShouldBe(
                    path.StartsWith("/internal", StringComparison.Ordinal), $"{method} {path}: {answer}");
                ((int)response.StatusCode).ShouldNotBe(405, $"{method} {path}");
            }
        }
    }

    [Fact]
    public async Task the_description_of_the_whole_api_is_whole_and_valid()
    {
        var text = await running.Admin.GetStringAsync("/openapi/v1.json", Cancellation);
        var read = OpenApiDocument.Parse(text, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        text.ShouldNotContain("x-ketman-missing");
        text.ShouldNotContain("/internal/");
        var ids = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Values).Select(operation => operation.OperationId).OfType<string>();
        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task readiness_counts_every_service()
    {
        var health = await running.Stranger.GetFromJsonAsync<JsonElement>("/health/ready", Cancellation);
        health.GetProperty("status").GetString().ShouldBe("ready");
        health.GetProperty("checks").EnumerateObject().Select(check => check.Name)
            .ShouldBe(["database", "keys", "intake", "disclosures", "metrics", "dashboard"], ignoreOrder: true);
    }

    [Fact]
    public async Task the_pages_are_there_through_the_gateway_and_nowhere_else()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        asked.Headers.Add("Accept", "text/html");
        using var page = await running.Stranger.SendAsync(asked, Cancellation);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self'");

        (await running.Stranger.GetAsync(new Uri(running.Dashboard, "/health/live"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var around = await running.Stranger.GetAsync(new Uri(running.Dashboard, "/sign-in"), Cancellation);
        around.IsSuccessStatusCode.ShouldBeFalse("without the gateway's word for where the browser is it answers nothing but health");
    }

    [Theory]
    [InlineData("KETMAN_DATABASE_METRICS", null)]
    [InlineData("KETMAN_DATABASE_INTAKE", "mysql://x")]
    [InlineData("KETMAN_LISTEN", "nowhere")]
    [InlineData("KETMAN_METRICS", "nowhere")]
    [InlineData("KETMAN_DASHBOARD", "nowhere")]
    public void a_setting_that_is_missing_or_wrong_is_named(string name, string? value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["KETMAN_LISTEN"] = "http://127.0.0.1:0",
            ["KETMAN_KEYS"] = "/nowhere",
            ["KETMAN_DATABASE_GATEWAY"] = "postgres://a@b/c",
            ["KETMAN_DATABASE_INTAKE"] = "postgres://a@b/c",
            ["KETMAN_DATABASE_DISCLOSURES"] = "postgres://a@b/c",
            ["KETMAN_DATABASE_METRICS"] = "postgres://a@b/c",
            [name] = value,
        };
        Should.Throw<SettingException>(() => EmbeddedSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()))
            .Name.ShouldBe(name);
    }

    private async Task<HttpStatusCode> PostAsync(string path, object body)
    {
        using var response = await running.Admin.PostAsJsonAsync(path, body, Cancellation);
        return response.StatusCode;
    }

    /// <summary>What a service says that it serves, health and its own description aside.</summary>
    private async Task<List<(string Method, string Path)>> EndpointsOfAsync(string name) =>
    [
        .. from path in (await running.DescriptionOfAsync(name, Cancellation))["paths"]!.AsObject()
           where !path.Key.StartsWith("/health", StringComparison.Ordinal)
           from operation in path.Value!.AsObject()
           where Methods.Contains(operation.Key)
           select (operation.Key, path.Key),
    ];
}
