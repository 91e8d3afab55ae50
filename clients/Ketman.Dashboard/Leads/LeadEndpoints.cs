using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Leads;

/// <summary>Suspicions that nobody has been told of yet: the inbox, what supports each, and what may be the same.</summary>
internal static class LeadEndpoints
{
    private const int PageLength = 50;
    private static readonly CommandPlace Place = new("lead", "/leads", "open-lead");

    public static void MapLeads(this IEndpointRouteBuilder app)
    {
        app.MapGet("/leads", ListAsync);
        app.MapGet("/leads/{reference}", ShowAsync);
        app.MapGet("/leads/{reference}/duplicates", ShowDuplicatesAsync);
        app.MapGet("/duplicates", ListDuplicatesAsync);
        Place.Map(app);
    }

    private static async Task<IResult> ListAsync(string? q, string? status, string? after, PlatformApi api, CancellationToken cancellation)
    {
        // The inbox is what is open; the rest is a question away.
        var wanted = status switch { null => "open", "" or "all" => null, _ => status };
        return Page.Of<LeadsPage>(new
        {
            Search = q,
            Status = wanted ?? "all",
            Answer = await api.GetAsync<LeadList>(To.With("/leads", ("limit", $"{PageLength}"), ("q", q), ("status", wanted), ("after", after)), cancellation),
        });
    }

    private static async Task<IResult> ShowAsync(string reference, PlatformApi api, CancellationToken cancellation)
    {
        var path = "/leads/" + Uri.EscapeDataString(To.Meant(reference));
        var lead = api.GetAsync<LeadView>(path, cancellation);
        var duplicates = api.GetAsync<DuplicateLeads>(path + "/duplicates", cancellation);
        await Task.WhenAll(lead, duplicates);
        return Page.Of<LeadPage>(new { Lead = await lead, Duplicates = (await duplicates).Items });
    }

    private static async Task<IResult> ShowDuplicatesAsync(string reference, PlatformApi api, CancellationToken cancellation)
    {
        var lead = To.Meant(reference);
        return Page.Of<LeadDuplicatesPage>(new
        {
            Lead = lead,
            Duplicates = (await api.GetAsync<DuplicateLeads>($"/leads/{Uri.EscapeDataString(lead)}/duplicates", cancellation)).Items,
        });
    }

    private static async Task<IResult> ListDuplicatesAsync(string? after, PlatformApi api, CancellationToken cancellation) => Page.Of<DuplicatesPage>(new
    {
        Answer = await api.GetAsync<DuplicateGroups>(To.With("/duplicates", ("limit", $"{PageLength}"), ("after", after)), cancellation),
    });
}
