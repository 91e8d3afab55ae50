using System.Net;
using Ketman.Gateway.Callers;
using Microsoft.AspNetCore.Http.Metadata;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>Opens the doors: an endpoint for each, which passes the request on and the answer back without buffering either.</summary>
internal static class Forwarding
{
    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromSeconds(100),
    };

    public static void MapDoors(this IEndpointRouteBuilder app, IReadOnlyList<Backend> backends, GatewayLimits limits)
    {
        var forwarder = app.ServiceProvider.GetRequiredService<IHttpForwarder>();
        foreach (var backend in backends)
        {
            var transformer = new BackendTransformer(backend);
            var forward = (HttpContext context) => ForwardAsync(context, forwarder, backend, transformer);
            foreach (var door in Door.All.Where(door => door.Service == backend.Name))
            {
                app.MapMethods(BackendTransformer.ApiPrefix + door.Pattern, [door.Method], new RequestDelegate(forward))
                    .RequireAuthorization(door.Role)
                    .WithMetadata(new BodyLimit(door.IsBatch ? limits.BatchBody : limits.Body), new ScopeOf(backend.Name))
                    .ExcludeFromDescription();
            }
        }
    }

    private static async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder, Backend backend, BackendTransformer transformer)
    {
        var error = await forwarder.SendAsync(context, backend.Prefix, backend.Client, Config, transformer);
        if (error is not ForwarderError.None)
        {
            await ForwardingErrors.AnswerAsync(context, backend, error);
        }
    }

    // Routing sets the server's limit from it, which also cuts bodies that do not say how long they are.
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
