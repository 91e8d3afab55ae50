using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Says that an account is suspected. Flagged accounts are counted nowhere.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What shows it, in words or as a link; needed where the account was cleared before.</param>
/// <param name="At">When the suspicion arose; left out: now.</param>
public sealed record FlagAccount(
    [property: PersonalData] string Reason, [property: PersonalData] string? Evidence = null, Moment? At = null) : ITimedCommand
{
    /// <summary>A suspicion never lowers what evidence has raised, and never comes back on evidence that was refuted.</summary>
    public static Decision Decide(Account state, FlagAccount command, CommandContext context)
    {
        var (reason, evidence) = (command.Reason.Trim(), command.Evidence.Trimmed());
        var flagged = Decision.Accept(new AccountFlagged(reason, evidence, context.At(command.At)));
        if (state.MergedInto is not null)
        {
            return AccountRules.Merged;
        }

        if (state.Confidence is Confidence.Cleared)
        {
            return evidence is not null && !state.RefutedEvidence.Contains(evidence)
                ? flagged
                : Decision.Refuse("new-evidence-needed", "The account was cleared; flagging it again takes evidence that was not given before.");
        }

        if (state.Reasons.Contains(reason) && (evidence is null || state.Evidence.Contains(evidence)))
        {
            return Decision.Nothing;
        }

        return state.Confidence is Confidence.Unrated or Confidence.Flagged
            ? flagged
            : Decision.Refuse("confidence-already-higher", "The account is rated higher than flagged; clear it first if that was wrong.");
    }

    internal sealed class Rules : AbstractValidator<FlagAccount>
    {
        public Rules()
        {
            RuleFor(c => c.Reason).Multiline(2000);
            RuleFor(c => c.Evidence).Multiline(4000);
        }
    }
}
