using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Ladder;

/// <summary>Steps that were due and are needless now.</summary>
internal static class LadderCancellation
{
    /// <summary>A cancellation for each such step, naming the added event that makes it needless.</summary>
    public static IEnumerable<IDomainEvent> FollowingFrom(Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added) => [];
}
