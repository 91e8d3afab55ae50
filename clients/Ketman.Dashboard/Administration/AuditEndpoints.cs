using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Administration;

/// <summary>Who came, was refused, and changed what about people and keys. The gateway lets admins only.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/audit", ShowAsync);
        app.MapGet("/admin/audit/proof", async (PlatformApi api, CancellationToken cancellation) =>
            Page.Of<AuditProofPage>(new { Proof = await api.GetAsync<AuditProof>("/audit/verification", cancellation) }));
    }

    private static async Task<IResult> ShowAsync([AsParameters] AuditQuery query, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var filter = new AuditFilter(query.Actor, query.Kind, query.Subject, query.Address, query.Trace, query.Since, query.Until);
        var path = To.With(
            "/audit", ("limit", "50"), ("after", query.After), ("actor", filter.Actor), ("kind", filter.Kind), ("subject", filter.Subject), ("address", filter.Address),
            ("trace", filter.Trace), ("since", Begin(filter.Since, visitor)), ("until", Begin(filter.Until, visitor)));
        return Page.Of<AuditPage>(new { Filter = filter, Answer = await api.GetAsync<AuditList>(path, cancellation) });
    }

    // A day of the page is a day in the reader's zone.
    private static string? Begin(string? day, Visitor visitor) =>
        string.IsNullOrEmpty(day) ? null : CommandBody.Moment(day, "00:00", visitor.Zone)?.GetValue<string>() ?? day;

    internal sealed record AuditQuery(string? Actor, string? Kind, string? Subject, string? Address, string? Trace, string? Since, string? Until, string? After);
}
