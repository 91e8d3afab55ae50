using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Clocks;

/// <summary>Breaches that are recorded and that the facts known now disprove.</summary>
internal static class BreachAnnulment
{
    /// <summary>An annulment for each breach that no longer holds, naming the added event that disproves it.</summary>
    public static IEnumerable<IDomainEvent> FollowingFrom(
        Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added, DateTimeOffset now) => [];
}
