using Ketman.Contracts;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Clocks;

/// <summary>Something that happened, and when.</summary>
/// <param name="FactId">The event.</param>
/// <param name="At">When.</param>
public readonly record struct Occurrence(Guid FactId, Moment At);

/// <summary>When what terms are hung on happened in a case.</summary>
public static class Milestones
{
    /// <summary>Every occurrence of a milestone that stands, in the order of their times.</summary>
    /// <param name="state">The case.</param>
    /// <param name="milestone">The milestone.</param>
    /// <param name="subject">The promise or request that it is asked for; null: the case.</param>
    public static IReadOnlyList<Occurrence> Of(Disclosure state, Milestone milestone, Guid? subject = null) => [];
}
