using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Publication;

/// <summary>Proposes to name the company.</summary>
/// <param name="Reason">Why.</param>
public sealed record ProposePublication(string Reason) : ITargetReferring
{
    IEnumerable<Reference> ITargetReferring.ReferencesOf(string target) => Clearance.Of(target);

    /// <summary>Refused with every condition that is not met.</summary>
    public static Decision Decide(Disclosure state, ProposePublication command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        if (Clearance.In(context) is not { } clearance)
        {
            return Clearance.Missing;
        }

        if (PublicationState.Of(state) is { Proposal: not null, Named: null })
        {
            return Decision.Refuse("publication-proposed", "It is proposed already; withdraw that first.");
        }

        var unmet = PublicationConditions.ToPropose(state, context.Now, clearance.Wish);
        return PublicationConditions.Refusal(unmet, "It cannot be proposed") is { } refused
            ? refused
            : Decision.Accept(new PublicationProposed(Moment.At(context.Now), context.By, command.Reason));
    }

    internal sealed class Rules : AbstractValidator<ProposePublication>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
