using FluentValidation;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Cases;

/// <summary>
/// Erases the words of a case: who was reached, who answered, what was said, its title. What happened, when, and the money stay.
/// What is said of an account belongs to that account, and is erased with it.
/// </summary>
public sealed record EraseDisclosure
{
    /// <summary>A case that goes on would go on without its words, and what is said after an erasure cannot be kept: it is closed first.</summary>
    public static Decision Decide(Disclosure state, EraseDisclosure command, CommandContext context) =>
        state.Erased ? Decision.Nothing
        : Gate.Always(state, context) is { } barred ? barred
        : state.Status is not DisclosureStatus.Closed ? Decision.Refuse("case-not-closed", "The case is not closed; close it first, then erase its words.")
        : Decision.Accept(new DisclosureErased(context.At(null)));

    internal sealed class Rules : AbstractValidator<EraseDisclosure>;
}
