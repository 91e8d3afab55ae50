using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Incident;

/// <summary>Opens a case: for leads, from a lead or out of nothing.</summary>
internal static class Opening
{
    private static readonly string[] Kept = ["company", "lead", "title", "accounts"];

    public static void MapOpening(this IEndpointRouteBuilder app)
    {
        app.MapGet("/incidents/new", AskAsync);
        app.MapPost("/incidents/new", OpenAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        var given = Kept.Where(name => query[name].ToString() is { Length: > 0 and < 2000 }).ToDictionary(name => name, name => query[name].ToString().Replace(',', '\n'));
        return await AnswerAsync(api, given, null, null, cancellation);
    }

    private static async Task<IResult> OpenAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.SendAsync(LineTypes.Get("open-disclosure"), "", form, visitor, cancellation);
        return outcome.Problem is { } problem
            ? await AnswerAsync(api, null, form, problem, cancellation)
            : Page.GoTo(context, "/incidents/" + Uri.EscapeDataString(outcome.Body!["ref"]!.GetValue<string>()), Words.Incident_Opened);
    }

    private static async Task<IResult> AnswerAsync(
        PlatformApi api, IReadOnlyDictionary<string, string>? given, SentForm? sent, Problem? problem, CancellationToken cancellation)
    {
        var companies = api.FindAsync<Listed<CompanyView>>("/companies?limit=200", cancellation);
        var policies = api.FindAsync<Listed<PolicyName>>("/policies", cancellation);
        var suggestions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["company"] = [.. (await companies)?.Items.Select(company => company.Handle) ?? []],
        };
        var options = new Dictionary<string, IReadOnlyList<(string Value, string Text)>>(StringComparer.Ordinal)
        {
            ["policy"] = [.. (await policies)?.Items.Select(policy => (policy.Name, policy.Title is { } title ? $"{policy.Name}: {title}" : policy.Name)) ?? []],
        };
        return Page.Of<OpeningPage>(new { Given = given, Sent = sent, Problem = problem, Suggestions = suggestions, Options = options }, problem?.Status ?? StatusCodes.Status200OK);
    }
}
