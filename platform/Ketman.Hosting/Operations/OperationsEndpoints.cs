using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ketman.Hosting.Operations;

/// <summary>What those who run the platform ask of a service, and tell it.</summary>
public static class OperationsEndpoints
{
    /// <summary>Registers what <see cref="MapOperations"/> needs.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.TryAddSingleton<Projections>();
        services.TryAddSingleton<BusOperations>();
        return services;
    }

    /// <summary>
    /// Maps below <c>/operations/&lt;service&gt;</c>: <c>GET projections</c>, <c>POST projections/{name}/pause|resume|skip|rebuild</c>,
    /// <c>GET bus</c>, <c>POST bus/redeliver</c> and, where other services are listened to, <c>GET progress</c>.
    /// </summary>
    /// <param name="routes">The service's.</param>
    /// <param name="service">Its name.</param>
    public static void MapOperations(this IEndpointRouteBuilder routes, string service)
    {
        var group = routes.MapGroup($"operations/{service}").WithTags("operations");
        group.MapGet("projections", async (Projections projections, CancellationToken cancellation) =>
                TypedResults.Ok(new ProjectionList(service, await projections.ListAsync(cancellation))))
            .ForRole(CallerRoles.Viewer, CallerRoles.Admin).WithName($"{service}-projections");
        MapChange(group, service, "pause", (projections, name, by, _, cancellation) => projections.PauseAsync(name, by, cancellation));
        MapChange(group, service, "resume", (projections, name, by, _, cancellation) => projections.ResumeAsync(name, by, cancellation));
        MapChange(group, service, "rebuild", (projections, name, by, _, cancellation) => projections.RebuildAsync(name, by, cancellation))
            .Produces<ProjectionChange>(StatusCodes.Status202Accepted);
        MapChange(group, service, "skip", SkipAsync).Accepts<SkipRequest>("application/json").ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("bus", async (BusOperations bus, CancellationToken cancellation) => TypedResults.Ok(await bus.StatusAsync(service, cancellation)))
            .ForRole(CallerRoles.Viewer, CallerRoles.Admin).WithName($"{service}-bus");
        group.MapPost("bus/redeliver", async (BusOperations bus, CancellationToken cancellation) => await bus.RedeliverAsync(cancellation))
            .ForRole(CallerRoles.Admin).WithName($"{service}-bus-redeliver").Produces<Redelivery>().ProducesProblem(StatusCodes.Status403Forbidden);
        if (routes.ServiceProvider.GetService<RoadProgress>() is { } progress)
        {
            group.MapGet("progress", (HttpRequest request, CancellationToken cancellation) => ProgressAsync(progress, request, cancellation))
                .ForRole(CallerRoles.Viewer, CallerRoles.Admin).WithName($"{service}-progress").Produces<CatchUp>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static RouteHandlerBuilder MapChange(
        RouteGroupBuilder group, string service, string verb, Func<Projections, string, string, HttpRequest, CancellationToken, Task<IResult>> change) =>
        group.MapPost($"projections/{{name}}/{verb}", async (
                string name, Caller caller, HttpRequest request, Projections projections, CancellationToken cancellation) =>
                await change(projections, name, caller.Name, request, cancellation))
            .ForRole(CallerRoles.Admin).WithName($"{service}-projection-{verb}")
            .Produces<ProjectionChange>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    // An event is given up for ever, so it has to be named: asked twice, the next one is not given up as well.
    private static async Task<IResult> SkipAsync(Projections projections, string name, string by, HttpRequest request, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(request, cancellation);
        if (!StrictJson.TryRead<SkipRequest>(body.Span, out var skip, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        return string.IsNullOrEmpty(skip!.Event)
            ? Problems.InvalidRequest(new FieldError("event", "names the event that stands in the way, as the list of projections shows it")).ToResult()
            : await projections.SkipAsync(name, skip.Event, by, cancellation);
    }

    private static async Task<IResult> ProgressAsync(RoadProgress progress, HttpRequest request, CancellationToken cancellation)
    {
        var until = new Dictionary<string, long>();
        foreach (var (owner, text) in request.Query)
        {
            if (!long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var place))
            {
                return Problems.InvalidRequest(new FieldError(owner, "must be a place in that service's log, as an earlier answer gave it")).ToResult();
            }

            until[owner] = place;
        }

        try
        {
            return TypedResults.Ok(await progress.ReadAsync(until, cancellation));
        }
        catch (HttpRequestException)
        {
            return Problems.Unavailable("A service that this one listens to").ToResult();
        }
    }
}
