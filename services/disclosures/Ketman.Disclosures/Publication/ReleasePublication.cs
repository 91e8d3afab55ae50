using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Publication;

/// <summary>Lets a publication that was held go on.</summary>
/// <param name="Reason">Why.</param>
public sealed record ReleasePublication(string? Reason = null)
{
    /// <summary>Releasing what is not held does nothing.</summary>
    public static Decision Decide(Disclosure state, ReleasePublication command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : PublicationState.Of(state) switch
        {
            { ProposalId: { } proposal, Named: null, Hold: not null } =>
                Decision.Accept(new PublicationReleased(Moment.At(context.Now), proposal, context.By, command.Reason)),
            { ProposalId: not null, Named: null } => Decision.Nothing,
            _ => Decision.Refuse("nothing-proposed", "Nobody proposed to name the company, so there is nothing to release."),
        };

    internal sealed class Rules : AbstractValidator<ReleasePublication>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
