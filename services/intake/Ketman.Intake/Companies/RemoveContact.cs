using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>Says that a contact is no longer to be used.</summary>
/// <param name="Contact">The contact: its id, or the key it was added with.</param>
public sealed record RemoveContact(string Contact)
{
    /// <summary>Removed once is removed.</summary>
    public static Decision Decide(Company state, RemoveContact command, CommandContext context)
    {
        var id = context.FactId(command.Contact);
        return state.Contacts.GetValueOrDefault(id) switch
        {
            null => ContactRules.Unknown,
            { Removed: true } => Decision.Nothing,
            _ => Decision.Accept(new ContactRemoved(id, context.At(null))),
        };
    }

    internal sealed class Rules : AbstractValidator<RemoveContact>
    {
        public Rules() => RuleFor(c => c.Contact).Ref();
    }
}
