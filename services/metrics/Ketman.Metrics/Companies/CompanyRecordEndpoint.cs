using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Companies;

/// <summary>GET /companies/{ref}/record: a company's record over all its cases.</summary>
internal static class CompanyRecordEndpoint
{
    public static void MapCompanyRecord(this IEndpointRouteBuilder routes) => routes
        .MapGet("companies/{ref}/record", GetAsync).ForRole(CallerRoles.Viewer).WithName("company-record").WithSummary("A company's record over all its cases.")
        .Produces<CompanyRecord>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        string @ref, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var record = await database.FindCompanyAsync(@ref, caller.Reader, now, cancellation) is { } id
            ? CompanyRecord.From(await database.OfCompanyAsync(id, cancellation), id, calendar, now, caller.Reader, await database.CountHiddenAsync(caller.Reader, now, cancellation))
            : null;
        return record is null ? Problems.NotFound("company", "ref").ToResult() : Tagged.Json(context, record);
    }
}
