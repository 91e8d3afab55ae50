using Ketman.Disclosures.References;
using Ketman.Hosting.Auth;

namespace Ketman.Disclosures.Deadlines;

/// <summary>
/// Below <c>/operations/disclosures/deadlines</c>: GET shows how the deadline clock is; POST <c>retry</c> lets parked cases (or the one named
/// by <c>?disclosure=</c>) be tried again; POST <c>recompute</c> finds every deadline out anew, after a change of what they follow from.
/// </summary>
internal static class DeadlineEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("operations/disclosures/deadlines").WithTags("operations");
        group.MapGet("", async (Caller caller, DeadlineOperations deadlines, CancellationToken cancellation) =>
                TypedResults.Ok(await deadlines.StatusAsync(caller.Reader, cancellation)))
            .ForRole(CallerRoles.Viewer, CallerRoles.Admin).WithName("disclosures-deadlines");
        group.MapPost("retry", async (string? disclosure, DeadlineOperations deadlines, CancellationToken cancellation) =>
                TypedResults.Ok(new DeadlineChange(await deadlines.RetryAsync(disclosure is null ? null : DisclosureReferences.IdOf(disclosure), cancellation))))
            .ForRole(CallerRoles.Admin).WithName("disclosures-deadlines-retry").Produces<DeadlineChange>().ProducesProblem(StatusCodes.Status403Forbidden);
        group.MapPost("recompute", async (DeadlineOperations deadlines, CancellationToken cancellation) =>
                TypedResults.Ok(new DeadlineChange(await deadlines.RecomputeAsync(cancellation))))
            .ForRole(CallerRoles.Admin).WithName("disclosures-deadlines-recompute").Produces<DeadlineChange>().ProducesProblem(StatusCodes.Status403Forbidden);
    }
}

/// <summary>What came of an operator's command.</summary>
/// <param name="Cases">In how many cases the deadline clock looks again.</param>
public sealed record DeadlineChange(long Cases);
