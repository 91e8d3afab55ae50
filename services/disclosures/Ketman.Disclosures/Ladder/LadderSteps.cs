using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Ladder;

/// <summary>Where a step of the ladder stands.</summary>
public enum StepStatus
{
    /// <summary>What it counts from has not happened.</summary>
    Waiting,

    /// <summary>Its time runs.</summary>
    Coming,

    /// <summary>Its time has come.</summary>
    Due,

    /// <summary>It was taken.</summary>
    Taken,

    /// <summary>What came made it needless.</summary>
    Cancelled,
}

/// <summary>A step of the ladder as the facts known now tell it.</summary>
/// <param name="Terms">Its terms in the pinned policy.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Due">When it is due and from which anchor; null: it waits for its anchor.</param>
/// <param name="TakenId">The event by which it was taken for this anchor.</param>
/// <param name="Taken">The same.</param>
/// <param name="CancelledBy">What made it needless for this anchor.</param>
/// <param name="Open">The due time that is recorded and neither taken nor cancelled in the history; it may be wrong by now.</param>
/// <param name="Dues">How often it is recorded as due at its due time.</param>
public sealed record LadderStep(
    LadderTerms Terms, StepStatus Status, DueTime? Due, Guid? TakenId, EscalationStepTaken? Taken, Occurrence? CancelledBy, Moment? Open, int Dues)
{
    /// <summary>Whether somebody may take it now: before its time, too, but not before its anchor.</summary>
    public bool CanBeTaken => Status is StepStatus.Coming or StepStatus.Due;

    /// <summary>Whether it is recorded as due and the facts known now say otherwise.</summary>
    internal bool IsWronglyOpen => Open is not null && Status is not StepStatus.Due;
}

/// <summary>
/// The ladder of a case, from its facts and its pinned policy. A step is due once for each anchor: what was taken or cancelled
/// before the anchor happened does not count for it, so silence after a word makes a reminder due again.
/// </summary>
public static class LadderSteps
{
    /// <summary>Every step, in the order of the policy; none without a policy.</summary>
    public static IReadOnlyList<LadderStep> Of(Disclosure state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Pinned is not { } pinned)
        {
            return [];
        }

        var history = state.Facts.Values.Where(fact => StepOf(fact) is not null).OrderBy(fact => fact.Ordinal).ToLookup(StepOf);
        return [.. Policy.Of(pinned).Document.Ladder.Select(terms => Read(state, terms, [.. history[terms.Step]]))];
    }

    private static LadderStep Read(Disclosure state, LadderTerms terms, IReadOnlyList<Fact> history)
    {
        var open = history is [.., { Said: EscalationStepDue last }] ? last.OccurredAt : (Moment?)null;
        if (DueTimes.Of(state, terms.Due) is not { } due)
        {
            return new LadderStep(terms, StepStatus.Waiting, null, null, null, null, open, 0);
        }

        var anchor = new Occurrence(due.AnchorId, due.AnchoredAt);
        var taken = history.LastOrDefault(fact => fact.Said is EscalationStepTaken && Follows(state, new Occurrence(fact.Id, fact.Said.OccurredAt), anchor));
        var cancelled = taken is null ? Cancellation(state, terms, anchor) : null;
        var dues = due.At is { } at ? history.Count(fact => fact.Said is EscalationStepDue && fact.Said.OccurredAt == Moment.At(at)) : 0;
        var status = taken is not null ? StepStatus.Taken
            : cancelled is not null ? StepStatus.Cancelled
            : open is { } recorded && due.At is { } current && recorded == Moment.At(current) ? StepStatus.Due
            : StepStatus.Coming;
        return new LadderStep(terms, status, due, taken?.Id, taken?.Said as EscalationStepTaken, cancelled, open, dues);
    }

    // The end of the case makes every step needless, whatever the policy says: nobody reminds of what is over.
    private static Occurrence? Cancellation(Disclosure state, LadderTerms terms, Occurrence anchor)
    {
        var ends = state.Status is DisclosureStatus.Resolved or DisclosureStatus.Closed
            ? Milestones.Of(state, Milestone.Resolved).Concat(Milestones.Of(state, Milestone.Closed)).ToList()
            : [];
        var come = terms.CancelledBy.SelectMany(milestone => Milestones.Of(state, milestone)).Where(came => came.FactId != anchor.FactId && Follows(state, came, anchor))
            .Concat(ends).OrderBy(came => came.At).ToList();
        return come.Count > 0 ? come[0] : null;
    }

    // Where both share a day of which no hour is known, what was recorded later counts as later.
    private static bool Follows(Disclosure state, Occurrence one, Occurrence anchor)
    {
        var (later, earlier) = (state.StandingFacts.When(one.FactId, one.At), state.StandingFacts.When(anchor.FactId, anchor.At));
        return !later.Precedes(earlier)
            && ((one.At.Precision, anchor.At.Precision) is (Precision.Instant, Precision.Instant)
                || earlier.Precedes(later)
                || OrdinalOf(state, one.FactId) > OrdinalOf(state, anchor.FactId));
    }

    // The opening and the other steps of the case are no facts; as anchors they come before every fact.
    private static int OrdinalOf(Disclosure state, Guid id) => state.Facts.TryGetValue(id, out var fact) ? fact.Ordinal : -1;

    private static string? StepOf(Fact fact) => fact.Said switch
    {
        EscalationStepDue said => said.Step,
        EscalationStepTaken said => said.Step,
        EscalationStepCancelled said => said.Step,
        _ => null,
    };
}
