using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Hosting.Web;

/// <summary>One thing that is wrong with one member of a request.</summary>
/// <param name="Field">The member's path, e.g. <c>usd.low</c> or <c>items[3].command</c>; empty: the whole body.</param>
/// <param name="Message">What is wrong and what would be right. Never repeats the value: it may be personal.</param>
public sealed record FieldError(string Field, string Message);

/// <summary>
/// Problem details (RFC 9457) with types that clients may rely on. A problem is data until it is answered, so the same one
/// serves a single request and an item of a batch.
/// </summary>
public static class Problems
{
    private const string Prefix = "urn:ketman:problem:";

    /// <summary>400: the request cannot be understood; each wrong member is named.</summary>
    public static ProblemDetails InvalidRequest(params IReadOnlyList<FieldError> errors) => With(
        StatusCodes.Status400BadRequest, "invalid-request", "The request is not well-formed.",
        string.Join(" ", errors.Select(error => error.Field.Length == 0 ? error.Message : $"{error.Field}: {error.Message}")),
        errors);

    /// <summary>403: only who holds the role may do this.</summary>
    public static ProblemDetails RoleNeeded(string role) => With(
        StatusCodes.Status403Forbidden, "forbidden", "Your key may not do this.", $"It needs the role {role}.");

    /// <summary>404: there is no such thing.</summary>
    public static ProblemDetails NotFound(string kind, string field) => With(
        StatusCodes.Status404NotFound, $"{kind}-not-found", $"There is no such {kind}.",
        $"{field} names no {kind}; use an id or a handle that the list of its kind shows.",
        [new FieldError(field, $"there is no such {kind}")]);

    /// <summary>422: a rule of the domain forbids it; where it asks for several things, <c>conditions</c> lists those that are not fulfilled.</summary>
    public static ProblemDetails RuleBroken(BrokenRule rule)
    {
        var problem = With(StatusCodes.Status422UnprocessableEntity, $"rule:{rule.Name}", "A rule forbids this.", rule.Explanation);
        if (rule.Conditions.Count > 0)
        {
            problem.Extensions["conditions"] = rule.Conditions;
        }

        return problem;
    }

    /// <summary>403: it is put together of things that the caller is not cleared for, so nothing of it is told.</summary>
    public static ProblemDetails Withheld(Tlp marking) => With(
        StatusCodes.Status403Forbidden, "withheld", $"This is withheld: {Marking.Label(marking)}.",
        "It rests on facts that are marked above your clearance: without them it would be wrong, and with them it would tell of them.");

    /// <summary>422: what was to be created has a handle that something else has.</summary>
    public static ProblemDetails HandleTaken(string kind) =>
        RuleBroken(new BrokenRule("handle-taken", $"Another {Words(kind)} has this handle; choose another, or leave it out."));

    /// <summary>422: an idempotency key came again with another request.</summary>
    public static ProblemDetails KeyReused() => With(
        StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "This key was used for another request.",
        "Send a new Idempotency-Key (a batch item's key), or the same request as before.");

    /// <summary>409: others kept changing the same thing.</summary>
    public static ProblemDetails VersionConflict() => With(
        StatusCodes.Status409Conflict, "version-conflict", "Somebody else changed it at the same time.",
        "Read it again and repeat the request; the same Idempotency-Key may be used.");

    /// <summary>412: it is no longer what the client saw.</summary>
    public static ProblemDetails StaleVersion(long current) => With(
        StatusCodes.Status412PreconditionFailed, "stale-version", "It has changed since you read it.",
        $"If-Match does not name the current version \"{current}\"; read it again and decide anew.");

    /// <summary>503: something this service needs does not answer.</summary>
    public static ProblemDetails Unavailable(string what) => With(
        StatusCodes.Status503ServiceUnavailable, "unavailable", $"{what} does not answer.",
        "Nothing was stored. Try again in a moment; with the same Idempotency-Key nothing happens twice.");

    private static string Words(string kind) => kind is "disclosure" ? "case" : kind;

    /// <summary>Any other problem.</summary>
    public static ProblemDetails With(
        int status, string slug, string title, string? detail = null, IReadOnlyList<FieldError>? errors = null)
    {
        var problem = new ProblemDetails { Status = status, Type = Prefix + slug, Title = title, Detail = detail };
        if (errors is { Count: > 0 })
        {
            problem.Extensions["errors"] = errors;
        }

        return problem;
    }

    /// <summary>Answers with the problem; a 503 says when to come again.</summary>
    public static IResult ToResult(this ProblemDetails problem) => new ProblemResult(problem);

    private sealed class ProblemResult(ProblemDetails problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (problem.Status is StatusCodes.Status503ServiceUnavailable)
            {
                httpContext.Response.Headers.RetryAfter = "2";
            }

            return TypedResults.Problem(problem).ExecuteAsync(httpContext);
        }
    }
}

/// <summary>Ends a request with a problem, from places that have no result to return.</summary>
public sealed class ProblemException(ProblemDetails problem, Exception? inner = null) : Exception(problem.Title, inner)
{
    /// <summary>What is answered.</summary>
    public ProblemDetails Problem { get; } = problem;
}
