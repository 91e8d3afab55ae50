using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Confirms on evidence that an account is an insider's; who confirms it is recorded with the event.</summary>
/// <param name="Evidence">What shows it, in words or as a link.</param>
/// <param name="At">When; left out: now.</param>
public sealed record ConfirmAccount([property: PersonalData] string Evidence, Moment? At = null) : ITimedCommand
{
    /// <summary>Confirmed once is confirmed; cleared is not confirmed without being suspected anew.</summary>
    public static Decision Decide(Account state, ConfirmAccount command, CommandContext context)
    {
        var evidence = command.Evidence.Trim();
        return state switch
        {
            { MergedInto: not null } => AccountRules.Merged,
            { Confidence: Confidence.Cleared } => AccountRules.Cleared,
            { Confidence: Confidence.Confirmed } => state.Evidence.Contains(evidence)
                ? Decision.Nothing
                : Decision.Refuse("already-confirmed", "The account is confirmed already; add further evidence to its lead or disclosure."),
            _ => Decision.Accept(new AccountConfirmed(evidence, context.At(command.At))),
        };
    }

    internal sealed class Rules : AbstractValidator<ConfirmAccount>
    {
        public Rules() => RuleFor(c => c.Evidence).Multiline(4000);
    }
}
