using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>The commands on companies.</summary>
internal static class CompanyCommands
{
    public static CommandCatalogue<Company> Create() => new CommandCatalogue<Company>(Company.Aggregate)
        .Create<RegisterCompany>("register-company", "companies", RegisterCompany.Decide, new RegisterCompany.Rules(), static (command, _, _) =>
            ValueTask.FromResult(new Located(Company.Aggregate.IdOf(command.Handle), command.Handle)))
        .On<ChangeCompany>("change-company", "companies/{ref}/profile", ChangeCompany.Decide, new ChangeCompany.Rules())
        .On<AddContact>("add-contact", "companies/{ref}/contacts", AddContact.Decide, new AddContact.Rules())
        .On<VerifyContact>("verify-contact", "companies/{ref}/contacts/{contact}/verify", VerifyContact.Decide, new VerifyContact.Rules())
        .On<RemoveContact>("remove-contact", "companies/{ref}/contacts/{contact}/remove", RemoveContact.Decide, new RemoveContact.Rules())
        .On<EraseContact>(
            "erase-contact", "companies/{ref}/contacts/{contact}/erase", EraseContact.Decide, new EraseContact.Rules(), role: CallerRoles.Admin, blind: true)
        .On<SetCalendar>("set-calendar", "companies/{ref}/calendar", SetCalendar.Decide, new SetCalendar.Rules())
        .On<WishPrivacy>("wish-privacy", "companies/{ref}/privacy", WishPrivacy.Decide, new WishPrivacy.Rules());
}
