using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Confidential;

/// <summary>Says how far the case may go.</summary>
/// <param name="Tlp">Up to whom.</param>
/// <param name="Reason">Why.</param>
public sealed record MarkDisclosure(Tlp Tlp, string? Reason = null)
{
    /// <summary>Taken at any time, on a closed case too.</summary>
    public static Decision Decide(Disclosure state, MarkDisclosure command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : (state.Mark ?? Marking.Usual) == command.Tlp ? Decision.Nothing
        : Decision.Accept(new DisclosureMarked(context.At(null), command.Tlp, context.By, command.Reason));

    /// <summary>Whoever works on a case may keep it closer; only a lead lets it go farther.</summary>
    internal static string? RoleIn(Disclosure state, MarkDisclosure command, string stream) => command.Tlp < (state.Mark ?? Marking.Usual) ? CallerRoles.Lead : null;

    internal sealed class Rules : AbstractValidator<MarkDisclosure>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}
