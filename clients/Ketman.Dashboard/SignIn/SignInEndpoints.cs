using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.SignIn;

/// <summary>Coming in and going out. The cookie is the gateway's; it passes through here unread.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", IResult (string? back, Visitor visitor, HttpContext context) =>
            visitor.Session is null ? Page.Of<SignInPage>(new { Back = Page.Local(back) }) : Page.GoTo(context, Page.Local(back)));
        app.MapPost("/sign-in", ComeInAsync);
        app.MapPost("/sign-out", GoAsync);
        app.MapGet("/invitation", () => Page.Of<InvitationPage>());
        app.MapPost("/invitation", AcceptAsync);
    }

    private static async Task<IResult> ComeInAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await SignInAsync(api, form["user"], form["password"], form["code"], cancellation);
        var back = Page.Local(form["back"]);
        // The password is asked for again: what is in a page can be read over a shoulder, and in a cache.
        return outcome.Problem is { } problem
            ? Page.Of<SignInPage>(new { Problem = problem, User = form["user"], Back = back }, problem.Status)
            : Page.GoTo(context, back);
    }

    private static async Task<IResult> GoAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Post, "/sign-out", null, form.Conditions, cancellation);
        return outcome.Problem is { Status: not 401 } problem ? throw new ApiProblemException(problem) : Page.GoTo(context, "/sign-in", Words.SignIn_Out);
    }

    private static async Task<IResult> AcceptAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var body = new JsonObject { ["token"] = form["token"], ["password"] = form["password"] };
        if (form["name"] is { } name)
        {
            body["name"] = name;
        }

        var outcome = await api.ChangeAsync(HttpMethod.Post, "/invitations/accept", body, form.Conditions, cancellation);
        if (outcome.Problem is { } problem)
        {
            return Page.Of<InvitationPage>(new { Problem = problem, Name = form["name"] }, problem.Status);
        }

        // Whoever has just chosen the password need not type it again.
        var signedIn = await SignInAsync(api, outcome.Body?["name"]?.GetValue<string>(), form["password"], null, cancellation);
        return Page.GoTo(context, signedIn.Problem is null ? "/account" : "/sign-in", Words.Invitation_Done);
    }

    private static Task<Outcome> SignInAsync(PlatformApi api, string? user, string? password, string? code, CancellationToken cancellation)
    {
        var body = new JsonObject { ["user"] = user, ["password"] = password };
        if (code is not null)
        {
            body["code"] = code;
        }

        return api.ChangeAsync(HttpMethod.Post, "/sign-in", body, new ChangeConditions(""), cancellation);
    }
}
