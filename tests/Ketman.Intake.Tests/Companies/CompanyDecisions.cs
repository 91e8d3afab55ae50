using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Intake.Companies;
using Ketman.Testing;

namespace Ketman.Intake.Tests.Companies;

public sealed class CompanyDecisions
{
    private static readonly Moment Now = Moment.At(Scenario.Now);

    private static readonly CompanyRegistered Registered = new(
        "halcyon", "Halcyon Finance", "halcyon.example", ["github.com/halcyon/core"], 120, "Europe/Berlin", Now);

    private static readonly RegisterCompany Register = new(
        "halcyon", "Halcyon Finance", "halcyon.example", ["github.com/halcyon/core"], 120, "Europe/Berlin");

    private static readonly ContactAdded Contact = new("Ada", "security", Channel.Email, "security@halcyon.example", false, Now);

    private static Guid ContactId { get; } = Scenario.EventId(2);

    [Fact]
    public void a_company_is_registered_in_normal_form() => Scenario.Given(Company.Aggregate)
        .When(RegisterCompany.Decide, new RegisterCompany(
            "halcyon", " Halcyon Finance ", "https://WWW.Halcyon.example/about",
            ["https://github.com/Halcyon/Core.git", "git@github.com:halcyon/core.git", "halcyon/web"], 120, "Europe/Berlin"))
        .Then(Registered with { Repositories = ["github.com/halcyon/core", "github.com/halcyon/web"] });

    [Fact]
    public void a_company_needs_no_more_than_handle_and_name() => Scenario.Given(Company.Aggregate)
        .When(RegisterCompany.Decide, new RegisterCompany("halcyon", "Halcyon"))
        .Then(new CompanyRegistered("halcyon", "Halcyon", null, [], null, null, Now));

    [Fact]
    public void registering_the_same_company_again_does_nothing() =>
        Scenario.Given(Company.Aggregate, Registered).When(RegisterCompany.Decide, Register).ThenNothing();

    [Fact]
    public void registering_it_again_does_nothing_after_its_profile_was_changed() => Scenario
        .Given(Company.Aggregate, Registered, new CompanyChanged("Halcyon Labs", null, [], null, null, Now))
        .When(RegisterCompany.Decide, Register).ThenNothing();

    [Fact]
    public void a_handle_is_not_given_twice() => Scenario.Given(Company.Aggregate, Registered)
        .When(RegisterCompany.Decide, Register with { Name = "Another Halcyon" }).ThenRefused("handle-taken");

    [Fact]
    public void a_change_bears_the_whole_profile() => Scenario.Given(Company.Aggregate, Registered)
        .When(ChangeCompany.Decide, new ChangeCompany(TvlRank: 98))
        .Then(new CompanyChanged("Halcyon Finance", "halcyon.example", ["github.com/halcyon/core"], 98, "Europe/Berlin", Now));

    [Fact]
    public void parts_of_a_profile_can_be_taken_away() => Scenario.Given(Company.Aggregate, Registered)
        .When(ChangeCompany.Decide, new ChangeCompany(Repositories: [], Clear: [ProfilePart.Domain, ProfilePart.TvlRank, ProfilePart.Zone]))
        .Then(new CompanyChanged("Halcyon Finance", null, [], null, null, Now));

    [Fact]
    public void a_change_to_what_is_known_does_nothing() => Scenario.Given(Company.Aggregate, Registered)
        .When(ChangeCompany.Decide, new ChangeCompany("Halcyon Finance", "www.halcyon.example")).ThenNothing();

    [Fact]
    public void a_contact_is_added_in_its_channels_normal_form() => Scenario.Given(Company.Aggregate, Registered)
        .When(AddContact.Decide, new AddContact(Channel.Email, "security@HALCYON.example", "Ada", "security")).Then(Contact);

    [Fact]
    public void the_same_contact_again_does_nothing() => Scenario.Given(Company.Aggregate, Registered, Contact)
        .When(AddContact.Decide, new AddContact(Channel.Email, "security@halcyon.example", "Ada", "security")).ThenNothing();

    [Fact]
    public void a_known_contact_given_as_verified_is_verified() => Scenario.Given(Company.Aggregate, Registered, Contact)
        .When(AddContact.Decide, new AddContact(Channel.Email, "security@halcyon.example", "Ada", "security", true))
        .Then(new ContactVerified(ContactId, null, Now));

    [Fact]
    public void one_address_is_not_two_people() => Scenario.Given(Company.Aggregate, Registered, Contact)
        .When(AddContact.Decide, new AddContact(Channel.Email, "security@halcyon.example", "Bob")).ThenRefused("contact-known");

    [Fact]
    public void a_removed_contact_can_be_added_again() => Scenario.Given(Company.Aggregate, Registered, Contact, new ContactRemoved(ContactId, Now))
        .When(AddContact.Decide, new AddContact(Channel.Email, "security@halcyon.example", "Bob"))
        .Then(new ContactAdded("Bob", null, Channel.Email, "security@halcyon.example", false, Now));

