using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Companies;

/// <summary>GET /companies/{ref}/record: a company's record over all its cases.</summary>
internal static class CompanyRecordEndpoint
{
    public static void MapCompanyRecord(this IEndpointRouteBuilder routes) => routes
        .MapGet("companies/{ref}/record", GetAsync).WithName("company-record").WithSummary("A company's record over all its cases.")
        .Produces<CompanyRecord>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        string @ref, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var record = await database.FindCompanyAsync(@ref, cancellation) is { } id
            ? CompanyRecord.From(await database.OfCompanyAsync(id, cancellation), id, calendar, clock.GetUtcNow())
            : null;
        return record is null ? Problems.NotFound("company", "ref").ToResult() : Tagged.Json(context, record);
    }
}
