using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Web;
using Ketman.Intake.Companies;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.References;

/// <summary>Whose publication another service is about to decide on.</summary>
/// <param name="Company">The company.</param>
/// <param name="Accounts">The accounts that the case speaks of.</param>
public sealed record ClearanceRequest(Guid Company, IReadOnlyList<Guid> Accounts);

/// <summary>What the company wished, its names, and what must not leave with them.</summary>
/// <param name="Wish">What it asked of the team's silence.</param>
/// <param name="Company">Its name.</param>
/// <param name="CompanyWords">Its other names.</param>
/// <param name="Guarded">What must not leave.</param>
public sealed record ClearanceAnswer(PrivacyWish Wish, string Company, IReadOnlyList<string> CompanyWords, IReadOnlyList<GuardedWord> Guarded);

/// <summary>Something that must not leave.</summary>
/// <param name="What"><c>account</c>, <c>wallet</c>, <c>email</c>, <c>contact</c> or <c>other-company</c>.</param>
/// <param name="Text">The datum.</param>
public sealed record GuardedWord(string What, string Text);

/// <summary>Tells Disclosures what it has to know before a company is named. It is asked anew for each decision: a wish for privacy counts at once.</summary>
internal static class ClearanceEndpoint
{
    private const int MostAccounts = 10_000;

    // The accounts themselves, those that are the same one, the same actor's, and those that a link binds to them.
    private const string AccountsSql = """
        with own as (
          select id, merged_into, actor from accounts where id = any($1)
        ), near as (
          select id from own
          union select merged_into from own where merged_into is not null
          union select other.id from accounts other join own on other.merged_into = own.id or other.merged_into = own.merged_into
          union select other.id from accounts other join own on other.actor = own.actor
          union select link.other_id from account_links link join own on link.account_id = own.id
          union select link.account_id from account_links link join own on link.other_id = own.id
        )
        select platform, handle, actor, employed_at from accounts join near using (id) order by platform, handle
        """;

    // Companies in whose leads the accounts stand.
    private const string CompaniesSql = """
        select distinct company.handle, company.name, company.domain
        from lead_accounts account join leads lead on lead.id = account.lead_id join companies company on company.id = lead.company_id
        where account.account_id = any($1) and company.id <> $2
        """;

    public static void MapClearance(this IEndpointRouteBuilder app) =>
        app.MapPost("internal/clearance", HandleAsync).ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(HttpContext context, IEventStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<ClearanceRequest>(body.Span, out var request, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        if (request!.Accounts.Count > MostAccounts)
        {
            return Problems.InvalidRequest(new FieldError("accounts", $"at most {MostAccounts}")).ToResult();
        }

        var history = await store.ReadToDecideAsync(Company.Aggregate.StreamOf(request.Company), cancellation);
        if (history.Version == 0)
        {
            return Problems.NotFound("company", "company").ToResult();
        }

        var company = history.Events.Aggregate(
            Company.Aggregate.Initial, (folded, recorded) => Company.Aggregate.Evolve(folded, recorded.Id, recorded.Data));
        var accounts = await database.QueryAsync(
            AccountsSql, [Uuids(request.Accounts)],
            row => (Platform: row.GetString(0), Handle: row.GetString(1), Actor: row.TextOrNull(2), EmployedAt: row.IsDBNull(3) ? [] : row.GetFieldValue<string[]>(3)),
            cancellation);
        var others = await database.QueryAsync(
            CompaniesSql, [Uuids(request.Accounts), Uuid(request.Company)],
            row => new[] { row.GetString(0), row.GetString(1), row.TextOrNull(2) }, cancellation);
        return TypedResults.Ok(new ClearanceAnswer(
            company.Privacy, company.Profile.Name, [company.Handle, .. company.Profile.Domain is { } domain ? [domain] : Array.Empty<string>()],
            [
                .. accounts.Select(account => new GuardedWord(KindOf(account.Platform), account.Handle)),
                .. accounts.Select(account => account.Actor).OfType<string>().Select(actor => new GuardedWord("account", actor)),
                .. company.Contacts.Values.SelectMany(contact => new[] { contact.Name, contact.Address }).OfType<string>().Select(text => new GuardedWord("contact", text)),
                .. accounts.SelectMany(account => account.EmployedAt).Concat(others.SelectMany(other => other).OfType<string>())
                    .Select(text => new GuardedWord("other-company", text)),
            ]));
    }

    private static string KindOf(string platform) => platform switch { "wallet" => "wallet", "email" => "email", _ => "account" };
}
