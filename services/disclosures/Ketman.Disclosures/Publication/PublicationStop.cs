using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>The countdown to a publication stops by itself when the company answers, asks for privacy, or an embargo is set.</summary>
internal static class PublicationStop
{
    /// <summary>The stop that follows from the added events, if any. Whatever comes after it needs a new final notice.</summary>
    public static IEnumerable<IDomainEvent> FollowingFrom(Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added)
    {
        if (state.Pinned is not { } pinned || PublicationState.Of(state) is not { Named: null } publication
            || publication is { Notice: null, Proposal: null })
        {
            return [];
        }

        var policy = Policy.Of(pinned);
        foreach (var (id, happened) in added)
        {
            if (Stops(state, policy, publication.Notice, id, happened))
            {
                return [new PublicationStopped(happened.OccurredAt, publication.ProposalId, id)];
            }
        }

        return [];
    }

    private static bool Stops(Disclosure state, Policy policy, FinalNotice? notice, Guid id, IDomainEvent happened)
    {
        if (happened is EmbargoSet or PrivacyRequested)
        {
            return true;
        }

        var stops = policy.Document.Publication.StoppedBy.Concat(PublicationConditions.Answers).Where(milestone => milestone is not Milestone.FinalNotice).Distinct();
        return stops.SelectMany(milestone => Milestones.Of(state, milestone))
            .Any(met => met.FactId == id && (notice is null || PublicationConditions.IsSince(state, met, notice)));
    }
}
