using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Assignment;

/// <summary>Gives the case a word by which it is found.</summary>
/// <param name="Tag">A short lower-case word, e.g. <c>wallet-drainer</c>.</param>
public sealed record TagDisclosure(string Tag)
{
    private const int MostTags = 30;

    /// <summary>A case bears a word once.</summary>
    public static Decision Decide(Disclosure state, TagDisclosure command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : state.Tags.Contains(command.Tag) ? Decision.Nothing
        : state.Tags.Count >= MostTags ? Decision.Refuse("too-many-tags", $"A case bears at most {MostTags} tags; take another away first.")
        : Decision.Accept(new DisclosureTagged(context.At(null), command.Tag, context.By));

    internal sealed class Rules : AbstractValidator<TagDisclosure>
    {
        public Rules() => RuleFor(c => c.Tag).Tag();
    }
}
