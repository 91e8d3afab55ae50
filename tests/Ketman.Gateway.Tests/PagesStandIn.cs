using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ketman.Gateway.Tests;

/// <summary>A dashboard: a real server that keeps to the contract between both, and tells what reached it.</summary>
internal sealed class PagesStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _api = new(new SocketsHttpHandler { UseCookies = false });

    private PagesStandIn(WebApplication app) => _app = app;

    /// <summary>What it serves as a file of its own: more than any buffer on the way.</summary>
    public static byte[] Asset { get; } = RandomNumberGenerator.GetBytes(9 * 1024 * 1024);

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Where it asks.</summary>
    public Uri Gateway { get; set; } = null!;

    /// <summary>Whether it says that it is ready.</summary>
    public bool Ready { get; set; } = true;

    /// <summary>The last word of the gateway that came with a request.</summary>
    public string? Caller { get; private set; }

    public static async Task<PagesStandIn> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var pages = new PagesStandIn(app);
        app.Use((context, next) =>
        {
            pages.Caller = context.Request.Headers["X-Ketman-Caller"];
            return next(context);
        });
        app.MapGet("/health/ready", () => Results.Text(pages.Ready ? "Healthy" : "Unhealthy", statusCode: pages.Ready ? 200 : 503));
        app.MapGet("/page", (HttpContext context) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = "default-src *";
            headers.CacheControl = "private, max-age=60";
            headers.ETag = "\"a\"";
            headers.Vary = "Accept-Encoding, HX-Request";
            headers.Server = "dashboard";
            headers["X-Frame-Options"] = "ALLOWALL";
            context.Response.Cookies.Append("theme", "dark");
            context.Response.Cookies.Append("zone", "Asia/Kathmandu");
            return Results.Content("<!doctype html><title>page</title>", "text/html; charset=utf-8");
        });
        app.MapGet("/asset.js", (HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = "br";
            context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Results.Bytes(Asset, "text/javascript");
        });
        app.MapGet("/stream", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.WriteAsync($"id: {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        });
        app.MapGet("/breaks-off", (HttpContext context) => context.Abort());
        app.MapGet("/forbidden", () => Results.Content("<!doctype html><title>no</title>", "text/html", statusCode: 403));
        app.MapPost("/sign-in", (Delegate)pages.SignInAsync);
        app.MapGet("/board", (Delegate)pages.BoardAsync);
        app.Map("/{**rest}", (Delegate)EchoAsync);
        await app.StartAsync();
        return pages;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task<IResult> SignInAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        using var request = AskOnBehalfOf(context, HttpMethod.Post, "/api/v1/sign-in");
        request.Content = JsonContent.Create(new { user = form["user"].ToString(), password = form["password"].ToString() });
        using var answer = await _api.SendAsync(request, context.RequestAborted);
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            context.Response.Headers.SetCookie = cookies.ToArray();
        }

        return Results.StatusCode((int)answer.StatusCode);
    }

    private async Task<IResult> BoardAsync(HttpContext context)
    {
        using var request = AskOnBehalfOf(context, HttpMethod.Get, "/api/v1/board");
        using var answer = await _api.SendAsync(request, context.RequestAborted);
        return Results.Content(await answer.Content.ReadAsStringAsync(context.RequestAborted), "text/html", statusCode: (int)answer.StatusCode);
    }

    private HttpRequestMessage AskOnBehalfOf(HttpContext context, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(Gateway, path));
        request.Headers.Host = context.Request.Headers["X-Forwarded-Host"];
        foreach (var name in new[] { "Cookie", "X-Forwarded-Proto", "X-Ketman-Caller" })
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        return request;
    }

    private static async Task<IResult> EchoAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        return Results.Json(new PageEcho(
            context.Request.Method, context.Request.Path.Value + context.Request.QueryString, await body.ReadToEndAsync(context.RequestAborted),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }
}

/// <summary>What reached the dashboard.</summary>
internal sealed record PageEcho(string Method, string Target, string Body, Dictionary<string, string> Headers);
