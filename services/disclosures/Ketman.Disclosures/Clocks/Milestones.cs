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
    /// <summary>
    /// Every occurrence of a milestone that stands, in the order of their times; what can happen once only (<c>opened</c>, <c>first-attempt</c>,
    /// <c>first-delivered</c>, <c>acknowledged</c>, <c>resolved</c>, <c>closed</c>, <c>embargo-ends</c>) has at most one.
    /// </summary>
    /// <param name="state">The case.</param>
    /// <param name="milestone">The milestone.</param>
    /// <param name="subject">The promise or request that it is asked for; null: the case.</param>
    public static IReadOnlyList<Occurrence> Of(Disclosure state, Milestone milestone, Guid? subject = null)
    {
        var found = state.StandingFacts.Of(milestone, subject);
        return found.Count == 0 ? [] : [.. found.Select(one => new Occurrence(one.FactId, one.At))];
    }

    /// <summary>
    /// What of a milestone comes after something: the first occurrence that does not certainly lie before it. What is only known to the
    /// day lies before an instant when its whole day, in the zone of the policy, does.
    /// </summary>
    /// <param name="state">The case.</param>
    /// <param name="milestone">The milestone.</param>
    /// <param name="anchor">After what.</param>
    public static Occurrence? FirstAfter(Disclosure state, Milestone milestone, Moment anchor)
    {
        var facts = state.StandingFacts;
        var after = facts.When(default, anchor);
        foreach (var one in facts.Of(milestone))
        {
            if (!one.Precedes(after))
            {
                return new Occurrence(one.FactId, one.At);
            }
        }

        return null;
    }
}
