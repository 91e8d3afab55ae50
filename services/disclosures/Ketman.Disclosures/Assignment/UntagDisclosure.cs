using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Assignment;

/// <summary>Takes a word away from the case.</summary>
/// <param name="Tag">The word.</param>
public sealed record UntagDisclosure(string Tag)
{
    /// <summary>A word that the case does not bear is not taken away.</summary>
    public static Decision Decide(Disclosure state, UntagDisclosure command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : !state.Tags.Contains(command.Tag) ? Decision.Nothing
        : Decision.Accept(new DisclosureUntagged(context.At(null), command.Tag, context.By));

    internal sealed class Rules : AbstractValidator<UntagDisclosure>
    {
        public Rules() => RuleFor(c => c.Tag).Tag();
    }
}
