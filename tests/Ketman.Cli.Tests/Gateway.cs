using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ketman.Cli.Tests;

/// <summary>A request as it came in.</summary>
internal sealed record Received(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>A real HTTP server that answers as a test says: what is tested here is what the CLI sends and how it takes answers.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Received> _received = [];

    private Gateway(WebApplication app) => _app = app;

    /// <summary>Answers a request; set it before anything is asked.</summary>
    public Func<HttpContext, Received, Task> Answer { get; set; } = (context, _) => JsonAsync(context, 200, "{}");

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public IReadOnlyList<Received> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _received];
            }
        }
    }

    public static async Task<Gateway> StartAsync(Func<HttpContext, Received, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new Gateway(app);
        gateway.Answer = answer ?? gateway.Answer;
        app.Run(gateway.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    public static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 300 ? "application/json" : "application/problem+json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task ProblemAsync(HttpContext context, int status, string slug, string title, string? detail = null, params (string Field, string Message)[] errors) =>
        JsonAsync(context, status, Problem(status, slug, title, detail, errors).ToJsonString());

    public static JsonObject Problem(int status, string slug, string title, string? detail, params (string Field, string Message)[] errors)
    {
        var problem = new JsonObject { ["type"] = $"urn:ketman:problem:{slug}", ["title"] = title, ["status"] = status, ["detail"] = detail };
        if (errors.Length > 0)
        {
            problem["errors"] = new JsonArray([.. errors.Select(error => new JsonObject { ["field"] = error.Field, ["message"] = error.Message })]);
        }

        return problem;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var received = new Received(
            context.Request.Method,
            context.Request.Path.Value!,
            context.Request.QueryString.ToString(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted));
        lock (_lock)
        {
            _received.Add(received);
        }

        await Answer(context, received);
    }
}
