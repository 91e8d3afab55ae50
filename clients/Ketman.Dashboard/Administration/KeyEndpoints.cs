using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ketman.Dashboard.Administration;

/// <summary>The keys by which programs come in. The gateway lets admins only.</summary>
internal static class KeyEndpoints
{
    public static readonly IReadOnlyList<string> Scopes =
    [
        "read", "write", "read:intake", "read:disclosures", "read:metrics", "read:gateway", "write:intake", "write:disclosures", "write:metrics", "write:gateway",
    ];

    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/keys", (string? after, PlatformApi api, CancellationToken cancellation) => ListAsync(api, after, null, null, cancellation));
        app.MapPost("/admin/keys", CreateAsync);
        app.MapGet("/admin/keys/{name}/rotate", (string name, Visitor visitor) => Ask(visitor, name, "rotate", null));
        app.MapGet("/admin/keys/{name}/revoke", (string name, Visitor visitor) => Ask(visitor, name, "revoke", null));
        app.MapPost("/admin/keys/{name}/rotate", RotateAsync);
        app.MapPost("/admin/keys/{name}/revoke", RevokeAsync);
    }

    private static async Task<IResult> ListAsync(PlatformApi api, string? after, SentForm? sent, Problem? problem, CancellationToken cancellation) => Page.Of<KeysPage>(new
    {
        Answer = await api.GetAsync<KeyList>(To.With("/keys", ("limit", "100"), ("after", after)), cancellation),
        Sent = sent,
        Problem = problem,
    }, problem?.Status ?? StatusCodes.Status200OK);

    private static async Task<IResult> CreateAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var body = new JsonObject { ["name"] = form["name"] };
        UserEndpoints.AddList(body, "roles", form, evenEmpty: true);
        UserEndpoints.AddList(body, "scope", form);
        if (form["clearance"] is { } clearance)
        {
            body["clearance"] = clearance;
        }

        // The day in the reader's zone is the day that its maker meant.
        if (form["expiresAt"] is { } day && CommandBody.Moment(day, form["expiresAt.time"] ?? "00:00", visitor.Zone) is { } end)
        {
            body["expiresAt"] = end;
        }

        var outcome = await api.ChangeAsync(HttpMethod.Post, "/keys", body, form.Conditions, cancellation);
        return outcome.Problem is { } problem ? await ListAsync(api, null, form, problem, cancellation) : UserEndpoints.Secret(outcome, invited: false);
    }

    private static RazorComponentResult<KeyPage> Ask(Visitor visitor, string name, string act, Problem? problem)
    {
        Refusals.Unless(visitor.Is("admin"), Words.Admin_ForAdmins);
        return Page.Of<KeyPage>(new { Name = name, Act = act, Problem = problem }, problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> RotateAsync(HttpContext context, string name, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var body = new JsonObject { ["overlapSeconds"] = int.TryParse(form["overlap"], out var seconds) ? seconds : 0 };
        var outcome = await api.ChangeAsync(HttpMethod.Post, $"/keys/{Uri.EscapeDataString(name)}/rotation", body, form.Conditions, cancellation);
        return outcome.Problem is { } problem ? Ask(visitor, name, "rotate", problem) : UserEndpoints.Secret(outcome, invited: false);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string name, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        if (form["confirm"] != name)
        {
            return Ask(visitor, name, "revoke", UserEndpoints.NotConfirmed);
        }

        var outcome = await api.ChangeAsync(HttpMethod.Delete, $"/keys/{Uri.EscapeDataString(name)}", null, form.Conditions, cancellation);
        return outcome.Problem is { } problem ? Ask(visitor, name, "revoke", problem) : Page.GoTo(context, "/admin/keys", Labels.Fill(Words.Admin_KeyRevoked, name));
    }
}
