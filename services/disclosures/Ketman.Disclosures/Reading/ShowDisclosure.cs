using System.Globalization;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.References;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Reading;

/// <summary>GET /disclosures/{ref}: the case as it is known now, with the version to give back in If-Match.</summary>
internal static class ShowDisclosure
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures/{ref}", HandleAsync)
        .ForRole(CallerRoles.Viewer).WithName("show-disclosure").WithTags("disclosure")
        .Produces<DisclosureView>()
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        string @ref, Caller caller, HttpContext context, CaseReader cases, IntakeDirectory intake, CancellationToken cancellation)
    {
        if (await cases.ReadAsync(@ref, caller, cancellation) is not { } read)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        var tag = $"\"{read.Version.ToString(CultureInfo.InvariantCulture)}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var state = read.Seen;
        var companies = await IntakeNames.OfAsync(intake, "company", [state.Opening!.CompanyId], cancellation);
        var leads = state.Opening.LeadId is { } lead ? await IntakeNames.OfAsync(intake, "lead", [lead], cancellation) : new Dictionary<Guid, string>();
        var accounts = await IntakeNames.OfAsync(intake, "account", DisclosureView.AccountsOf(state), cancellation);
        return TypedResults.Ok(DisclosureView.Of(read, new Dictionary<Guid, string>([.. companies, .. leads, .. accounts])));
    }
}
