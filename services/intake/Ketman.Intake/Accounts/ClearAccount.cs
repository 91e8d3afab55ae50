using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Says that an account was wrongly suspected.</summary>
/// <param name="Reason">What shows that.</param>
/// <param name="At">When; left out: now.</param>
public sealed record ClearAccount([property: PersonalData] string Reason, Moment? At = null) : ITimedCommand
{
    /// <summary>Whatever the confidence was, it can be taken back; who was never suspected needs no clearing.</summary>
    public static Decision Decide(Account state, ClearAccount command, CommandContext context) => state switch
    {
        { MergedInto: not null } => AccountRules.Merged,
        { Confidence: Confidence.Cleared } => Decision.Nothing,
        { Confidence: Confidence.Unrated } => Decision.Refuse("account-not-suspected", "Nothing was said against the account; there is nothing to clear."),
        _ => Decision.Accept(new AccountCleared(command.Reason.Trim(), context.At(command.At))),
    };

    internal sealed class Rules : AbstractValidator<ClearAccount>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
