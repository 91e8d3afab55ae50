using System.Net;
using Ketman.Gateway.Callers;
using Microsoft.AspNetCore.Http.Metadata;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>Opens the doors: an endpoint for each, which passes the request on and the answer back without buffering either.</summary>
internal static class Forwarding
{
    /// <summary>After so much silence whoever was to answer is taken for gone. Streams show within a fraction of it that they are alive.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = LongestSilence,
    };

    public static void MapDoors(this IEndpointRouteBuilder app, IReadOnlyList<Backend> backends, GatewayLimits limits)
    {
        var forwarder = app.ServiceProvider.GetRequiredService<IHttpForwarder>();
        foreach (var backend in backends)
        {
            var transformer = new BackendTransformer(backend);
            var forward = (HttpContext context) => ForwardAsync(context, forwarder, backend, transformer, context.RequestAborted);
            var stream = (HttpContext context) => StreamAsync(context, forwarder, backend);
            foreach (var door in Door.All.Where(door => door.Service == backend.Name))
            {
                app.MapMethods(BackendTransformer.ApiPrefix + door.Pattern, [door.Method], door.IsStream ? new RequestDelegate(stream) : new RequestDelegate(forward))
                    .RequireAuthorization(door.Role)
                    .WithMetadata(new BodyLimit(door.IsBatch ? limits.BatchBody : limits.Body), new ScopeOf(backend.Name))
                    .ExcludeFromDescription();
            }
        }
    }

    /// <summary>
    /// An answer that lasts: whoever asked for it is looked at again and again, and when he is not who he was (revoked, expired, other
    /// roles), or the gateway stops, it ends as if the service had ended it, and the client comes again.
    /// </summary>
    private static async Task StreamAsync(HttpContext context, IHttpForwarder forwarder, Backend backend)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var watching = EndWithCallerAsync(context, end);
        await ForwardAsync(context, forwarder, backend, new StreamTransformer(backend, end.Token), end.Token);
        await end.CancelAsync();
        await watching;
    }

    private static async Task EndWithCallerAsync(HttpContext context, CancellationTokenSource end)
    {
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        try
        {
            while (await CallerAuthentication.IsStillAsync(context, end.Token))
            {
                await Task.Delay(LookAgain, clock, end.Token);
            }

            await end.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // It has ended by itself.
        }
    }

    private static async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder, Backend backend, BackendTransformer transformer, CancellationToken cancellation)
    {
        var error = await forwarder.SendAsync(context, backend.Prefix, backend.Client, Config, transformer, cancellation);
        if (error is not ForwarderError.None && !cancellation.IsCancellationRequested)
        {
            await ForwardingErrors.AnswerAsync(context, backend, error);
        }
    }

    // Routing sets the server's limit from it, which also cuts bodies that do not say how long they are.
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
