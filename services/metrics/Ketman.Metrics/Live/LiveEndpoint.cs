using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Ketman.Metrics.Live;

/// <summary>GET /events: what changes, as server-sent events, as far as the caller may know; resumed by <c>Last-Event-ID</c>.</summary>
internal static class LiveEndpoint
{
    private const string MediaType = "text/event-stream";
    private const int MostCaughtUp = 10_000;

    private static readonly byte[] Reset = "event: reset\ndata: {\"reason\":\"what came in between is not kept any more; read anew what you show\"}\n\n"u8.ToArray();
    private static readonly byte[] ComeAgain = "event: resume\ndata: {\"reason\":\"you read too slowly, or the service stops; come again with Last-Event-ID\"}\n\n"u8.ToArray();

    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        // The server waits for requests before it stops, and these would last.
        var tail = routes.ServiceProvider.GetRequiredService<LiveTail>();
        routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(tail.End);
        routes.MapGet("events", WatchAsync).ForRole(CallerRoles.Viewer).WithName("events").WithSummary("What changes, as server-sent events; Last-Event-ID resumes.")
            .Produces<string>(contentType: MediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    public static void AddLive(this IServiceCollection services)
    {
        services.AddSingleton(LiveOptions.Default);
        services.AddSingleton<LiveTail>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveTail>());
    }

    private static async Task<IResult> WatchAsync(Caller caller, HttpContext context, LiveTail tail, TimeProvider clock, CancellationToken cancellation)
    {
        var (watcher, refusal) = tail.Watch(caller.Reader);
        if (watcher is null)
        {
            if (refusal is LiveTail.Refusal.TooMany)
            {
                context.Response.Headers.RetryAfter = "10";
                return Problems.With(
                    StatusCodes.Status429TooManyRequests, "too-many-streams", "You have enough streams open.", "Close one of them, or let one stream serve all that you show.").ToResult();
            }

            return Problems.Unavailable("The stream of changes").ToResult();
        }

        using (watcher)
        {
            try
            {
                await SendAsync(context, tail, watcher, clock, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // That is how streams end.
            }
        }

        return TypedResults.Empty;
    }

    private static async Task SendAsync(HttpContext context, LiveTail tail, LiveTail.Watcher watcher, TimeProvider clock, CancellationToken cancellation)
    {
        var response = context.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // Each client another, or all would come back at once after a restart.
        var retry = RandomNumberGenerator.GetInt32(1_000, 5_000).ToString(CultureInfo.InvariantCulture);
        await response.WriteAsync($"retry: {retry}\n\n", cancellation);
        await CatchUpAsync(context, tail, watcher, clock, cancellation);
        await response.Body.FlushAsync(cancellation);
        while (await watcher.Messages.WaitToReadAsync(cancellation))
        {
            // All that waits goes out at once: a write to the body itself would each time be a packet, here and in the gateway.
            while (watcher.Messages.TryRead(out var message))
            {
                response.BodyWriter.Write(message);
            }

            await response.BodyWriter.FlushAsync(cancellation);
        }

        await response.Body.WriteAsync(ComeAgain, cancellation);
    }

    private static async Task CatchUpAsync(HttpContext context, LiveTail tail, LiveTail.Watcher watcher, TimeProvider clock, CancellationToken cancellation)
    {
        var response = context.Response;
        if (context.Request.Headers["Last-Event-ID"] is { Count: > 0 } last && last.ToString().Length > 0)
        {
            var after = tail.Read(last.ToString());
            while (after is { } from && from < watcher.From)
            {
                var page = watcher.From - from > MostCaughtUp ? null : await tail.ReadAsync(from, watcher.From, cancellation);
                foreach (var change in page?.Changes ?? [])
                {
                    if (change.For(watcher.Reader, clock.GetUtcNow()) is { } frame)
                    {
                        await response.Body.WriteAsync(frame, cancellation);
                    }
                }

                after = page?.Reached;
            }

            if (after is null || after > watcher.From)
            {
                await response.Body.WriteAsync(Reset, cancellation);
            }
        }

        // From here on a client that hears nothing more resumes at this place.
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"id: {tail.Write(watcher.From)}\n\n"), cancellation);
    }
}
