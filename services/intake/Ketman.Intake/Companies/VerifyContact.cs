using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>Says that a contact is known to be who it says.</summary>
/// <param name="Contact">The contact: its id, or the key it was added with.</param>
/// <param name="How">By what it is known.</param>
public sealed record VerifyContact(string Contact, string? How = null)
{
    /// <summary>Verified once is verified; a removed contact is not.</summary>
    public static Decision Decide(Company state, VerifyContact command, CommandContext context)
    {
        var id = context.FactId(command.Contact);
        return state.Contacts.GetValueOrDefault(id) switch
        {
            null => ContactRules.Unknown,
            { Removed: true } => Decision.Refuse("contact-removed", "The contact was removed; add it again if it is to be used."),
            { Verified: true } => Decision.Nothing,
            _ => Decision.Accept(new ContactVerified(id, command.How.Trimmed(), context.At(null))),
        };
    }

    internal sealed class Rules : AbstractValidator<VerifyContact>
    {
        public Rules()
        {
            RuleFor(c => c.Contact).Ref();
            RuleFor(c => c.How).Text(500);
        }
    }
}

/// <summary>What all commands on a contact ask.</summary>
internal static class ContactRules
{
    public static Decision Unknown { get; } = Decision.Refuse(
        "contact-unknown", "The company has no such contact; name it by the id or the key it was added with.");
}
