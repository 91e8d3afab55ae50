using System.Globalization;
using Ketman.Disclosures.References;
using Ketman.EventStore;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Reading;

/// <summary>GET /disclosures/{ref}: the case as it is known now, with the version to give back in If-Match.</summary>
internal static class ShowDisclosure
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures/{ref}", HandleAsync)
        .WithName("show-disclosure").WithTags("disclosure")
        .Produces<DisclosureView>()
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        string @ref, HttpContext context, IEventStore store, IntakeDirectory intake, CancellationToken cancellation)
    {
        var id = DisclosureReferences.IdOf(@ref);
        var history = await store.ReadToDecideAsync(DisclosureStream.Aggregate.StreamOf(id), cancellation);
        if (history.Version == 0)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        var tag = $"\"{history.Version.ToString(CultureInfo.InvariantCulture)}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var state = history.Events.Aggregate(
            DisclosureStream.Aggregate.Initial, (folded, recorded) => Disclosure.Evolve(folded, recorded.Id, recorded.Data));
        var companies = await IntakeNames.OfAsync(intake, "company", [state.Opening!.CompanyId], cancellation);
        var leads = state.Opening.LeadId is { } lead ? await IntakeNames.OfAsync(intake, "lead", [lead], cancellation) : new Dictionary<Guid, string>();
        var accounts = await IntakeNames.OfAsync(intake, "account", DisclosureView.AccountsOf(state), cancellation);
        return TypedResults.Ok(DisclosureView.Of(id, history.Version, state, new Dictionary<Guid, string>([.. companies, .. leads, .. accounts])));
    }
}
