using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Commitments;

/// <summary>Records that the company kept a promise, in time or late.</summary>
/// <param name="Commitment">Which, by its id or key.</param>
/// <param name="At">When; absent: now.</param>
public sealed record KeepCommitment(string Commitment, Moment? At = null) : ITimedCommand
{
    /// <summary>A promise is kept once, and not before it was made.</summary>
    public static Decision Decide(Disclosure state, KeepCommitment command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Commitment);
        if (!state.TryGet<CommitmentMade>(id, "commitment", out var made, out var broken))
        {
            return broken;
        }

        var at = context.At(command.At);
        return state.Standing<CommitmentKept>().Any(known => known.Said.CommitmentId == id) ? Decision.Nothing
            : at.Precedes(made.OccurredAt)
                ? Decision.Refuse("kept-before-made", "The promise would have been kept before it was made; check both times.")
            : Decision.Accept(new CommitmentKept(at, id));
    }

    internal sealed class Rules : AbstractValidator<KeepCommitment>
    {
        public Rules() => RuleFor(c => c.Commitment).Ref();
    }
}
