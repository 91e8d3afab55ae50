using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Ascribes an account to an actor.</summary>
/// <param name="Actor">The team's name for who is behind it: a code name, never a real one.</param>
public sealed record AttributeAccount(string Actor)
{
    /// <summary>The actor it is ascribed to already changes nothing.</summary>
    public static Decision Decide(Account state, AttributeAccount command, CommandContext context)
    {
        var actor = command.Actor.Trim();
        return state.MergedInto is not null ? AccountRules.Merged
            : state.Actor == actor ? Decision.Nothing
            : Decision.Accept(new AccountAttributed(actor, context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<AttributeAccount>
    {
        public Rules() => RuleFor(c => c.Actor).Text(100);
    }
}
