using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>Adds somebody at the company who can be reached; the contact's id is that of the recorded event.</summary>
/// <param name="Channel">The way.</param>
/// <param name="Address">Where; what fits depends on the channel.</param>
/// <param name="Name">Who, when known.</param>
/// <param name="Role">In what part, e.g. <c>security</c>.</param>
/// <param name="Verified">Whether the contact is known to be who it says.</param>
public sealed record AddContact(
    Channel Channel, [property: PersonalData] string Address, [property: PersonalData] string? Name = null, string? Role = null, bool Verified = false)
{
    /// <summary>One address is one contact: twice under two names, a case would seem to have been reported to two people.</summary>
    public static Decision Decide(Company state, AddContact command, CommandContext context)
    {
        var address = ContactAddress.TryNormalise(command.Channel, command.Address, out var normal) ? normal : command.Address.Trim();
        var (name, role) = (command.Name.Trimmed(), command.Role.Trimmed());
        var (knownId, known) = state.Contacts.FirstOrDefault(
            pair => !pair.Value.Removed && pair.Value.Channel == command.Channel && pair.Value.Address == address);
        if (known is null)
        {
            return Decision.Accept(new ContactAdded(name, role, command.Channel, address, command.Verified, context.At(null)));
        }

        if (known.Name != name || known.Role != role)
        {
            return Decision.Refuse(
                "contact-known", "This address is a contact of the company already, with another name or role; remove that one first.");
        }

        return command.Verified && !known.Verified
            ? Decision.Accept(new ContactVerified(knownId, null, context.At(null)))
            : Decision.Nothing;
    }

    internal sealed class Rules : AbstractValidator<AddContact>
    {
        public Rules()
        {
            RuleFor(c => c.Address).Text(300)
                .Must((c, address) => address is null || ContactAddress.TryNormalise(c.Channel, address, out _))
                .WithMessage(c => ContactAddress.Expected(c.Channel));
            RuleFor(c => c.Name).Text(200);
            RuleFor(c => c.Role).Text(100);
        }
    }
}
