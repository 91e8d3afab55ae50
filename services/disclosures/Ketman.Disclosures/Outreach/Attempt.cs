using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Outreach;

/// <summary>Rules that hold for whatever comes of an outreach attempt.</summary>
internal static class Attempt
{
    /// <summary>What came back can neither arrive nor be answered.</summary>
    public static BrokenRule? Bounced(Disclosure state, Guid outreach) =>
        state.Standing<OutreachBounced>().Any(known => known.Said.OutreachId == outreach)
            ? new BrokenRule("outreach-bounced", "The attempt is recorded as bounced; retract that first if it was a mistake.")
            : null;

    /// <summary>Nothing comes of an attempt before it was made.</summary>
    public static BrokenRule? TooEarly(OutreachAttempted attempted, Moment at) => at.Precedes(attempted.OccurredAt)
        ? new BrokenRule("before-outreach", "This would have happened before the attempt that it follows from; check both times.")
        : null;
}
