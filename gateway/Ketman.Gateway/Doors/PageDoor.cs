using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>
/// The way to the pages: what nothing else answers goes to the dashboard, which asks the API with the cookie that the browser sent along.
/// So the gateway asks for no credentials here, and the dashboard has none of its own.
/// </summary>
internal sealed class PageDoor
{
    /// <summary>By this name the dashboard is known in settings and health.</summary>
    public const string Name = "dashboard";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    // Below these an unknown address stays a problem, in the form that programs read.
    private static readonly PathString[] NoPages = ["/api", "/health"];

    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = Forwarding.LongestSilence,
    };

    private readonly Backend _dashboard;
    private readonly IHttpForwarder _forwarder;
    private readonly CallerVoucher _voucher;
    private readonly CancellationToken _stopping;

    private PageDoor(IServiceProvider services)
    {
        _dashboard = services.GetRequiredKeyedService<Backend>(Name);
        _forwarder = services.GetRequiredService<IHttpForwarder>();
        _voucher = services.GetRequiredService<CallerVoucher>();
        _stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    }

    /// <summary>Whether the request is for a page.</summary>
    public static bool IsMeant(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not null;

    /// <summary>
    /// Opens the door; right after routing. It is no route: one that takes every address would also be found where a method or a type
    /// is refused, and turn a 405 of the API into a page.
    /// </summary>
    public static void Open(WebApplication app, GatewayLimits limits)
    {
        var door = new PageDoor(app.Services);
        var pages = EndpointOf(door.ForwardAsync);
        var refusal = EndpointOf(context =>
        {
            context.Response.Headers.Allow = string.Join(", ", Methods);
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        });
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is null && !NoPages.Any(prefix => context.Request.Path.StartsWithSegments(prefix)))
            {
                context.SetEndpoint(Methods.Contains(context.Request.Method) ? pages : refusal);
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                {
                    size.MaxRequestBodySize = limits.Form;
                }
            }

            return next(context);
        });
    }

    private static RouteEndpoint EndpointOf(RequestDelegate answer) => new(
        answer, RoutePatternFactory.Parse("/{**page}"), order: int.MaxValue, new EndpointMetadataCollection(new Mark(), new AllowAnonymousAttribute()), "pages");

    private async Task ForwardAsync(HttpContext context)
    {
        if (_voucher.For(context.Connection.RemoteIpAddress) is not { } caller)
        {
            await PageErrors.NotOpenYetAsync(context);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var stop = default(CancellationTokenRegistration);
        // A page is finished when the gateway stops; a stream, which never is, ends, and the browser comes again.
        var transformer = new PageTransformer(_dashboard, caller, () => stop = _stopping.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), end));
        var error = await _forwarder.SendAsync(context, _dashboard.Prefix, _dashboard.Client, Config, transformer, end.Token);
        await stop.DisposeAsync();
        if (error is not ForwarderError.None && !end.IsCancellationRequested)
        {
            await PageErrors.AnswerAsync(context, _dashboard, error);
        }
    }

    private sealed record Mark;
}
