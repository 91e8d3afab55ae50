using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Administration;

/// <summary>The people who sign in. The gateway lets admins only.</summary>
internal static class UserEndpoints
{
    public static readonly IReadOnlyList<string> Roles = ["viewer", "analyst", "lead", "publisher", "admin"];
    public static readonly IReadOnlyList<string> Clearances = ["clear", "green", "amber", "amber-strict", "red"];

    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/users", (string? after, PlatformApi api, CancellationToken cancellation) => ListAsync(api, after, null, null, cancellation));
        app.MapPost("/admin/users", InviteAsync);
        app.MapGet("/admin/users/{name}", (string name, PlatformApi api, CancellationToken cancellation) => ShowAsync(api, name, null, null, cancellation));
        app.MapPost("/admin/users/{name}/{act}", ChangeAsync);
        app.MapPost("/admin/users/{name}/sessions/{id:guid}/end", EndSessionAsync);
    }

    private static async Task<IResult> ListAsync(PlatformApi api, string? after, SentForm? sent, Problem? problem, CancellationToken cancellation) => Page.Of<UsersPage>(new
    {
        Answer = await api.GetAsync<UserList>(To.With("/users", ("limit", "100"), ("after", after)), cancellation),
        Sent = sent,
        Problem = problem,
    }, problem?.Status ?? StatusCodes.Status200OK);

    private static async Task<IResult> InviteAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var body = new JsonObject { ["name"] = form["name"] };
        AddList(body, "roles", form);
        if (form["clearance"] is { } clearance)
        {
            body["clearance"] = clearance;
        }

        var outcome = await api.ChangeAsync(HttpMethod.Post, "/invitations", body, form.Conditions, cancellation);
        return outcome.Problem is { } problem ? await ListAsync(api, null, form, problem, cancellation) : Secret(outcome, invited: true);
    }

    private static async Task<IResult> ShowAsync(PlatformApi api, string name, string? part, Problem? problem, CancellationToken cancellation)
    {
        var path = "/users/" + Uri.EscapeDataString(name);
        var user = api.GetAsync<User>(path, cancellation);
        var sessions = api.GetAsync<UserSessions>(path + "/sessions", cancellation);
        await Task.WhenAll(user, sessions);
        return Page.Of<UserPage>(new { Person = await user, Sessions = (await sessions).Items, Part = part, Problem = problem }, problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string name, string act, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var path = "/users/" + Uri.EscapeDataString(name);
        var body = new JsonObject();
        switch (act)
        {
            case "roles":
                AddList(body, "roles", form, evenEmpty: true);
                break;
            case "clearance":
                body["clearance"] = form["clearance"];
                break;
            case "remove" when form["confirm"] != name:
                return await ShowAsync(api, name, act, NotConfirmed, cancellation);
            case "lock" or "unlock" or "remove" or "sessions" or "invite":
                break;
            default:
                return Page.Of<ErrorPage>(new { Problem = Errors.NoSuchPage }, StatusCodes.Status404NotFound);
        }

        var outcome = act switch
        {
            "remove" => await api.ChangeAsync(HttpMethod.Delete, path, null, form.Conditions, cancellation),
            "sessions" => await api.ChangeAsync(HttpMethod.Delete, path + "/sessions", null, form.Conditions, cancellation),
            "invite" => await api.ChangeAsync(HttpMethod.Post, "/invitations", new JsonObject { ["name"] = name }, form.Conditions, cancellation),
            _ => await api.ChangeAsync(HttpMethod.Post, $"{path}/{act}", body, form.Conditions, cancellation),
        };
        return outcome.Problem is { } problem ? await ShowAsync(api, name, act, problem, cancellation)
            : act == "invite" ? Secret(outcome, invited: true)
            : Page.GoTo(context, act == "remove" ? "/admin/users" : To.User(name), Labels.Fill(Words.Admin_UserChanged, name));
    }

    private static async Task<IResult> EndSessionAsync(HttpContext context, string name, Guid id, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Delete, $"/users/{Uri.EscapeDataString(name)}/sessions/{id:D}", null, form.Conditions, cancellation);
        return outcome.Problem is { Status: not 404 } problem
            ? await ShowAsync(api, name, "sessions", problem, cancellation)
            : Page.GoTo(context, To.User(name), Words.Account_SessionEnded);
    }

    internal static Problem NotConfirmed => new(StatusCodes.Status400BadRequest, "", Words.Admin_NotConfirmed, null, [new FieldError("confirm", Words.Form_NotConfirmed)]);

    internal static void AddList(JsonObject body, string member, SentForm form, bool evenEmpty = false)
    {
        if (form.All(member) is { } values && (evenEmpty || values.Count > 0))
        {
            body[member] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }
    }

    /// <summary>The page that shows a secret this once.</summary>
    internal static IResult Secret(Outcome outcome, bool invited) => Page.Of<SecretPage>(new
    {
        Invited = invited,
        Name = outcome.Body?["name"]?.GetValue<string>() ?? "",
        Secret = outcome.Body?[invited ? "token" : "key"]?.GetValue<string>() ?? "",
        ExpiresAt = outcome.Body?["expiresAt"]?.GetValue<string>(),
    });
}
