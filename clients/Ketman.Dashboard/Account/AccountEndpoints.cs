using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Dashboard.Administration;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ketman.Dashboard.Account;

/// <summary>What people do with their own account. Secrets are shown in the answer to the form that asked for them, and never again.</summary>
internal static class AccountEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapGet("/account", async (PlatformApi api, Visitor visitor, CancellationToken cancellation) => await ShowAsync(api, visitor, null, null, cancellation));
        app.MapPost("/account/password", ChangePasswordAsync);
        app.MapPost("/account/second-factor", EnrolAsync);
        app.MapPost("/account/second-factor/confirmation", ConfirmAsync);
        app.MapPost("/account/second-factor/removal", (HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation) =>
            PasswordDoesAsync(context, api, visitor, "second-factor", "/account/totp/removal", Words.Account_FactorRemoved, cancellation));
        app.MapPost("/account/recovery-codes", MakeCodesAsync);
        app.MapPost("/account/sessions/{id:guid}/end", EndSessionAsync);
        app.MapPost("/account/sessions/end-others", EndOtherSessionsAsync);
    }

    private static async Task<IResult> ShowAsync(PlatformApi api, Visitor visitor, string? part, Problem? problem, CancellationToken cancellation)
    {
        var account = api.GetAsync<OwnAccount>("/account", cancellation);
        var sessions = api.GetAsync<SessionList>("/account/sessions", cancellation);
        var keys = visitor.Is("admin") ? api.GetAsync<KeyList>("/keys?limit=500", cancellation) : Task.FromResult(new KeyList([], null));
        await Task.WhenAll(account, sessions, keys);
        var me = await account;
        return Page.Of<AccountPage>(new
        {
            Me = me,
            Sessions = (await sessions).Items,
            Keys = (await keys).Items.Where(key => key.CreatedBy == me.Name).ToList(),
            Part = part,
            Problem = problem,
        }, problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var body = new JsonObject { ["current"] = form["current"], ["password"] = form["password"] };
        var problem = form["password"] == form["again"]
            ? (await api.ChangeAsync(HttpMethod.Post, "/account/password", body, form.Conditions, cancellation)).Problem
            : new Problem(StatusCodes.Status400BadRequest, "", Words.Account_NotAlike, null, [new FieldError("again", Words.Form_NotConfirmed)]);
        return problem is null ? Page.GoTo(context, "/account", Words.Account_PasswordChanged) : await RefuseAsync(api, visitor, "password", problem, cancellation);
    }

    private static async Task<IResult> EnrolAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Post, "/account/totp", Password(form), form.Conditions, cancellation);
        return outcome.Problem is { } problem
            ? await RefuseAsync(api, visitor, "second-factor", problem, cancellation)
            : Page.Of<EnrolmentPage>(new { Enrolment = outcome.Body.Deserialize<Enrolment>(Json) });
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var code = (form["code"] ?? "").Replace(" ", "", StringComparison.Ordinal);
        var outcome = await api.ChangeAsync(HttpMethod.Post, "/account/totp/confirmation", new JsonObject { ["code"] = code }, form.Conditions, cancellation);
        return outcome.Problem is { } problem
            // What the app was given goes with the form: it cannot be asked for again without beginning anew.
            ? Page.Of<EnrolmentPage>(new { Enrolment = new Enrolment(form["secret"] ?? "", form["uri"] ?? ""), Problem = problem }, problem.Status)
            : CodesOf(outcome);
    }

    private static async Task<IResult> MakeCodesAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Post, "/account/recovery-codes", Password(form), form.Conditions, cancellation);
        return outcome.Problem is { } problem ? await RefuseAsync(api, visitor, "recovery", problem, cancellation) : CodesOf(outcome);
    }

    private static RazorComponentResult<RecoveryCodesPage> CodesOf(Outcome outcome) =>
        Page.Of<RecoveryCodesPage>(new { Codes = outcome.Body?["codes"]?.AsArray().Select(code => code!.GetValue<string>()).ToList() });

    private static async Task<IResult> PasswordDoesAsync(
        HttpContext context, PlatformApi api, Visitor visitor, string part, string path, string notice, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Post, path, Password(form), form.Conditions, cancellation);
        return outcome.Problem is { } problem ? await RefuseAsync(api, visitor, part, problem, cancellation) : Page.GoTo(context, "/account", notice);
    }

    private static async Task<IResult> EndSessionAsync(HttpContext context, Guid id, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Delete, $"/account/sessions/{id:D}", null, form.Conditions, cancellation);
        return outcome.Problem is { Status: not 404 } problem
            ? await RefuseAsync(api, visitor, "sessions", problem, cancellation)
            : Page.GoTo(context, "/account", Words.Account_SessionEnded);
    }

    private static async Task<IResult> EndOtherSessionsAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var others = (await api.GetAsync<SessionList>("/account/sessions", cancellation)).Items.Where(session => !session.Current);
        var outcomes = await Task.WhenAll(others.Select(session =>
            api.ChangeAsync(HttpMethod.Delete, $"/account/sessions/{session.Id:D}", null, new ChangeConditions(form.Conditions.Csrf), cancellation)));
        return outcomes.Select(outcome => outcome.Problem).FirstOrDefault(problem => problem is { Status: not 404 }) is { } refused
            ? await RefuseAsync(api, visitor, "sessions", refused, cancellation)
            : Page.GoTo(context, "/account", Words.Account_SessionsEnded);
    }

    private static JsonObject Password(SentForm form) => new() { ["password"] = form["password"] };

    // A password that is not the right one is a 401 of the API; of this page it is a form that was refused, not a visitor who is nobody.
    private static Task<IResult> RefuseAsync(PlatformApi api, Visitor visitor, string part, Problem problem, CancellationToken cancellation) =>
        ShowAsync(api, visitor, part, problem.Status is 401 ? problem with { Status = StatusCodes.Status422UnprocessableEntity } : problem, cancellation);
}
