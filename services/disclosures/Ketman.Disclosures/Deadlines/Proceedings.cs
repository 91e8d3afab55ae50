using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Publication;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Deadlines;

/// <summary>
/// What follows from a case without anybody deciding it: by the passing of time (warnings, breaches, steps that become due), or
/// from a new fact (annulled breaches, cancelled steps, a countdown that stops). Pure: time comes in, events come out.
/// </summary>
public static class Proceedings
{
    /// <summary>When time next brings something about; null: nothing is coming.</summary>
    public static DateTimeOffset? NextAt(Disclosure state)
    {
        DateTimeOffset? next = null;
        foreach (var coming in Comings(state, caughtUp: false))
        {
            next = next is { } before && before <= coming.At ? before : coming.At;
        }

        return next;
    }

    /// <summary>
    /// All that time has brought about until <paramref name="now"/> and that is not recorded yet, in the order of its times. One
    /// may bring about the next (a step follows a step), so each is folded before the next is asked for.
    /// </summary>
    /// <param name="state">The case.</param>
    /// <param name="now">Until when.</param>
    /// <param name="caughtUpBefore">What came before this is marked as noticed late.</param>
    /// <param name="idOf">The id of an event from its name.</param>
    public static IReadOnlyList<(Guid Id, IDomainEvent Event)> UpTo(
        Disclosure state, DateTimeOffset now, DateTimeOffset caughtUpBefore, Func<string, Guid> idOf)
    {
        var noticed = new List<(Guid, IDomainEvent)>();
        while (First(state, caughtUpBefore) is { } first && first.At <= now)
        {
            var id = idOf(first.Name);
            if (state.HasRecorded(id))
            {
                // Coming again although it is recorded, it would come for ever: better one case that stands still and is told of.
                throw new InvalidOperationException($"{first.Event.GetType().Name} is recorded and still said to come.");
            }

            noticed.Add((id, first.Event));
            state = Disclosure.Evolve(state, id, first.Event);
        }

        return noticed;
    }

    /// <summary>What follows at once from the events that a command added.</summary>
    /// <param name="state">The case with those events.</param>
    /// <param name="added">The events, with their ids.</param>
    /// <param name="now">The time of the decision.</param>
    public static IEnumerable<IDomainEvent> FollowingFrom(
        Disclosure state, IReadOnlyList<(Guid Id, IDomainEvent Event)> added, DateTimeOffset now) =>
        state.Pinned is null || !added.Any(one => MovesSomething(one.Event)) ? [] :
        [
            .. BreachAnnulment.FollowingFrom(state, added, now),
            .. LadderCancellation.FollowingFrom(state, added),
            .. PublicationStop.FollowingFrom(state, added),
        ];

    // No milestone, pause or condition rests on these, and they are what a case is imported with by the thousand.
    private static bool MovesSomething(IDomainEvent happened) =>
        happened is not (NoteAdded or FindingAdded or CodeMerged or PaymentRecorded or PaymentCorrected or ImplantAssessed or PostExploitationHelpEngaged
            or DisclosureAssigned or DisclosureUnassigned or DisclosureTagged or DisclosureUntagged);

    private static Coming? First(Disclosure state, DateTimeOffset caughtUpBefore)
    {
        Coming? first = null;
        foreach (var coming in Comings(state, caughtUp: false))
        {
            first = first is { } before && before.At <= coming.At ? before : coming;
        }

        return first is { } found && found.At < caughtUpBefore ? Comings(state, caughtUp: true).First(coming => coming.Name == found.Name) : first;
    }

    private static IEnumerable<Coming> Comings(Disclosure state, bool caughtUp) =>
        state.Pinned is null || state.Erased
            ? []
            : [.. ClockComings.Of(state, caughtUp), .. LadderComings.Of(state, caughtUp)];
}
