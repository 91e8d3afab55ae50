using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Ladder;

/// <summary>Steps that were due and are needless now.</summary>
internal static class LadderCancellation
{
    /// <summary>
    /// A cancellation for each such step: naming what came, when that is what the policy lets cancel it; or else the first of the
    /// added events, by which its anchor or its time changed. A step that is not due yet vanishes without an event.
    /// </summary>
    public static IEnumerable<IDomainEvent> FollowingFrom(Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added)
    {
        foreach (var step in LadderSteps.Of(state).Where(step => step.IsWronglyOpen))
        {
            var cause = added.Where(one => one.Id == step.CancelledBy?.FactId).DefaultIfEmpty(added[0]).First();
            yield return new EscalationStepCancelled(cause.Event.OccurredAt, step.Terms.Step, cause.Id);
        }
    }
}
