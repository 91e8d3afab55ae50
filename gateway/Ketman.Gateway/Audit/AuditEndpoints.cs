using System.Globalization;
using Ketman.Gateway.Callers;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Audit;

/// <summary>An entry of the audit log; see <see cref="AuditEntry"/>.</summary>
internal sealed record AuditItem(
    long Id, DateTimeOffset At, string Kind, string? Actor, string? ActorKind, string? Address, string? Method, string? Route, int? Status,
    string? Subject, string? Detail, int Times, string? Trace);

/// <summary>A page of the audit log, newest first; <c>next</c> is what to give as <c>after</c> for the following page.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditItem> Items, string? Next);

/// <summary>Reading and proving the audit log; nothing writes to it from outside.</summary>
internal static class AuditEndpoints
{
    private const int MostPerPage = 500;

    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup("/api/v1/audit").WithTags("audit").RequireAuthorization(Roles.Admin);
        audit.MapGet("", ListAsync).WithName("list-audit").Produces<AuditPage>().ProducesProblem(400);
        audit.MapGet("verification", async (AuditStore store, CancellationToken cancellation) => TypedResults.Ok(await store.ProveAsync(cancellation)))
            .WithName("verify-audit");
    }

    private static async Task<IResult> ListAsync(
        AuditStore store, CancellationToken cancellation, int limit = 100, long? after = null, string? actor = null, string? kind = null, string? subject = null,
        string? address = null, string? trace = null, DateTimeOffset? since = null, DateTimeOffset? until = null)
    {
        if (limit is < 1 or > MostPerPage)
        {
            return Problems.InvalidRequest(new FieldError("limit", $"must be 1 to {MostPerPage}")).ToResult();
        }

        var asked = new AuditFilter(actor, kind, subject, address, trace, since, until);
        if (asked.HoldsForNothing)
        {
            return TypedResults.Ok(new AuditPage([], null));
        }

        var rows = await store.ListAsync(after, limit + 1, asked, cancellation);
        return TypedResults.Ok(new AuditPage(
            [.. rows.Take(limit).Select(row => Item(row.Id, row.Entry))],
            rows.Count > limit ? rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static AuditItem Item(long id, AuditEntry entry) => new(
        id, entry.At, entry.Kind, entry.Actor, entry.ActorKind, entry.Address, entry.Method, entry.Route, entry.Status, entry.Subject, entry.Detail,
        entry.Times, entry.Trace);
}
