using System.Globalization;
using System.Text.Json;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Policies;

/// <summary>A policy in the list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that holds.</param>
/// <param name="Title">What it is, in one line.</param>
/// <param name="Digest">The digest of its document.</param>
/// <param name="AppliedAt">From when it holds.</param>
/// <param name="AppliedBy">Who applied it.</param>
/// <param name="Note">Why.</param>
public sealed record PolicyLine(string Name, int Version, string Title, string Digest, DateTimeOffset AppliedAt, string AppliedBy, string? Note);

/// <summary>All policies.</summary>
public sealed record PolicyList(IReadOnlyList<PolicyLine> Items);

/// <summary>A version of a policy, whole.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Which version.</param>
/// <param name="Title">What it is, in one line.</param>
/// <param name="Digest">The digest of its document.</param>
/// <param name="AppliedAt">From when it held.</param>
/// <param name="AppliedBy">Who applied it.</param>
/// <param name="Note">Why.</param>
/// <param name="Document">What it says.</param>
/// <param name="Versions">Every version, the latest first.</param>
public sealed record PolicyView(
    string Name, int Version, string Title, string Digest, DateTimeOffset AppliedAt, string AppliedBy, string? Note, PolicyDocument Document,
    IReadOnlyList<PolicyLine> Versions);

/// <summary>A document to be looked at.</summary>
/// <param name="Document">The policy as people wrote it.</param>
public sealed record PolicyDraft(JsonElement Document);

/// <summary>Whether a document could be applied.</summary>
/// <param name="Valid">Whether it could.</param>
/// <param name="Problems">Everything that is wrong, each with its path in the document.</param>
/// <param name="Digest">The digest that it would have.</param>
public sealed record PolicyCheck(bool Valid, IReadOnlyList<FieldError> Problems, string? Digest);

/// <summary>A document to be compared with what holds.</summary>
/// <param name="Document">The policy as people wrote it.</param>
/// <param name="Name">Compared with this policy; absent: the one that the document names.</param>
/// <param name="From">And with this version of it; absent: the latest.</param>
public sealed record PolicyComparison(JsonElement Document, string? Name = null, int? From = null);

/// <summary>What differs.</summary>
/// <param name="Name">The policy.</param>
/// <param name="From">The version that is compared.</param>
/// <param name="To">With this version; null: with a draft.</param>
/// <param name="Differences">Each member that differs; none: they say the same.</param>
public sealed record PolicyDifferences(string Name, int From, int? To, IReadOnlyList<PolicyDifference> Differences);

/// <summary>What can be asked of policies.</summary>
internal static class PolicyQueries
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("policies", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-policies").WithTags("policy").Produces<PolicyList>();
        app.MapGet("policies/{name}", ShowAsync).ForRole(CallerRoles.Viewer).WithName("show-policy").WithTags("policy")
            .Produces<PolicyView>().Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        app.MapGet("policies/{name}/diff", DiffVersionsAsync).ForRole(CallerRoles.Viewer).WithName("diff-policy").WithTags("policy")
            .Produces<PolicyDifferences>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        app.MapPost("policies/diff", DiffDraftAsync).ForRole(CallerRoles.Analyst).WithName("diff-policy-draft").WithTags("policy").Accepts<PolicyComparison>("application/json")
            .Produces<PolicyDifferences>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        app.MapPost("policies/validate", ValidateAsync).ForRole(CallerRoles.Analyst).WithName("validate-policy").WithTags("policy").Accepts<PolicyDraft>("application/json")
            .Produces<PolicyCheck>().ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ListAsync(PolicyTable policies, CancellationToken cancellation) =>
        TypedResults.Ok(new PolicyList([.. (await policies.LatestAsync(cancellation)).Select(LineOf)]));

    private static async Task<IResult> ShowAsync(string name, string? version, HttpContext context, PolicyTable policies, CancellationToken cancellation)
    {
        if (!TryRead(version, out var wanted))
        {
            return NoVersion("version");
        }

        var versions = await policies.VersionsAsync(name.ToLowerInvariant(), cancellation);
        var shown = versions.FirstOrDefault(one => wanted is null || one.Version == wanted);
        if (shown is null)
        {
            return Problems.NotFound("policy", versions.Count == 0 ? "name" : "version").ToResult();
        }

        // What If-Match compares with is the policy, not the version of it that was asked for.
        var tag = $"\"{versions[0].Version.ToString(CultureInfo.InvariantCulture)}\"";
        context.Response.Headers.ETag = tag;
        return wanted is null && context.Request.Headers.IfNoneMatch == tag
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new PolicyView(
                shown.Name, shown.Version, shown.Title, shown.Digest, shown.AppliedAt, shown.AppliedBy, shown.Note, shown.Document,
                [.. versions.Select(LineOf)]));
    }

    private static async Task<IResult> DiffVersionsAsync(string name, string? from, string? to, PolicyTable policies, CancellationToken cancellation)
    {
        if (!TryRead(from, out var before) || before is null)
        {
            return NoVersion("from");
        }

        if (!TryRead(to, out var after))
        {
            return NoVersion("to");
        }

        var (old, next) = (new PolicyRef(name.ToLowerInvariant(), before), new PolicyRef(name.ToLowerInvariant(), after));
        var found = await policies.FindAsync([.. new[] { old, next }.Distinct()], cancellation);
        return !found.TryGetValue(old, out var first) ? Problems.NotFound("policy", "from").ToResult()
            : !found.TryGetValue(next, out var second) ? Problems.NotFound("policy", "to").ToResult()
            : TypedResults.Ok(new PolicyDifferences(first.Name, first.Version, second.Version, PolicyDiff.Between(Json(first.Text), Json(second.Text))));
    }

    private static async Task<IResult> DiffDraftAsync(HttpContext context, PolicyTable policies, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<PolicyComparison>(body.Span, out var wanted, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        if (PolicyText.Read(wanted!.Document, out var draft) is { Count: > 0 } problems)
        {
            return Problems.InvalidRequest(InDocument(problems)).ToResult();
        }

        var reference = new PolicyRef((wanted.Name ?? draft!.Document.Name).ToLowerInvariant(), wanted.From);
        return (await policies.FindAsync([reference], cancellation)).TryGetValue(reference, out var found)
            ? TypedResults.Ok(new PolicyDifferences(found.Name, found.Version, null, PolicyDiff.Between(Json(found.Text), Json(draft!.Text))))
            : Problems.NotFound("policy", wanted.From is null ? "name" : "from").ToResult();
    }

    private static async Task<IResult> ValidateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<PolicyDraft>(body.Span, out var draft, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        var problems = PolicyText.Read(draft!.Document, out var policy);
        return TypedResults.Ok(new PolicyCheck(problems.Count == 0, problems, policy?.Digest));
    }

    /// <summary>Problems of a document as problems of the request that it stands in.</summary>
    internal static IReadOnlyList<FieldError> InDocument(IReadOnlyList<FieldError> problems) =>
        [.. problems.Select(problem => problem with { Field = problem.Field.Length == 0 ? "document" : $"document.{problem.Field}" })];

    private static PolicyLine LineOf(PolicyVersion policy) =>
        new(policy.Name, policy.Version, policy.Title, policy.Digest, policy.AppliedAt, policy.AppliedBy, policy.Note);

    private static bool TryRead(string? text, out int? version)
    {
        version = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
        return text is null || version is not null;
    }

    private static IResult NoVersion(string field) => Problems.InvalidRequest(new FieldError(field, "must be a version, from 1")).ToResult();

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
