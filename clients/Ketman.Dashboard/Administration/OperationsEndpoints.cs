using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Administration;

/// <summary>What follows the history, and the bus between the services: looked at by everybody who reads cases and by admins, changed by admins.</summary>
internal static class OperationsEndpoints
{
    public static readonly IReadOnlyList<string> Services = ["intake", "disclosures", "metrics"];

    // All that can be said to a projection; what is in the address is nothing else.
    private static readonly IReadOnlyList<string> Acts = ["pause", "resume", "rebuild", "skip"];

    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/operations", (PlatformApi api, Visitor visitor, CancellationToken cancellation) => ShowAsync(api, visitor, null, cancellation));
        app.MapGet("/admin/operations/{service}/{name}/skip", AskSkipAsync);
        app.MapPost("/admin/operations/{service}/{name}/{act}", ChangeAsync);
        app.MapPost("/admin/operations/{service}/redeliver", RedeliverAsync);
    }

    private static async Task<IResult> ShowAsync(PlatformApi api, Visitor visitor, Problem? problem, CancellationToken cancellation)
    {
        Refusals.Unless(visitor.Is("admin") || visitor.Is("lead"), Words.Admin_ForAdmins);
        var projections = Task.WhenAll(Services.Select(service => api.GetAsync<ProjectionList>($"/operations/{service}/projections", cancellation)));
        var bus = Task.WhenAll(Services.Select(service => api.GetAsync<BusStatus>($"/operations/{service}/bus", cancellation)));
        var health = visitor.Is("viewer") ? api.FindAsync<PlatformHealth>("/health", cancellation) : Task.FromResult<PlatformHealth?>(null);
        await Task.WhenAll(projections, bus, health);
        return Page.Of<OperationsPage>(new
        {
            Projections = await projections,
            Bus = await bus,
            Health = await health,
            Problem = problem,
        }, problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> AskSkipAsync(string service, string name, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        Refusals.Unless(visitor.Is("admin"), Words.Admin_ForAdmins);
        return await ShowSkipAsync(service, name, null, api, cancellation);
    }

    private static async Task<IResult> ShowSkipAsync(string service, string name, Problem? problem, PlatformApi api, CancellationToken cancellation)
    {
        var found = Services.Contains(service)
            ? (await api.GetAsync<ProjectionList>($"/operations/{service}/projections", cancellation)).Items.FirstOrDefault(one => one.Name == name)
            : null;
        return found?.Failed is { } failed
            ? Page.Of<SkipPage>(new { Service = service, Name = name, Failed = failed, Problem = problem }, problem?.Status ?? StatusCodes.Status200OK)
            : Page.Of<ErrorPage>(new { Problem = Errors.NoSuchPage }, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string service, string name, string act, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        if (!Services.Contains(service) || !Acts.Contains(act))
        {
            return Page.Of<ErrorPage>(new { Problem = Errors.NoSuchPage }, StatusCodes.Status404NotFound);
        }

        var form = await SentForm.ReadAsync(context, cancellation);
        if (act == "skip" && form["confirm"] != name)
        {
            return await ShowSkipAsync(service, name, UserEndpoints.NotConfirmed, api, cancellation);
        }

        var body = act == "skip" ? new JsonObject { ["event"] = form["event"] } : null;
        var outcome = await api.ChangeAsync(HttpMethod.Post, $"/operations/{service}/projections/{Uri.EscapeDataString(name)}/{act}", body, form.Conditions, cancellation);
        return outcome.Problem is { } problem
            ? await ShowAsync(api, visitor, problem, cancellation)
            : Page.GoTo(context, "/admin/operations", Labels.Fill(Words.Admin_Told, $"{service}/{name}", Labels.Of(act)));
    }

    private static async Task<IResult> RedeliverAsync(HttpContext context, string service, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        if (!Services.Contains(service))
        {
            return Page.Of<ErrorPage>(new { Problem = Errors.NoSuchPage }, StatusCodes.Status404NotFound);
        }

        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Post, $"/operations/{service}/bus/redeliver", null, form.Conditions, cancellation);
        return outcome.Problem is { } problem
            ? await ShowAsync(api, visitor, problem, cancellation)
            : Page.GoTo(context, "/admin/operations", Labels.Fill(Words.Admin_Redelivered, outcome.Body?["redelivered"]?.GetValue<long>() ?? 0, outcome.Body?["left"]?.GetValue<long>() ?? 0));
    }
}
