using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>Erases who a contact is: name, address, how it was verified, and the recipient of outreach to it. It is removed with that.</summary>
/// <param name="Contact">The contact: its id, or the key it was added with.</param>
public sealed record EraseContact(string Contact)
{
    /// <summary>Erased once is erased.</summary>
    public static Decision Decide(Company state, EraseContact command, CommandContext context)
    {
        var id = context.FactId(command.Contact);
        return state.Contacts.GetValueOrDefault(id) switch
        {
            null => ContactRules.Unknown,
            { Erased: true } => Decision.Nothing,
            _ => Decision.Accept(new ContactErased(id, context.At(null))),
        };
    }

    internal sealed class Rules : AbstractValidator<EraseContact>
    {
        public Rules() => RuleFor(c => c.Contact).Ref();
    }
}
