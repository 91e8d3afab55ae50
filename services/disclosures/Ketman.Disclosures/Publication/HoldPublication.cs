using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Publication;

/// <summary>Stops a publication for a while, until a lead releases it.</summary>
/// <param name="Reason">Why.</param>
public sealed record HoldPublication(string Reason)
{
    /// <summary>Whoever works on the case may: a brake needs no rank. Holding what is held does nothing.</summary>
    public static Decision Decide(Disclosure state, HoldPublication command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : PublicationState.Of(state) switch
        {
            { ProposalId: { } proposal, Named: null, Hold: null } =>
                Decision.Accept(new PublicationHeld(Moment.At(context.Now), proposal, context.By, command.Reason)),
            { ProposalId: not null, Named: null } => Decision.Nothing,
            _ => Decision.Refuse("nothing-proposed", "Nobody proposed to name the company, so there is nothing to hold."),
        };

    internal sealed class Rules : AbstractValidator<HoldPublication>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
