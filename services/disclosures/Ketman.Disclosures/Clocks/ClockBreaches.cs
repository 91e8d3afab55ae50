namespace Ketman.Disclosures.Clocks;

/// <summary>The breaches that are recorded.</summary>
internal static class ClockBreaches
{
    /// <summary>The recorded breach of a clock's present due time, when it is not annulled.</summary>
    public static (Fact Fact, SlaBreached Said)? RecordedOf(CaseFacts facts, Clock clock)
    {
        foreach (var breach in facts.Breaches)
        {
            if (IsOf(breach.Said, clock.Terms.Name, clock.SubjectId) && breach.Said.OccurredAt.Start == clock.DueAt && !facts.IsAnnulled(breach.Fact.Id))
            {
                return breach;
            }
        }

        return null;
    }

    /// <summary>How often the breach of this due time was recorded, annulled or not.</summary>
    public static int Recorded(CaseFacts facts, Clock clock)
    {
        var count = 0;
        foreach (var breach in facts.Breaches)
        {
            count += IsOf(breach.Said, clock.Terms.Name, clock.SubjectId) && breach.Said.OccurredAt.Start == clock.DueAt ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// When a clock's time ran out under a policy that the case has left since; null: it did not. Another policy makes no history: who was late
    /// stays late, and is not called late again.
    /// </summary>
    public static DateTimeOffset? UnderEarlierPolicy(CaseFacts facts, string clock, Guid? subject)
    {
        if (facts.Pins.Count < 2 || facts.Pins.Find(pin => ReferenceEquals(pin.Said, facts.State.Pinned)) is not { } present)
        {
            return null;
        }

        DateTimeOffset? first = null;
        foreach (var (fact, said) in facts.Breaches)
        {
            if (fact.Ordinal < present.Ordinal && IsOf(said, clock, subject) && !facts.IsAnnulled(fact.Id) && (first is null || said.OccurredAt.Start < first))
            {
                first = said.OccurredAt.Start;
            }
        }

        return first;
    }

    /// <summary>The policy that held when a fact was recorded.</summary>
    public static PolicyPinned? PolicyAt(CaseFacts facts, Fact fact)
    {
        Fact? latest = null;
        foreach (var pin in facts.Pins)
        {
            latest = pin.Ordinal < fact.Ordinal && (latest is null || pin.Ordinal > latest.Ordinal) ? pin : latest;
        }

        return latest?.Said as PolicyPinned;
    }

    private static bool IsOf(SlaBreached breach, string clock, Guid? subject) => breach.Clock == clock && breach.SubjectId == subject;
}
