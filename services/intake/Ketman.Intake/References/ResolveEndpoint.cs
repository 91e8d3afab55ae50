using Ketman.EventStore.Deciding;
using Ketman.Hosting.Web;

namespace Ketman.Intake.References;

/// <summary>What another service wants to know the ids of, as its clients wrote it.</summary>
public sealed record ResolveRequest(
    IReadOnlyList<string>? Companies = null, IReadOnlyList<string>? Accounts = null, IReadOnlyList<string>? Leads = null);

/// <summary>For each reference, as it was written, what it names; null: nothing.</summary>
public sealed record ResolveAnswer(
    IReadOnlyDictionary<string, Named?> Companies, IReadOnlyDictionary<string, Named?> Accounts, IReadOnlyDictionary<string, Named?> Leads);

/// <summary>Tells other services what references mean; any number of them in one round trip.</summary>
internal static class ResolveEndpoint
{
    private const int MostReferences = 20_000;

    public static void MapResolve(this IEndpointRouteBuilder app) =>
        app.MapPost("internal/resolve", HandleAsync).ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(HttpContext context, ReferenceBook references, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<ResolveRequest>(body.Span, out var request, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        var wanted = Of("company", request!.Companies).Concat(Of("account", request.Accounts)).Concat(Of("lead", request.Leads)).Distinct().ToList();
        if (wanted.Count > MostReferences)
        {
            return Problems.InvalidRequest(new FieldError("", $"at most {MostReferences} references in one request")).ToResult();
        }

        var names = wanted.Count == 0
            ? new Dictionary<Reference, Named>()
            : await references.FindNamesAsync(wanted, cancellation);
        return TypedResults.Ok(new ResolveAnswer(Answer("company"), Answer("account"), Answer("lead")));

        Dictionary<string, Named?> Answer(string kind) => wanted.Where(reference => reference.Kind == kind)
            .ToDictionary(reference => reference.Text, reference => names.GetValueOrDefault(reference));
    }

    private static IEnumerable<Reference> Of(string kind, IReadOnlyList<string>? texts) =>
        (texts ?? []).Select(text => new Reference(kind, text));
}
