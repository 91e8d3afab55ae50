using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Companies;

/// <summary>Companies: who they are, how they are reached, and how they have dealt with what they were told.</summary>
internal static class CompanyEndpoints
{
    private const int PageLength = 50;
    private static readonly CommandPlace Place = new("company", "/companies", "register-company", ContactsAsync);

    public static void MapCompanies(this IEndpointRouteBuilder app)
    {
        app.MapGet("/companies", ListAsync);
        app.MapGet("/companies/{reference}", ShowAsync);
        app.MapGet("/companies/{reference}/calendar", ShowCalendarAsync);
        app.MapPost("/companies/{reference}/calendar", SetCalendarAsync);
        Place.Map(app);
    }

    private static async Task<IResult> ListAsync(string? q, string? after, PlatformApi api, CancellationToken cancellation) => Page.Of<CompaniesPage>(new
    {
        Search = q,
        Answer = await api.GetAsync<CompanyList>(To.With("/companies", ("limit", $"{PageLength}"), ("q", q), ("after", after)), cancellation),
    });

    private static async Task<IResult> ShowAsync(string reference, PlatformApi api, CancellationToken cancellation)
    {
        var path = "/companies/" + Uri.EscapeDataString(To.Meant(reference));
        var company = api.GetAsync<CompanyView>(path, cancellation);
        // Metrics hears of a company with its first case; until then it has no record.
        var record = api.FindAsync<CompanyRecord>(path + "/record", cancellation);
        await Task.WhenAll(company, record);
        return Page.Of<CompanyPage>(new { Company = await company, Record = await record });
    }

    private static async Task<IResult> ShowCalendarAsync(string reference, Visitor visitor, PlatformApi api, CancellationToken cancellation)
    {
        Refusals.UnlessMayRecord(visitor);
        var company = await api.GetAsync<CompanyView>("/companies/" + Uri.EscapeDataString(To.Meant(reference)), cancellation);
        return Page.Of<CalendarPage>(new { Company = company, Hours = company.Calendar is { } calendar ? Hours.Of(calendar) : null });
    }

    private static async Task<IResult> SetCalendarAsync(HttpContext context, string reference, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var handle = To.Meant(reference);
        var path = "/companies/" + Uri.EscapeDataString(handle);
        var hours = Hours.Of(form);
        var body = form["act"] is "remove" ? new JsonObject { ["remove"] = true } : new JsonObject { ["calendar"] = hours.ToJson() };
        var outcome = await api.ChangeAsync(HttpMethod.Post, path + "/calendar", body, form.Conditions, cancellation);
        return outcome.Problem is { } problem
            ? Page.Of<CalendarPage>(new { Company = await api.GetAsync<CompanyView>(path, cancellation), Hours = hours, Problem = problem, form.Key }, problem.Status)
            : Page.GoTo(context, To.Company(handle), Words.Companies_CalendarSet);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<(string Value, string Text)>>> ContactsAsync(
        PlatformApi api, string reference, LineType type, CancellationToken cancellation) =>
        type.FieldNamed("contact") is null
            ? new Dictionary<string, IReadOnlyList<(string, string)>>()
            : new Dictionary<string, IReadOnlyList<(string, string)>>
            {
                ["contact"] =
                [
                    .. (await api.GetAsync<CompanyView>("/companies/" + Uri.EscapeDataString(reference), cancellation)).Contacts
                        .Select(contact => (contact.Id.ToString(), $"{contact.Name ?? contact.Role ?? Labels.Of(contact.Channel)}: {contact.Address}")),
                ],
            };
}
