using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Workers;

/// <summary>Records that the company revoked a worker's access.</summary>
/// <param name="Account">Whose.</param>
/// <param name="What">Access to what, when it was not all at once.</param>
/// <param name="At">When; absent: now. The worker's time of activity ends with it.</param>
public sealed record RevokeAccess(string Account, string? What = null, Moment? At = null) : ITimedCommand, IReferring
{
    IEnumerable<Reference> IReferring.References => [new("account", Account)];

    /// <summary>Access is often revoked piece by piece: each is a fact, the same one twice is not.</summary>
    public static Decision Decide(Disclosure state, RevokeAccess command, CommandContext context)
    {
        var at = context.At(command.At);
        var revoked = new AccessRevoked(at, context.IdOf("account", command.Account), command.What);
        return Gate.NotAfterClosing(state, context, at) is { } barred ? barred
            : state.Standing<AccessRevoked>().Any(known => known.Said == revoked) ? Decision.Nothing
            : Decision.Accept(revoked);
    }

    internal sealed class Rules : AbstractValidator<RevokeAccess>
    {
        public Rules()
        {
            RuleFor(c => c.Account).Ref();
            RuleFor(c => c.What).Text(500);
        }
    }
}
