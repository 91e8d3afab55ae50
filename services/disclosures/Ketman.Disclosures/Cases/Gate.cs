using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Cases;

/// <summary>
/// What ends a command before its own rules are asked: it was carried out before, there is no case, or the case is closed.
/// Each returns null when the decision may go on.
/// </summary>
internal static class Gate
{
    /// <summary>For what may be said of a case at any time: notes, retractions, corrections, a wish for privacy, its own steps.</summary>
    public static Decision? Always(Disclosure state, CommandContext context) =>
        state.HasRecorded(context.CommandId) ? Decision.Nothing
        : state.Status is DisclosureStatus.Unopened ? Decision.Refuse("case-unopened", "There is no such case; open a disclosure first.")
        : state.Erased ? Decision.Refuse("case-erased", "The words of the case are erased, and no more can be said of it; open another case.")
        : default(Decision?);

    /// <summary>For the conversation with the company, which a closed case has no more: whoever goes on with it reopens the case.</summary>
    public static Decision? NotClosed(Disclosure state, CommandContext context) =>
        Always(state, context) ?? (state.Status is DisclosureStatus.Closed
            ? Decision.Refuse("case-closed", "The case is closed; reopen it first.")
            : default(Decision?));

    /// <summary>
    /// For what is found out about the past (merges, payments, engagements, revocations and the like): it comes to light late,
    /// so a closed case takes it as long as it did not happen after the closing. What did means that the case is not over.
    /// </summary>
    public static Decision? NotAfterClosing(Disclosure state, CommandContext context, Moment at) =>
        Always(state, context) ?? (state.Status is DisclosureStatus.Closed && state.StatusSince.Precedes(at)
            ? Decision.Refuse("case-closed", "This happened after the case was closed; reopen it first.")
            : default(Decision?));

    /// <summary>A step of the case itself cannot lie before the step that it follows.</summary>
    public static BrokenRule? OutOfOrder(Disclosure state, Moment at) => at.Precedes(state.StatusSince)
        ? new BrokenRule("step-out-of-order", $"The case is {Word(state.Status)} since {state.StatusSince}; the next step cannot lie before that.")
        : null;

    private static string Word(DisclosureStatus status) => status switch
    {
        DisclosureStatus.Resolved => "resolved",
        DisclosureStatus.Closed => "closed",
        _ => "open",
    };
}
