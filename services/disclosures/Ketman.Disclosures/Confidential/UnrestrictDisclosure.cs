using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Confidential;

/// <summary>Lets whoever is cleared for the case know of it again.</summary>
/// <param name="Reason">Why.</param>
public sealed record UnrestrictDisclosure(string? Reason = null)
{
    /// <summary>Only the people whom it is restricted to get as far as this.</summary>
    public static Decision Decide(Disclosure state, UnrestrictDisclosure command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : state.RestrictedTo is null ? Decision.Nothing
        : Decision.Accept(new DisclosureUnrestricted(context.At(null), context.By, command.Reason));

    internal sealed class Rules : AbstractValidator<UnrestrictDisclosure>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
