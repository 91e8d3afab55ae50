using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Publication;

/// <summary>Takes back a proposal, or says that what was published is taken down.</summary>
/// <param name="Reason">Why.</param>
public sealed record WithdrawPublication(string Reason)
{
    /// <summary>A notice that was given stays given: the proposal can be made again. After a publication it takes a new notice.</summary>
    public static Decision Decide(Disclosure state, WithdrawPublication command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : PublicationState.Of(state) switch
        {
            { ProposalId: { } proposal } => Decision.Accept(new PublicationWithdrawn(Moment.At(context.Now), proposal, context.By, command.Reason)),
            _ => Decision.Refuse("nothing-to-withdraw", "Nothing is proposed, and nothing was published."),
        };

    internal sealed class Rules : AbstractValidator<WithdrawPublication>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
