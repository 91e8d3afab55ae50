using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Says how a case ended.</summary>
public sealed record ResolveDisclosure(ResolutionOutcome Outcome, string? Summary = null, Moment? At = null) : ITimedCommand
{
    /// <summary>
    /// Nothing may be left open that a resolved case would hide: a promise that is still running, or, where the insider is said
    /// to be out, a confirmed worker whose access was not revoked (whose time of activity would then run on for ever).
    /// A promise whose time has passed is missed, not open.
    /// </summary>
    public static Decision Decide(Disclosure state, ResolveDisclosure command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        if (state.Resolution is { } before)
        {
            return before.Outcome == command.Outcome
                ? Decision.Nothing
                : Decision.Refuse("already-resolved", "The case is resolved with another outcome; reopen it first.");
        }

        var at = context.At(command.At);
        return Gate.OutOfOrder(state, at) is { } order ? order
            : HasRunningCommitment(state, at)
                ? Decision.Refuse("commitment-open", "The company still owes what it promised; record it as kept, or retract it, or close the case.")
            : command.Outcome is ResolutionOutcome.Removed && HasUnrevokedWorker(state)
                ? Decision.Refuse("access-not-revoked", "A confirmed worker still has access; record the revocation first.")
            : Decision.Accept(new DisclosureResolved(at, command.Outcome, command.Summary));
    }

    private static bool HasRunningCommitment(Disclosure state, Moment at)
    {
        var kept = state.Standing<CommitmentKept>().Select(known => known.Said.CommitmentId).ToHashSet();
        return state.Standing<CommitmentMade>().Any(made => !kept.Contains(made.Id) && !made.Said.Due.Precedes(at));
    }

    private static bool HasUnrevokedWorker(Disclosure state)
    {
        var revoked = state.Standing<AccessRevoked>().Select(known => known.Said.AccountId).ToHashSet();
        return state.Standing<WorkerConfirmed>().Any(known => !revoked.Contains(known.Said.AccountId));
    }

    internal sealed class Rules : AbstractValidator<ResolveDisclosure>
    {
        public Rules() => RuleFor(c => c.Summary).Multiline(4000);
    }
}
