namespace Ketman.Disclosures.Clocks;

/// <summary>When an embargo stood.</summary>
internal static class EmbargoTimes
{
    /// <summary>The end of the embargo that stands, when it has one; it stands until it is lifted or another one takes its place.</summary>
    public static Happening? EndOf(CaseFacts facts)
    {
        (Happening Set, Guid Id, EmbargoSet Said)? latest = null;
        foreach (var (id, said) in facts.Embargoes)
        {
            var set = facts.When(id, said.OccurredAt);
            latest = latest is { } before && before.Set.CompareTo(set) > 0 ? latest : (set, id, said);
        }

        return latest is { Said.Until: { } until } standing && LiftedAfter(facts, standing.Set) is null ? facts.When(standing.Id, until) : null;
    }

    /// <summary>Adds when embargoes stood.</summary>
    public static void AddTo(List<ClockPause> pauses, CaseFacts facts)
    {
        foreach (var (id, said) in facts.Embargoes)
        {
            var set = facts.When(id, said.OccurredAt);
            var to = said.Until is { } until ? facts.When(id, until).To : (DateTimeOffset?)null;
            to = Earlier(to, LiftedAfter(facts, set));
            foreach (var (otherId, other) in facts.Embargoes)
            {
                var next = facts.When(otherId, other.OccurredAt);
                to = next.CompareTo(set) > 0 ? Earlier(to, next.To) : to;
            }

            pauses.Add(new ClockPause(id, set.From, to, ClockPause.Embargo));
        }
    }

    private static DateTimeOffset? LiftedAfter(CaseFacts facts, Happening set)
    {
        DateTimeOffset? first = null;
        foreach (var lifted in facts.Lifted)
        {
            var at = facts.When(set.FactId, lifted.OccurredAt);
            first = at.Precedes(set) ? first : Earlier(first, at.To);
        }

        return first;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
