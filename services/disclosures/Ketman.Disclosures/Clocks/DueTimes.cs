using Ketman.Contracts;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Clocks;

/// <summary>When a rule is due in a case, and from which anchor.</summary>
/// <param name="At">The due time; null: never, because it is paused without end.</param>
/// <param name="AnchorId">The event that it counts from.</param>
/// <param name="AnchoredAt">When that was.</param>
public sealed record DueTime(DateTimeOffset? At, Guid AnchorId, Moment AnchoredAt);

/// <summary>Reads the due rules of a policy in a case.</summary>
public static class DueTimes
{
    /// <summary>When a rule is due; null: it has no anchor yet, or its condition does not hold.</summary>
    /// <param name="state">The case.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="subject">The promise or request that the rule is read for; null: the case.</param>
    public static DueTime? Of(Disclosure state, DueRule rule, Guid? subject = null) => null;
}
