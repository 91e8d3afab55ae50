using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Companies;

/// <summary>A company in the list.</summary>
public sealed record CompanyLine(Guid Id, string Ref, string Handle, string Name, string? Domain, int? TvlRank, string? Zone, string Privacy);

/// <summary>A company whole.</summary>
public sealed record CompanyView(
    Guid Id,
    string Ref,
    string Handle,
    string Name,
    string? Domain,
    IReadOnlyList<string> Repositories,
    int? TvlRank,
    string? Zone,
    CalendarDocument? Calendar,
    PrivacyWish Privacy,
    IReadOnlyList<ContactView> Contacts,
    long Version);

/// <summary>Somebody at a company who can be reached.</summary>
public sealed record ContactView(Guid Id, string? Name, string? Role, Channel Channel, string Address, bool Verified);

/// <summary>What can be asked of companies.</summary>
internal static class CompanyQueries
{
    public static void MapCompanies(this IEndpointRouteBuilder app)
    {
        app.MapGet("companies", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-companies").WithTags("company")
            .Produces<Page<CompanyLine>>().ProducesProblem(StatusCodes.Status400BadRequest);
        app.MapGet("companies/{ref}", ShowAsync).ForRole(CallerRoles.Viewer).WithName("show-company").WithTags("company")
            .Produces<CompanyView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        string? limit, string? after, string? q, Caller caller, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if ((Paging.Read(limit, after, out var size) ?? Searching.Check(q)) is { } problem)
        {
            return problem.ToResult();
        }

        var rows = await database.QueryAsync(
            $"""
            select company.id, company.handle, company.name, company.domain, company.tvl_rank, company.zone, company.privacy from companies company
            where company.handle > $1 and ($3 or not {CasePrivacy.IsPrivate})
              and ($4 is null or {Searching.In("company.handle", "company.name", "company.domain", "$4")})
            order by company.handle limit $2
            """,
            [Text(after ?? ""), Number(size + 1), Flag(caller.Clearance is Tlp.Red), Text(q)],
            row => new CompanyLine(
                row.GetGuid(0), row.GetString(1), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.NumberOrNull(4), row.TextOrNull(5), row.GetString(6)),
            cancellation);
        return TypedResults.Ok(Paging.Of(rows, size, row => row.Handle));
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string @ref, ReferenceBook references, IEventStore store, CancellationToken cancellation) =>
        references.ShowAsync(context, store, Company.Aggregate, @ref, (id, state, version) => ValueTask.FromResult<object>(new CompanyView(
            id, state.Handle, state.Handle, state.Profile.Name, state.Profile.Domain, state.Profile.Repositories, state.Profile.TvlRank, state.Profile.Zone,
            state.Calendar,
            state.Privacy,
            [
                .. state.Contacts.Where(pair => !pair.Value.Removed).OrderBy(pair => pair.Value.Channel).ThenBy(pair => pair.Value.Address, StringComparer.Ordinal)
                    .Select(pair => new ContactView(pair.Key, pair.Value.Name, pair.Value.Role, pair.Value.Channel, pair.Value.Address, pair.Value.Verified)),
            ],
            version)), cancellation);
}
