using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Clocks;

/// <summary>Tells the clocks of a case to people.</summary>
internal static class ClockTelling
{
    /// <summary>All clocks.</summary>
    public static ClocksView Tell(Disclosure state, DateTimeOffset now) =>
        new(state.Opening!.Handle, now, Pinned(state), [.. CaseClocks.Of(state).Select(clock => Tell(state, clock, now))]);

    /// <summary>One clock.</summary>
    public static ClockView Tell(Disclosure state, Clock clock, DateTimeOffset now) => new(
        clock.Name, clock.Terms.Name, clock.SubjectId, clock.Terms.Title, clock.Terms.OwedBy, clock.StatusAt(now), clock.DueAt, clock.DueBefore,
        new FactRefView(clock.AnchorId, TypeOf(state, clock.AnchorId), clock.AnchoredAt),
        clock is { StoppedById: { } stop, StoppedAt: { } at } ? new FactRefView(stop, TypeOf(state, stop), at) : null,
        clock.StoppedBeforeAnchor, clock.Ended,
        [.. clock.Pauses.Select(pause => Tell(state, pause))],
        [.. clock.Extensions.Select(one => new ExtensionView(one.OccurredAt, one.Until, one.Grace, one.By, one.Reason))]);

    /// <summary>The pinned policy.</summary>
    public static PinnedView? Pinned(Disclosure state) => state.Pinned is { } pinned && Policy.Of(pinned) is { } policy
        ? new PinnedView(pinned.Name, pinned.Version, policy.Document.Title, pinned.OccurredAt, policy.Calendar.Zone.Id)
        : null;

    /// <summary>The name of a recorded event.</summary>
    public static string TypeOf(Disclosure state, Guid id) => SaidBy(state, id) is { } said ? DisclosureStream.Events.NameOf(said.GetType()) : "unknown";

    private static PauseView Tell(Disclosure state, ClockPause pause)
    {
        var said = SaidBy(state, pause.FactId);
        return new PauseView(pause.FactId, pause.Reason, pause.From, pause.To, (said as ClockPaused)?.By, said switch
        {
            ClockPaused one => one.Reason,
            InformationRequested one => one.What,
            EmbargoSet one => one.Reason,
            _ => null,
        });
    }

    private static IDomainEvent? SaidBy(Disclosure state, Guid id) =>
        state.Facts.TryGetValue(id, out var fact) ? fact.Said : state.Course.FirstOrDefault(step => step.Id == id).Said;
}
