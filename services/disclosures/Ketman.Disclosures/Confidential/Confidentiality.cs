using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

/// <summary>Who may know of a case and of its facts, as the case itself tells it. Whether the company wishes privacy in general, Intake tells.</summary>
/// <param name="state">The case.</param>
public readonly struct Confidentiality(Disclosure state)
{
    /// <summary>Until when the case is TLP:RED by itself: for ever, until an embargo is over, or null: it is not.</summary>
    public DateTimeOffset? RedUntil => state.WantsPrivacy ? DateTimeOffset.MaxValue
        : SetEmbargo.Latest(state) is EmbargoSet set ? Marking.EmbargoEnds(set.Until)
        : null;

    /// <summary>How far the case may go.</summary>
    /// <param name="now">At which time: embargoes end.</param>
    public Tlp MarkingAt(DateTimeOffset now) => Marking.OfCase(state.Mark, state.WantsPrivacy, RedUntil > now);

    /// <summary>Whether somebody may know of the case.</summary>
    public bool Admits(Reader reader, DateTimeOffset now) =>
        (state.RestrictedTo is not { } people || people.Contains(reader.Name, StringComparer.Ordinal)) && MarkingAt(now) <= reader.Clearance;

    /// <summary>
    /// How far a fact may go, looked at apart from its case: as it was marked, and no farther than what it rests on, corrects or takes back.
    /// </summary>
    public Tlp MarkOf(Guid fact)
    {
        var marking = state.FactMarks.GetValueOrDefault(fact);
        return state.Facts.TryGetValue(fact, out var known) && known.RestsOn is { } ground ? Marking.Higher(marking, MarkOf(ground)) : marking;
    }

    /// <summary>The narrowest mark among the facts; null: none is marked.</summary>
    public Tlp? NarrowestFact => state.FactMarks.IsEmpty ? null : state.FactMarks.Values.Max();

    /// <summary>
    /// The case without the facts that are above <paramref name="clearance"/>, for lists of facts. What is worked out from facts (clocks, the
    /// ladder, when a human answered) would be wrong without some of them: it is withheld as a whole where this leaves any out.
    /// </summary>
    public Disclosure SeenAt(Tlp clearance)
    {
        var (self, all) = (this, state);
        return state.FactMarks.IsEmpty ? state : state with { Facts = state.Facts.RemoveRange(state.Facts.Keys.Where(id => self.MarkOf(id) > clearance && all.Facts.ContainsKey(id))) };
    }
}
