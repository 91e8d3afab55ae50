using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Accounts;

/// <summary>An account in the list.</summary>
public sealed record AccountLine(
    Guid Id,
    string Ref,
    string Platform,
    string Handle,
    string Confidence,
    bool? Active,
    IReadOnlyList<string>? EmployedAt,
    int? FirstActiveYear,
    string? Actor,
    string? MergedInto,
    IReadOnlyList<WithheldPart>? Withheld);

/// <summary>An account whole.</summary>
public sealed record AccountView(
    Guid Id,
    string Ref,
    Platform Platform,
    string Handle,
    Confidence Confidence,
    bool? Active,
    IReadOnlyList<string>? EmployedAt,
    int? FirstActiveYear,
    string? Actor,
    string? Note,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<string> Evidence,
    IReadOnlyList<AccountLinkView> Links,
    Named? MergedInto,
    IReadOnlyList<WithheldPart>? Withheld,
    long Version);

/// <summary>A link of an account, whichever of the two it was recorded with.</summary>
/// <param name="Account">The other account.</param>
/// <param name="Kind">What binds them.</param>
/// <param name="Evidence">What shows it; kept with the account that the link was recorded with.</param>
public sealed record AccountLinkView(Named Account, string Kind, string? Evidence);

/// <summary>What can be asked of accounts.</summary>
internal static class AccountQueries
{
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapGet("accounts", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-accounts").WithTags("account")
            .Produces<Page<AccountLine>>().ProducesProblem(StatusCodes.Status400BadRequest);
        app.MapGet("accounts/{ref}", ShowAsync).ForRole(CallerRoles.Viewer).WithName("show-account").WithTags("account")
            .Produces<AccountView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        string? limit, string? after, string? confidence, string? platform, string? actor, string? q, Caller caller, NpgsqlDataSource database,
        CancellationToken cancellation)
    {
        var problem = Paging.Read(limit, after, out var size)
            ?? Paging.Among("confidence", confidence, Wire.NamesOf<Confidence>())
            ?? Paging.Among("platform", platform, Wire.NamesOf<Platform>())
            ?? (actor is null || !actor.Any(char.IsControl) ? null : Problems.InvalidRequest(new FieldError("actor", "must be the name of an actor")))
            ?? Searching.Check(q);
        if (problem is not null)
        {
            return problem.ToResult();
        }

        var rows = await database.QueryAsync(
            $"""
            select account.id, account.ref, account.platform, account.handle, account.confidence, account.active, account.employed_at,
              account.first_active_year, account.actor, stands.ref
            from accounts account left join accounts stands on stands.id = account.merged_into
            where account.ref > $1 and ($3 is null or account.confidence = $3) and ($4 is null or account.platform = $4)
              and ($5 is null or account.actor = $5) and ($6 is null or {Searching.In("account.ref", "account.actor", "$6")})
            order by account.ref limit $2
            """,
            [Text(after ?? ""), Number(size + 1), Text(confidence), Text(platform), Text(actor), Text(q)],
            row =>
            {
                var (employedAt, withheld) = Employers(row.IsDBNull(6) ? null : row.GetFieldValue<string[]>(6), caller);
                return new AccountLine(
                    row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetBoolean(5),
                    employedAt, row.NumberOrNull(7), row.TextOrNull(8), row.TextOrNull(9), withheld);
            },
            cancellation);
        return TypedResults.Ok(Paging.Of(rows, size, row => row.Ref));
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string @ref, Caller caller, ReferenceBook references, IEventStore store, NpgsqlDataSource database, CancellationToken cancellation) =>
        references.ShowAsync(context, store, Account.Aggregate, @ref, async (id, state, version) =>
        {
            var backward = await database.QueryAsync(
                "select account_id, kind from account_links where other_id = $1 order by account_id, kind", [Uuid(id)],
                row => (Id: row.GetGuid(0), Kind: row.GetString(1)), cancellation);
            var names = await references.NamesAsync(
                "account", [.. state.Links.Select(link => link.OtherAccountId), .. backward.Select(link => link.Id), .. Some(state.MergedInto)], cancellation);
            var registered = state.Registered!;
            var handle = state.Erased ? ErasedName.Of(id) : registered.Handle;
            var (employedAt, withheld) = Employers(state.EmployedNow, caller);
            return new AccountView(
                id, $"{registered.Platform.Name()}:{handle}", registered.Platform, handle, state.Confidence, state.ActiveNow,
                employedAt, registered.FirstActiveYear, state.Actor, registered.Note,
                [.. state.Reasons.Order(StringComparer.Ordinal)], [.. state.Evidence.Order(StringComparer.Ordinal)],
                [
                    .. state.Links.Select(link => new AccountLinkView(names[link.OtherAccountId], link.Kind.WireName(), link.Evidence)),
                    .. backward.Select(link => new AccountLinkView(names[link.Id], link.Kind, null)),
                ],
                state.MergedInto is { } into ? names[into] : null, withheld, version);
        }, cancellation);

    // Employers are companies that may have asked for silence; that it is employed nowhere names nobody.
    private static (IReadOnlyList<string>? EmployedAt, IReadOnlyList<WithheldPart>? Withheld) Employers(IReadOnlyList<string>? known, Caller caller) =>
        caller.Clearance >= Tlp.AmberStrict || known is null or [] ? (known, null) : (null, [new WithheldPart("employedAt", Tlp.AmberStrict)]);

    private static IEnumerable<Guid> Some(Guid? id) => id is { } one ? [one] : [];
}
