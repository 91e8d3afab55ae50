using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Says that an account is a duplicate of another, which stays.</summary>
/// <param name="Into">The account that stays.</param>
/// <param name="Reason">What shows that they are one.</param>
public sealed record MergeAccount([property: PersonalData] string Into, [property: PersonalData] string? Reason = null) : IReferring
{
    /// <summary>
    /// The kind of reference that is answered with the account that now stands for the one named: itself, or what it was merged
    /// into; the empty id where none is known. A decision sees one stream, and what became of the other is written in its own.
    /// </summary>
    public const string Standing = "account-standing";

    /// <inheritdoc />
    public IEnumerable<Reference> References => [new("account", Into), new(Standing, Into)];

    /// <summary>Merged once, and into an account that stands: a chain or a ring would leave nobody to count.</summary>
    public static Decision Decide(Account state, MergeAccount command, CommandContext context)
    {
        var into = context.IdOf("account", command.Into);
        if (context.Stream == Account.Aggregate.StreamOf(into))
        {
            return Decision.Refuse("merge-into-itself", "An account cannot be merged into itself; name the one that stays.");
        }

        if (state.MergedInto is { } already)
        {
            return already == into ? Decision.Nothing : AccountRules.Merged;
        }

        return context.IdOf(Standing, command.Into) is var standing && standing != Guid.Empty && standing != into
            ? Decision.Refuse("merge-target-merged", "The account to merge into was merged itself; name the one that stays.")
            : Decision.Accept(new AccountMerged(into, command.Reason.Trimmed(), context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<MergeAccount>
    {
        public Rules()
        {
            RuleFor(c => c.Into).Ref();
            RuleFor(c => c.Reason).Multiline(1000);
        }
    }
}
