using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>Agrees to a proposal, as a publisher.</summary>
public sealed record ApprovePublication : ITargetReferring
{
    IEnumerable<Reference> ITargetReferring.ReferencesOf(string target) => Clearance.Of(target);

    /// <summary>By somebody who did not propose it, once each, and while all that the proposal rested on still holds.</summary>
    public static Decision Decide(Disclosure state, ApprovePublication command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        if (Clearance.In(context) is not { } clearance)
        {
            return Clearance.Missing;
        }

        var publication = PublicationState.Of(state);
        if (publication is not { ProposalId: { } proposal, Named: null })
        {
            return Decision.Refuse("nothing-proposed", "Nobody proposed to name the company.");
        }

        IReadOnlyList<UnmetCondition> unmet =
        [
            .. PublicationConditions.ToPropose(state, context.Now, clearance.Wish),
            .. PublicationState.IsSame(publication.Proposal!.By, context.By)
                ? [new UnmetCondition("same-person", "Who proposed it does not approve it; another publisher must.")]
                : Array.Empty<UnmetCondition>(),
            .. publication.Approvers.Any(by => PublicationState.IsSame(by, context.By))
                ? [new UnmetCondition("same-person", "You approved it already; another publisher must.")]
                : Array.Empty<UnmetCondition>(),
        ];
        return PublicationConditions.Refusal(unmet, "It cannot be approved") is { } refused
            ? refused
            : Decision.Accept(new PublicationApproved(Moment.At(context.Now), proposal, context.By));
    }

    internal sealed class Rules : AbstractValidator<ApprovePublication>;
}
