using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Workers;

/// <summary>Records that a worker began to work for the company.</summary>
/// <param name="Account">Who.</param>
/// <param name="Role">As what; absent: worker.</param>
/// <param name="At">Since when; must be said.</param>
public sealed record EstablishEngagement(string Account, ActorRole? Role = null, Moment? At = null) : ITimedCommand, IReferring
{
    IEnumerable<Reference> IReferring.References => [new("account", Account)];

    /// <summary>The same beginning twice is one; another beginning is another engagement.</summary>
    public static Decision Decide(Disclosure state, EstablishEngagement command, CommandContext context)
    {
        var at = context.At(command.At);
        var engaged = new EngagementEstablished(at, context.IdOf("account", command.Account), command.Role ?? ActorRole.Worker);
        return Gate.NotAfterClosing(state, context, at) is { } barred ? barred
            : state.Standing<EngagementEstablished>().Any(known => known.Said == engaged) ? Decision.Nothing
            : Decision.Accept(engaged);
    }

    internal sealed class Rules : AbstractValidator<EstablishEngagement>
    {
        public Rules()
        {
            RuleFor(c => c.Account).Ref();
            RuleFor(c => c.At).MustBeSaid();
        }
    }
}
