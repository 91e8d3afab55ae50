using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.Disclosures.References;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Ladder;

/// <summary>Where a case stands on its ladder.</summary>
/// <param name="Disclosure">The case.</param>
/// <param name="Company">The company.</param>
/// <param name="Policy">The policy that it runs under; null: none, so it has no ladder.</param>
/// <param name="PolicyVersion">Which version.</param>
/// <param name="Turn">Whose turn it is: the team's while a step is due that a person takes, or else that of whoever owes what is due next; null: nobody's.</param>
/// <param name="Next">The step that is due or comes first; null: none is in sight.</param>
/// <param name="Publication">How far it is on the way to naming the company.</param>
/// <param name="Steps">Every step, in the order of the policy.</param>
public sealed record LadderView(
    string Disclosure, string Company, string? Policy, int? PolicyVersion, Party? Turn, string? Next, PublicationPhase Publication,
    IReadOnlyList<StepView> Steps);

/// <summary>A step of the ladder.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Title">In words.</param>
/// <param name="Kind">What it is.</param>
/// <param name="TakenBy">Who takes it.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Due">When it is due; absent while it waits for its anchor, or is paused without end.</param>
/// <param name="AnchoredAt">When that happened which it counts from.</param>
/// <param name="TakenAt">When it was taken.</param>
/// <param name="By">By whom.</param>
/// <param name="OutreachId">By which attempt.</param>
/// <param name="CancelledAt">When that came which made it needless.</param>
/// <param name="CancelledBy">What that was, by its event's name.</param>
/// <param name="CancelledById">The event.</param>
/// <param name="Text">The policy's text for it, with the case's facts; what is not known yet stands as dots.</param>
public sealed record StepView(
    string Step, string Title, StepKind Kind, StepTaker TakenBy, StepStatus Status, DateTimeOffset? Due, Moment? AnchoredAt, Moment? TakenAt,
    string? By, Guid? OutreachId, Moment? CancelledAt, string? CancelledBy, Guid? CancelledById, string? Text);

/// <summary>GET /disclosures/{ref}/ladder</summary>
internal static class ShowLadder
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures/{ref}/ladder", HandleAsync)
        .ForRole(CallerRoles.Viewer).WithName("show-ladder").WithTags("disclosure")
        .Produces<LadderView>()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        string @ref, Caller caller, CaseReader cases, ClearanceDesk desk, TimeProvider time, CancellationToken cancellation)
    {
        if (await cases.ReadAsync(@ref, caller, cancellation) is not { State: var state } read)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        if (read.LeftOut is { } marking)
        {
            return Problems.Withheld(marking).ToResult();
        }

        // The company's name stands in the texts that are sent to it, and Intake alone has it.
        return TypedResults.Ok(ViewOf(state, (await desk.AskAsync(state, cancellation)).Company, time.GetUtcNow()));
    }

    /// <summary>The ladder at a moment: a step whose time has come is due, whether the deadline clock has noticed it yet or not.</summary>
    internal static LadderView ViewOf(Disclosure state, string company, DateTimeOffset now)
    {
        var steps = LadderSteps.Of(state).Select(step => step.Status is StepStatus.Coming && step.Due!.At <= now ? step with { Status = StepStatus.Due } : step).ToList();
        var policy = state.Pinned is { } pinned ? Policy.Of(pinned) : null;
        var publishFrom = PublicationState.Of(state).Notice?.Said.PublishFrom;
        var next = steps.Where(step => step.CanBeTaken && step.Due!.At is not null).OrderBy(step => step.Due!.At).FirstOrDefault();
        return new LadderView(
            state.Opening!.Handle, company, state.Pinned?.Name, state.Pinned?.Version, TurnOf(state, steps, now), next?.Terms.Step,
            PublicationState.Of(state).Phase, [.. steps.Select(step => ViewOf(state, step, company, policy!, publishFrom))]);
    }

    private static Party? TurnOf(Disclosure state, List<LadderStep> steps, DateTimeOffset now) =>
        steps.Any(step => step is { Status: StepStatus.Due, Terms.TakenBy: StepTaker.Person }) ? Party.Team
        : state.Status is not DisclosureStatus.Open ? null
        : CaseClocks.Of(state).Where(clock => clock.StoppedAt is null && clock.DueAt is not null).OrderBy(clock => clock.DueAt <= now).ThenBy(clock => clock.DueAt)
            .Select(clock => (Party?)clock.Terms.OwedBy).FirstOrDefault();

    private static StepView ViewOf(Disclosure state, LadderStep step, string company, Policy policy, DateTimeOffset? publishFrom) => new(
        step.Terms.Step, step.Terms.Title, step.Terms.Kind, step.Terms.TakenBy, step.Status, step.Due?.At, step.Due?.AnchoredAt,
        step.Taken?.OccurredAt, step.Taken?.By, step.Taken?.OutreachId, step.CancelledBy?.At,
        step.CancelledBy is { } came && state.Facts.TryGetValue(came.FactId, out var fact) ? DisclosureStream.Events.NameOf(fact.Said.GetType()) : null,
        step.CancelledBy?.FactId,
        step.Terms.Template is { } template ? StepTemplate.Fill(template, TemplateFacts.Of(state, company, policy, publishFrom, DueOf(state, step))) : null);

    // A step that follows a breach speaks of what ran out, and of a promise as it was made; another of its own time.
    private static Moment? DueOf(Disclosure state, LadderStep step)
    {
        if (step.Due?.Rule.AfterBreach is not { } broken)
        {
            return step.Due?.At is { } own ? Moment.At(own) : null;
        }

        var clock = DueTimes.FirstBroken(state.StandingFacts, broken);
        return clock is null ? null : state.Facts.TryGetValue(clock.AnchorId, out var fact) && fact.Said is CommitmentMade promise ? promise.Due : Moment.At(clock.BreachAt!.Value);
    }
}
