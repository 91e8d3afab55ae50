using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Commitments;

/// <summary>Records what the company promised, and by when.</summary>
/// <param name="What">What was promised.</param>
/// <param name="Due">By when; a day is due at its end.</param>
/// <param name="From">Who promised, in words that are no personal data where possible.</param>
/// <param name="At">When it was promised; absent: now.</param>
public sealed record MakeCommitment(string What, Moment Due, string? From = null, Moment? At = null) : ITimedCommand
{
    /// <summary>Nobody promises for the past. The same promise, made at the same time, is one.</summary>
    public static Decision Decide(Disclosure state, MakeCommitment command, CommandContext context)
    {
        var made = new CommitmentMade(context.At(command.At), command.What, command.Due, command.From);
        return Gate.NotClosed(state, context) is { } barred ? barred
            : command.Due.Precedes(made.OccurredAt)
                ? Decision.Refuse("commitment-due-before-made", "The promise would be due before it was made; check both times.")
            : state.Standing<CommitmentMade>().Any(known => known.Said == made) ? Decision.Nothing
            : Decision.Accept(made);
    }

    internal sealed class Rules : AbstractValidator<MakeCommitment>
    {
        public Rules()
        {
            RuleFor(c => c.What).Text(2000);
            RuleFor(c => c.Due).Must(due => due.Start.Year is >= 2000 and < 2100).WithMessage("must lie in this century; check the year");
            RuleFor(c => c.From).Text(200);
        }
    }
}
