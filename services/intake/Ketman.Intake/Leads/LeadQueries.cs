using System.Globalization;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Intake.Companies;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Leads;

/// <summary>A lead in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ref">Its handle.</param>
/// <param name="Handle">Its handle.</param>
/// <param name="Status"><c>open</c>, <c>disclosed</c>, <c>dismissed</c> or <c>merged</c>.</param>
/// <param name="Summary">What was seen.</param>
/// <param name="Company">Where, by handle.</param>
/// <param name="Accounts">Whose accounts, as <c>platform:handle</c>.</param>
/// <param name="OpenedAt">When it was seen.</param>
/// <param name="MergedInto">The lead that stands for it.</param>
public sealed record LeadLine(
    Guid Id, string Ref, string Handle, string Status, string Summary, string? Company, IReadOnlyList<string> Accounts, string OpenedAt, string? MergedInto);

/// <summary>A lead whole.</summary>
public sealed record LeadView(
    Guid Id,
    string Ref,
    string Handle,
    string Status,
    string Summary,
    Moment OpenedAt,
    Named? Company,
    IReadOnlyList<Named> Accounts,
    IReadOnlyList<EvidenceView> Evidence,
    IReadOnlyList<Guid> Disclosures,
    string? DismissedBecause,
    Named? MergedInto,
    long Version);

/// <summary>What supports a lead.</summary>
public sealed record EvidenceView(Guid Id, string Description, string? Url, string? Sha256, Moment AddedAt);

/// <summary>What can be asked of leads.</summary>
internal static class LeadQueries
{
    private static readonly string[] Statuses = ["open", "disclosed", "dismissed", "merged"];

    public static void MapLeads(this IEndpointRouteBuilder app)
    {
        app.MapGet("leads", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-leads").WithTags("lead")
            .Produces<Page<LeadLine>>().ProducesProblem(StatusCodes.Status400BadRequest);
        app.MapGet("leads/{ref}", ShowAsync).ForRole(CallerRoles.Viewer).WithName("show-lead").WithTags("lead")
            .Produces<LeadView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        string? limit, string? after, string? status, string? q, Caller caller, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if ((Paging.Read(limit, after, out var size) ?? Paging.Among("status", status, Statuses) ?? Searching.Check(q)) is { } problem)
        {
            return problem.ToResult();
        }

        long? before = null;
        if (after is not null)
        {
            if (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seen))
            {
                return Paging.BadCursor().ToResult();
            }

            before = seen;
        }

        var rows = await database.QueryAsync(
            $"""
            select lead.seq, lead.id, lead.handle, lead.status, lead.summary, company.handle, lead.opened_at, stands.handle,
              array(
                select account.ref from lead_accounts named join accounts account on account.id = named.account_id
                where named.lead_id = lead.id order by account.ref)
            from leads lead
            left join companies company on company.id = lead.company_id
            left join leads stands on stands.id = lead.merged_into
            where ($1 is null or lead.seq < $1) and ($3 is null or lead.status = $3)
              and ($4 or not {CasePrivacy.IsPrivate})
              and ($5 is null or {Searching.In("lead.handle", "lead.summary", "company.handle", "$5")} or exists (
                select from lead_accounts named join accounts account on account.id = named.account_id
                where named.lead_id = lead.id and {Searching.In("account.ref", "$5")}))
            order by lead.seq desc limit $2
            """,
            [Number(before), Number(size + 1), Text(status), Flag(caller.Clearance is Tlp.Red), Text(q)],
            row => (Seq: row.GetInt64(0), Line: new LeadLine(
                row.GetGuid(1), row.GetString(2), row.GetString(2), row.GetString(3), row.GetString(4), row.TextOrNull(5),
                row.GetFieldValue<string[]>(8), row.GetString(6), row.TextOrNull(7))),
            cancellation);
        var page = Paging.Of(rows, size, row => row.Seq.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok(new Page<LeadLine>([.. page.Items.Select(row => row.Line)], page.Next));
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string @ref, ReferenceBook references, IEventStore store, CancellationToken cancellation) =>
        references.ShowAsync(context, store, Lead.Aggregate, @ref, async (id, state, version) =>
        {
            var opened = state.Opened!;
            var accounts = await references.NamesAsync("account", opened.AccountIds, cancellation);
            var company = opened.CompanyId is { } companyId ? (await references.NamesAsync("company", [companyId], cancellation))[companyId] : null;
            var into = state.MergedInto is { } leadId ? (await references.NamesAsync("lead", [leadId], cancellation))[leadId] : null;
            var handle = state.Erased ? ErasedName.Of(id) : opened.Handle;
            return new LeadView(
                id, handle, handle, StatusOf(state), opened.Summary, opened.OccurredAt, company,
                [.. opened.AccountIds.Select(account => accounts[account])],
                [
                    .. state.Evidence.OrderBy(pair => pair.Value.OccurredAt).ThenBy(pair => pair.Key).Select(pair => new EvidenceView(
                        pair.Key, pair.Value.Description, pair.Value.Url, pair.Value.Sha256, pair.Value.OccurredAt)),
                ],
                state.Disclosures, state.Dismissed?.Reason, into, version);
        }, cancellation);

    private static string StatusOf(Lead lead) => lead switch
    {
        { MergedInto: not null } => "merged",
        { Disclosures.IsEmpty: false } => "disclosed",
        { Dismissed: not null } => "dismissed",
        _ => "open",
    };
}
