using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Clocks;

/// <summary>Breaches that are recorded and that the facts known now disprove.</summary>
internal static class BreachAnnulment
{
    /// <summary>An annulment for each breach that no longer holds, naming the added event that disproves it.</summary>
    public static IEnumerable<IDomainEvent> FollowingFrom(
        Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added, DateTimeOffset now)
    {
        var facts = state.StandingFacts;
        List<IDomainEvent>? annulled = null;
        foreach (var (fact, said) in facts.Breaches.OrderBy(breach => breach.Fact.Ordinal))
        {
            if (!facts.IsAnnulled(fact.Id) && !Holds(state, fact, said))
            {
                (annulled ??= []).Add(new BreachAnnulled(Moment.At(now), fact.Id, Cause(state, added, fact, said)));
            }
        }

        return annulled ?? [];
    }

    /// <summary>
    /// Whether the time of the clock did run out then, by the facts known now and the policy that held when it was recorded: to move the case to
    /// another policy disproves nothing.
    /// </summary>
    private static bool Holds(Disclosure state, Fact breach, SlaBreached said)
    {
        var policy = ClockBreaches.PolicyAt(state.StandingFacts, breach);
        var judged = ReferenceEquals(policy, state.Pinned) ? state : state with { Pinned = policy };
        foreach (var clock in CaseClocks.Of(judged))
        {
            if (clock.Terms.Name == said.Clock && clock.SubjectId == said.SubjectId)
            {
                return clock.BreachAt == said.OccurredAt.Start;
            }
        }

        return false;
    }

    // The first of the added events with which it does not hold any more.
    private static Guid Cause(Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added, Fact breach, SlaBreached said)
    {
        for (var last = added.Count - 1; last > 0; last--)
        {
            state = Without(state, added[last]);
            if (Holds(state, breach, said))
            {
                return added[last].Id;
            }
        }

        return added[0].Id;
    }

    private static Disclosure Without(Disclosure state, (Guid Id, IDomainEvent Event) added) => added.Event switch
    {
        FactRetracted { FactId: var id } when state.Facts.TryGetValue(id, out var fact) =>
            state with { Facts = state.Facts.SetItem(id, fact with { Retracted = false }) },
        _ => state with { Facts = state.Facts.Remove(added.Id), Course = state.Course.RemoveAll(step => step.Id == added.Id) },
    };
}
