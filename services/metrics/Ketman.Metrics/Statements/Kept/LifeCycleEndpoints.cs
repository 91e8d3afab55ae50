using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Ketman.Proof;

namespace Ketman.Metrics.Statements.Kept;

/// <summary>Looking over, freezing and restating a month, and what became of it.</summary>
internal static class LifeCycleEndpoints
{
    private const int LongestKey = 200;

    public static void MapLifeCycle(this IEndpointRouteBuilder routes)
    {
        Step(routes.MapPost("statements/{month}/review", (string month, Caller caller, HttpContext context, Work work, CancellationToken cancellation) =>
                work.RunAsync(month, context, (desk, asked, key, now) => desk.ReviewAsync(asked, caller.Name, key, now, cancellation), cancellation))
            .ForRole(CallerRoles.Lead).WithName("review-statement").WithSummary("Says that the caller looked the month over as it stands."));
        Step(routes.MapPost("statements/{month}/freeze", (string month, Caller caller, HttpContext context, Work work, CancellationToken cancellation) =>
                work.RunAsync(month, context, (desk, asked, key, now) => desk.FreezeAsync(asked, again: false, caller.Name, key, now, cancellation), cancellation))
            .ForRole(CallerRoles.Publisher).WithName("freeze-statement").WithSummary("Keeps the month as somebody else looked it over, for ever."));
        Step(routes.MapPost("statements/{month}/restate", (string month, Caller caller, HttpContext context, Work work, CancellationToken cancellation) =>
                work.RunAsync(month, context, (desk, asked, key, now) => desk.FreezeAsync(asked, again: true, caller.Name, key, now, cancellation), cancellation))
            .ForRole(CallerRoles.Publisher).WithName("restate-statement").WithSummary("Freezes another version, which lists what moved since the last one and why."));
        routes.MapGet("statements/{month}/versions", VersionsAsync).ForRole(CallerRoles.Viewer).WithName("statement-versions")
            .WithSummary("What was looked over and frozen, by whom, and what moved since.")
            .Produces<StatementVersions>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static void Step(RouteHandlerBuilder endpoint) => endpoint
        .Produces<StatementStepAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> VersionsAsync(
        string month, Caller caller, HttpContext context, StatementDesk desk, StatementLedger ledger, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (StatementEndpoint.ReadMonth(month, "month", calendar, now, out var asked) is { } wrong)
        {
            return wrong.ToResult();
        }

        try
        {
            var steps = await ledger.ReadAsync(asked.ToString(), cancellation);
            var frozen = steps.LastOrDefault(step => step.Step.Kind == StatementStep.Frozen);
            var moved = frozen is null ? [] : await desk.MovedAsync(await desk.DraftAsync(asked, null, cancellation), frozen, caller.Reader, now, cancellation);
            return Tagged.Json(context, new StatementVersions(asked.ToString(), calendar.ZoneName, frozen?.Step.Version, [.. steps.Select(StatementStepAnswer.Of)], moved));
        }
        catch (TamperedException e)
        {
            return StatementEndpoint.Tampered(e).ToResult();
        }
    }

    /// <summary>What the three steps have in common.</summary>
    internal sealed class Work(StatementDesk desk, TeamCalendar calendar, TimeProvider clock)
    {
        public async Task<IResult> RunAsync(
            string month, HttpContext context, Func<StatementDesk, StatementMonth, string?, DateTimeOffset, Task<(KeptStep? Step, bool Changed, BrokenRule? Broken)>> step,
            CancellationToken cancellation)
        {
            var now = clock.GetUtcNow();
            var key = context.Request.Headers["Idempotency-Key"] is { Count: > 0 } given ? given.ToString() : null;
            if (key is not null && (key.Length is 0 or > LongestKey || key.Any(character => character is < '!' or > '~')))
            {
                return Problems.InvalidRequest(new FieldError("Idempotency-Key", $"must have 1 to {LongestKey} visible ASCII characters")).ToResult();
            }

            if (StatementEndpoint.ReadMonth(month, "month", calendar, now, out var asked) is { } wrong)
            {
                return wrong.ToResult();
            }

            if (context.Request.ContentLength > 0)
            {
                var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
                if (!StrictJson.TryRead<Nothing>(body.Span, out _, out var error))
                {
                    return Problems.InvalidRequest(error!).ToResult();
                }
            }

            try
            {
                var (done, changed, broken) = await step(desk, asked, key, now);
                return broken is { Name: "idempotency-key-reused" } ? Problems.KeyReused().ToResult()
                    : broken is not null ? Problems.RuleBroken(broken).ToResult()
                    : TypedResults.Ok(StatementStepAnswer.Of(done!) with { Changed = changed });
            }
            catch (TamperedException e)
            {
                return StatementEndpoint.Tampered(e).ToResult();
            }
        }

        private sealed record Nothing;
    }
}

/// <summary>A step in the life of a month's statement.</summary>
/// <param name="Month">The month.</param>
/// <param name="Number">Its place among the steps of the month.</param>
/// <param name="Kind"><c>reviewed</c> or <c>frozen</c>.</param>
/// <param name="Version">Of what: 1, and one more with each restatement.</param>
/// <param name="By">Who did it.</param>
/// <param name="At">When.</param>
/// <param name="Hash">SHA-256 of the signed text, by which it can be named elsewhere.</param>
/// <param name="Key">The fingerprint of the key that signed.</param>
/// <param name="Changed">In the answer to a request: whether it is new.</param>
public sealed record StatementStepAnswer(string Month, int Number, string Kind, int Version, string By, DateTimeOffset At, string Hash, string Key, bool? Changed)
{
    internal static StatementStepAnswer Of(KeptStep kept) => new(
        kept.Step.Month, kept.Step.Number, kept.Step.Kind, kept.Step.Version, kept.By, kept.Step.At, StatementStep.HashOf(kept.Text), kept.Step.KeyId, null);
}

/// <summary>What became of a month's statement.</summary>
/// <param name="Month">The month.</param>
/// <param name="Zone">The team's zone, in which it begins and ends.</param>
/// <param name="Version">The last version that is frozen; null: none.</param>
/// <param name="Steps">Who did what, in order.</param>
/// <param name="Moved">What moved since that version, as far as the reader may know.</param>
public sealed record StatementVersions(string Month, string Zone, int? Version, IReadOnlyList<StatementStepAnswer> Steps, IReadOnlyList<MovedFigure> Moved);
