using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Administration;

/// <summary>Policies: read by everybody who reads cases, tried by whoever records, applied by leads.</summary>
internal static class PolicyEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // As people edit it; what the page makes of it is escaped by the page.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapPolicies(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/policies", async (PlatformApi api, CancellationToken cancellation) =>
            Page.Of<PoliciesPage>(new { Items = (await api.GetAsync<PolicyList>("/policies", cancellation)).Items }));
        app.MapGet("/admin/policies/{name}", ShowAsync);
        app.MapGet("/admin/policies/{name}/diff", CompareAsync);
        app.MapGet("/admin/policies/{name}/draft", DraftAsync);
        app.MapPost("/admin/policies/{name}/draft", TryAsync);
    }

    private static async Task<IResult> ShowAsync(string name, string? version, PlatformApi api, CancellationToken cancellation) => Page.Of<PolicyPage>(new
    {
        Policy = await api.GetAsync<PolicyView>(To.With("/policies/" + Uri.EscapeDataString(name), ("version", version)), cancellation),
    });

    private static async Task<IResult> CompareAsync(string name, string? from, string? to, PlatformApi api, CancellationToken cancellation) => Page.Of<PolicyDiffPage>(new
    {
        Differences = await api.GetAsync<PolicyDifferences>(To.With($"/policies/{Uri.EscapeDataString(name)}/diff", ("from", from), ("to", to)), cancellation),
    });

    private static async Task<IResult> DraftAsync(string name, string? version, Visitor visitor, PlatformApi api, CancellationToken cancellation)
    {
        Refusals.UnlessMayRecord(visitor);
        var (policy, tag) = await api.ReadAsync<PolicyView>(To.With("/policies/" + Uri.EscapeDataString(name), ("version", version)), cancellation);
        return Page.Of<PolicyDraftPage>(new { Name = name, Tag = tag, Document = JsonSerializer.Serialize(policy.Document, Indented) });
    }

    private static async Task<IResult> TryAsync(HttpContext context, string name, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var text = form["document"] ?? "";
        JsonNode? document;
        try
        {
            document = JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            return Draft(new Problem(StatusCodes.Status400BadRequest, "", Words.Admin_NoJson, Labels.Fill(Words.Admin_NoJsonWhere, (e.LineNumber ?? 0) + 1), []));
        }

        return form["act"] switch
        {
            "apply" => await ApplyAsync(),
            _ => await LookAsync(replay: form["act"] == "replay"),
        };

        async Task<IResult> LookAsync(bool replay)
        {
            var free = new ChangeConditions(form.Conditions.Csrf);
            var validation = await api.ChangeAsync(HttpMethod.Post, "/policies/validate", new JsonObject { ["document"] = document?.DeepClone() }, free, cancellation);
            if (validation.Problem is { } unreadable)
            {
                return Draft(unreadable);
            }

            var check = validation.Body.Deserialize<PolicyCheck>(Json)!;
            if (!check.Valid)
            {
                return Draft(null, check);
            }

            var comparing = api.ChangeAsync(HttpMethod.Post, "/policies/diff", new JsonObject { ["document"] = document?.DeepClone(), ["name"] = name }, free, cancellation);
            var replaying = replay
                ? api.ChangeAsync(HttpMethod.Post, "/policies/replay", new JsonObject { ["document"] = document?.DeepClone(), ["against"] = form["against"] ?? "all" }, free, cancellation)
                : Task.FromResult(new Outcome(null, null, null));
            await Task.WhenAll(comparing, replaying);
            var (compared, replayed) = (await comparing, await replaying);
            return Draft(
                compared.Problem ?? replayed.Problem, check, compared.Body.Deserialize<PolicyDifferences>(Json), replayed.Body.Deserialize<PolicyReplay>(Json));
        }

        async Task<IResult> ApplyAsync()
        {
            if (form["confirm"] != name)
            {
                return Draft(UserEndpoints.NotConfirmed);
            }

            var body = new JsonObject { ["document"] = document?.DeepClone() };
            if (form["note"] is { } note)
            {
                body["note"] = note;
            }

            var outcome = await api.ChangeAsync(HttpMethod.Post, "/policies", body, form.Conditions, cancellation);
            if (outcome.Problem is { } refused)
            {
                return Draft(refused);
            }

            var applied = outcome.Body?["ref"]?.GetValue<string>() ?? name;
            return Page.GoTo(context, To.Policy(applied), outcome.Body?["changed"]?.GetValue<bool>() == false
                ? Words.Admin_PolicySame
                : Labels.Fill(Words.Admin_PolicyApplied, applied, outcome.Body?["version"]?.GetValue<long>()));
        }

        IResult Draft(Problem? problem, PolicyCheck? check = null, PolicyDifferences? differences = null, PolicyReplay? replay = null) => Page.Of<PolicyDraftPage>(new
        {
            Name = name,
            Tag = form.Version,
            Document = text,
            Note = form["note"],
            Against = form["against"],
            Problem = problem,
            Check = check,
            Differences = differences,
            Replay = replay,
        }, problem?.Status ?? StatusCodes.Status200OK);
    }
}
