using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.References;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Publication;

/// <summary>A text that somebody wants to publish.</summary>
/// <param name="Text">The text.</param>
public sealed record TextToCheck(string Text);

/// <summary>What of a text must not leave.</summary>
/// <param name="Clean">Whether nothing was found.</param>
/// <param name="Sha256">SHA-256 of the text in UTF-8.</param>
/// <param name="Leaks">What was found; the data themselves are not repeated.</param>
public sealed record CheckedText(bool Clean, string Sha256, IReadOnlyList<Leak> Leaks);

/// <summary>POST /disclosures/{ref}/publication/check: searches an edited text, and stores nothing.</summary>
internal static class CheckPublication
{
    private const int Longest = 50_000;

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("disclosures/{ref}/publication/check", HandleAsync)
        .ForRole(CallerRoles.Viewer).WithName("check-publication").WithTags("disclosure")
        .Accepts<TextToCheck>("application/json")
        .Produces<CheckedText>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        string @ref, Caller caller, HttpContext context, CaseReader cases, ClearanceDesk desk, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<TextToCheck>(body.Span, out var asked, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        if (asked!.Text.Length > Longest)
        {
            return Problems.InvalidRequest(new FieldError("text", $"at most {Longest} characters")).ToResult();
        }

        if (await cases.ReadAsync(@ref, caller, cancellation) is not { } read)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        if (read.LeftOut is { } marking)
        {
            return Problems.Withheld(marking).ToResult();
        }

        var state = read.State;
        var clearance = await desk.AskAsync(state, cancellation);
        var leaks = LeakCheck.Of(asked.Text, LeakCheck.Guarding(state, clearance), LeakCheck.Allowed(clearance));
        return TypedResults.Ok(new CheckedText(leaks.Count == 0, Publish.DigestOf(asked.Text), leaks));
    }
}
