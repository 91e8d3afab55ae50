using Ketman.Hosting.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ketman.Gateway.Tests;

/// <summary>
/// A peer of the gateway: a real server behind the platform's real internal authentication, which tells what reached it.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    /// <summary>A stream resumed by this is cut after its first words.</summary>
    public const string BrokenOff = "breaks-off";

    private readonly WebApplication _app;

    private StandIn(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>The OpenAPI document it serves.</summary>
    public string OpenApi { get; set; } = """{"openapi":"3.1.1","info":{"title":"stand-in","version":"v1"},"paths":{}}""";

    /// <summary>Whether it says that it is ready.</summary>
    public bool Ready { get; set; } = true;

    /// <summary>What it reports although it does its work.</summary>
    public string? Alert { get; set; }

    public static async Task<StandIn> StartAsync(string name, string keys, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails();
        builder.Services.AddInternalAuth(name, keys);
        var app = builder.Build();
        var standIn = new StandIn(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/health/ready", () => Results.Json(
            new { status = standIn.Ready ? "ready" : "not-ready", alerts = standIn.Alert is { } alert ? new[] { alert } : null, checks = new { database = new { ready = standIn.Ready } } },
            statusCode: standIn.Ready ? 200 : 503)).AllowAnonymous();
        app.MapGet("/openapi/v1.json", () => Results.Content(standIn.OpenApi, "application/json")).ForEveryCaller();
        app.MapGet("/companies/breaks-off", (HttpContext context) => context.Abort()).ForEveryCaller();
        app.MapGet("/events", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            if (context.Request.Headers["Last-Event-ID"] is not [{ } last])
            {
                return;
            }

            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync($"id: {last}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(100, context.RequestAborted);
                if (last == BrokenOff)
                {
                    context.Abort();
                }
            }
        }).ForEveryCaller();
        app.MapGet("/companies/disbelieves", () => Results.StatusCode(401)).ForEveryCaller();
        app.MapGet("/companies/unchanged", () => Results.StatusCode(304)).ForEveryCaller();
        app.Map("/internal/{**rest}", (Delegate)((HttpContext context) => EchoAsync(name, context)));
        app.Map("/{**rest}", (Delegate)((HttpContext context) => EchoAsync(name, context))).ForEveryCaller();
        await app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        // A stopped service, not one that waits for its clients.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task<IResult> EchoAsync(string service, HttpContext context)
    {
        var length = 0L;
        var buffer = new byte[65536];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            length += read;
        }

        var caller = Caller.Of(context);
        context.Response.Headers.ETag = "\"7\"";
        return Results.Json(new Echo(
            service, context.Request.Method, context.Request.Path.Value + context.Request.QueryString, caller.Name, caller.Roles, System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(caller.Clearance.ToString()), length,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }
}

/// <summary>What reached a service.</summary>
internal sealed record Echo(
    string Service, string Method, string Target, string Name, IReadOnlyList<string> Roles, string Clearance, long Length, Dictionary<string, string> Headers);