    [Fact]
    public void a_contact_is_verified_once()
    {
        var verified = new ContactVerified(ContactId, "called back", Now);
        var command = new VerifyContact(ContactId.ToString(), "called back");

        Scenario.Given(Company.Aggregate, Registered, Contact).When(VerifyContact.Decide, command).Then(verified);
        Scenario.Given(Company.Aggregate, Registered, Contact, verified).When(VerifyContact.Decide, command).ThenNothing();
    }

    [Fact]
    public void a_contact_is_removed_once()
    {
        var command = new RemoveContact(ContactId.ToString());

        Scenario.Given(Company.Aggregate, Registered, Contact).When(RemoveContact.Decide, command).Then(new ContactRemoved(ContactId, Now));
        Scenario.Given(Company.Aggregate, Registered, Contact, new ContactRemoved(ContactId, Now)).When(RemoveContact.Decide, command).ThenNothing();
    }

    [Fact]
    public void a_removed_contact_is_not_verified() => Scenario.Given(Company.Aggregate, Registered, Contact, new ContactRemoved(ContactId, Now))
        .When(VerifyContact.Decide, new VerifyContact(ContactId.ToString())).ThenRefused("contact-removed");

    [Fact]
    public void an_unknown_contact_is_neither_verified_nor_removed()
    {
        Scenario.Given(Company.Aggregate, Registered).When(VerifyContact.Decide, new VerifyContact("first-contact")).ThenRefused("contact-unknown");
        Scenario.Given(Company.Aggregate, Registered).When(RemoveContact.Decide, new RemoveContact("first-contact")).ThenRefused("contact-unknown");
    }

    [Fact]
    public void a_calendar_is_set_once_however_it_is_written_and_can_be_removed()
    {
        var command = new SetCalendar(Json("{\"zone\":\"Europe/Berlin\",\"hours\":{\"tue\":[\"09:00-12:00\"],\"mon\":[\"09:00-12:00\",\"12:00-17:00\"]}}"));
        var set = new CompanyCalendarSet(
            new CalendarDocument
            {
                Zone = "Europe/Berlin",
                Hours = new Dictionary<string, IReadOnlyList<string>> { ["mon"] = ["09:00-17:00"], ["tue"] = ["09:00-12:00"] },
            },
            Now);

        Scenario.Given(Company.Aggregate, Registered).When(SetCalendar.Decide, command).Then(set);
        Scenario.Given(Company.Aggregate, Registered, set).When(SetCalendar.Decide, command).ThenNothing();
        Scenario.Given(Company.Aggregate, Registered, set).When(SetCalendar.Decide, new SetCalendar(Remove: true)).Then(new CompanyCalendarSet(null, Now));
        Scenario.Given(Company.Aggregate, Registered).When(SetCalendar.Decide, new SetCalendar(Remove: true)).ThenNothing();

        static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
    }

    [Fact]
    public void a_wish_for_privacy_is_recorded_once_and_can_be_taken_back()
    {
        var wished = new PrivacyWished(PrivacyWish.Private, "ongoing audit", Now);
        var command = new WishPrivacy(PrivacyWish.Private, "ongoing audit");

        Scenario.Given(Company.Aggregate, Registered).When(WishPrivacy.Decide, command).Then(wished);
        Scenario.Given(Company.Aggregate, Registered, wished).When(WishPrivacy.Decide, command).ThenNothing();
        Scenario.Given(Company.Aggregate, Registered, wished).When(WishPrivacy.Decide, new WishPrivacy(PrivacyWish.None))
            .Then(new PrivacyWished(PrivacyWish.None, null, Now));
        Scenario.Given(Company.Aggregate, Registered).When(WishPrivacy.Decide, new WishPrivacy(PrivacyWish.None)).ThenNothing();
    }

    [Fact]
    public void a_contact_is_erased_once_whether_it_was_removed_or_not()
    {
        var erase = new EraseContact($"{ContactId}");

        Scenario.Given(Company.Aggregate, Registered, Contact).When(EraseContact.Decide, erase).Then(new ContactErased(ContactId, Now));
        Scenario.Given(Company.Aggregate, Registered, Contact, new ContactRemoved(ContactId, Now)).When(EraseContact.Decide, erase)
            .Then(new ContactErased(ContactId, Now));
        Scenario.Given(Company.Aggregate, Registered, Contact, new ContactErased(ContactId, Now)).When(EraseContact.Decide, erase).ThenNothing();
        Scenario.Given(Company.Aggregate, Registered).When(EraseContact.Decide, erase).ThenRefused("contact-unknown");
    }

    [Fact]
    public void an_erased_contact_is_no_contact_any_more() => Scenario.Given(Company.Aggregate, Registered, Contact, new ContactErased(ContactId, Now))
        .When(VerifyContact.Decide, new VerifyContact($"{ContactId}")).ThenRefused("contact-removed");
}
