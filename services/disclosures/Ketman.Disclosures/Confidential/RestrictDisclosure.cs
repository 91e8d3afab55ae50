using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Confidential;

/// <summary>Lets only these people know of the case. For everybody else, whatever role they have, there is no such case.</summary>
/// <param name="People">The names that their keys or users bear.</param>
/// <param name="Reason">Why.</param>
public sealed record RestrictDisclosure(IReadOnlyList<string> People, string? Reason = null)
{
    /// <summary>Whoever restricts a case remains in it, or else nobody might be left who can lift that.</summary>
    public static Decision Decide(Disclosure state, RestrictDisclosure command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : !command.People.Contains(context.By, StringComparer.Ordinal)
            ? Decision.Refuse("restricter-not-named", "You are not among the people; name yourself too, or nobody may be left who can lift the restriction.")
        : state.RestrictedTo is { } before && before.ToHashSet(StringComparer.Ordinal).SetEquals(command.People) ? Decision.Nothing
        : Decision.Accept(new DisclosureRestricted(
            context.At(null), [.. command.People.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], context.By, command.Reason));

    internal sealed class Rules : AbstractValidator<RestrictDisclosure>
    {
        private const int MostPeople = 50;

        public Rules()
        {
            RuleFor(c => c.People).Must(people => people.Count is > 0 and <= MostPeople).WithMessage($"1 to {MostPeople} names of people");
            RuleForEach(c => c.People).NotNull().WithMessage("must be the name of a key or user").Text(200);
            RuleFor(c => c.Reason).Multiline(2000);
        }
    }
}
