using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Policies;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class PolicyTests
{
    private const string Kathmandu = """{"zone":"Asia/Kathmandu","hours":"24x7","holidays":[]}""";

    private static readonly CalendarDocument Own = new() { Zone = "Asia/Kathmandu", Hours = null };

    private static PolicyApplied Applied(int version, PolicyVersion policy, string by = "analyst") =>
        new(Now, policy.Name, version, policy.Text, policy.Digest, by, null);

    private static ApplyPolicy Apply(PolicyVersion policy) => new(JsonDocument.Parse(policy.Text).RootElement);

    private static readonly PolicyVersion Changed = Known.Standard with
    {
        Text = PolicyText.Of(Known.Standard.Document with { Title = "Another title" }).Text,
        Digest = PolicyText.Of(Known.Standard.Document with { Title = "Another title" }).Digest,
    };

    [Fact]
    public void a_document_is_the_first_version_of_its_policy() => Scenario.Given(PolicyHistory.Aggregate)
        .When(ApplyPolicy.Decide, Apply(Known.Standard)).Then(Applied(1, Known.Standard));

    [Fact]
    public void a_changed_document_is_the_next_version() => Scenario.Given(PolicyHistory.Aggregate, Applied(1, Known.Standard, by: "ketman"))
        .When(ApplyPolicy.Decide, Apply(Changed) with { Note = "clearer" }).Then(Applied(2, Changed) with { Note = "clearer" });

    [Fact]
    public void the_document_that_holds_is_no_new_version() => Scenario.Given(PolicyHistory.Aggregate, Applied(1, Known.Standard))
        .When(ApplyPolicy.Decide, Apply(Known.Standard)).ThenNothing();

    [Fact]
    public void going_back_to_an_older_document_is_a_new_version() =>
        Scenario.Given(PolicyHistory.Aggregate, Applied(1, Known.Standard), Applied(2, Changed))
            .When(ApplyPolicy.Decide, Apply(Known.Standard)).Then(Applied(3, Known.Standard));

    [Fact]
    public void a_case_is_opened_under_the_policy_that_is_named() => NoCase
        .When(OpenDisclosure.Decide, new OpenDisclosure("halcyon", Policy: "ZDI-120"))
        .Then(new DisclosureOpened(Now, Scenario.Ref, Halcyon, null, null, []), Pin("zdi-120", 1, Now));

    [Fact]
    public void a_company_with_a_calendar_of_its_own_is_counted_by_it() => Opening(new CompanyTime("Europe/Berlin", Own), Kathmandu);

    [Fact]
    public void a_company_of_which_only_the_zone_is_known_has_the_hours_of_the_policy_in_it() => Opening(
        new CompanyTime("Asia/Kathmandu", null),
        """{"zone":"Asia/Kathmandu","hours":{"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"],"fri":["09:00-17:00"]},"holidays":[]}""");

    [Fact]
    public void a_company_of_which_nothing_is_known_is_counted_by_the_policy() => Opening(new CompanyTime(null, null), null);

    [Fact]
    public void a_zone_that_this_build_does_not_know_keeps_no_case_from_being_opened() => Opening(new CompanyTime("Mars/Olympus", null), null);

    [Fact]
    public void a_policy_may_insist_on_its_own_calendar() => NoCase.Knowing("company", "halcyon", new CompanyTime("Europe/Berlin", Own))
        .When(OpenDisclosure.Decide, new OpenDisclosure("halcyon", Policy: "zdi-120"))
        .Then(new DisclosureOpened(Now, Scenario.Ref, Halcyon, null, null, []), Pin("zdi-120", 1, Now));

    [Fact]
    public void the_same_case_is_not_opened_again_under_another_policy()
    {
        var open = new OpenDisclosure("halcyon", Accounts: ["github:fox"], Policy: "ketman-standard");

        Case(Pinned(On("2025-02-03"))).When(OpenDisclosure.Decide, open).ThenNothing();
        Case(Pinned(On("2025-02-03"))).When(OpenDisclosure.Decide, open with { Policy = "zdi-120" }).ThenRefused("handle-taken");
        Case(Pinned(On("2025-02-03")), Pin("zdi-120", 1, Now, "agreed")).When(OpenDisclosure.Decide, open).ThenNothing();
    }

    [Fact]
    public void a_case_is_moved_to_another_policy_with_a_reason() => Case(Pinned(On("2025-02-03")))
        .When(MigratePolicy.Decide, new MigratePolicy("zdi-120", "agreed")).Then(Pin("zdi-120", 1, Now, "agreed"));

    [Fact]
    public void a_case_is_moved_to_a_version() => Case(Pinned(On("2025-02-03")))
        .When(MigratePolicy.Decide, new MigratePolicy("zdi-120", "agreed", 3)).Then(Pin("zdi-120", 3, Now, "agreed"));

    [Fact]
    public void moving_a_case_to_where_it_is_does_nothing() => Case(Pinned(On("2025-02-03")), Pin("zdi-120", 1, On("2025-02-05"), "agreed"))
        .When(MigratePolicy.Decide, new MigratePolicy("zdi-120", "in other words")).ThenNothing();

    [Fact]
    public void a_calendar_that_the_company_got_since_is_taken_by_moving_the_case_to_its_own_policy() => Case(Pinned(On("2025-02-03")))
        .Knowing(MigratePolicy.CompanyOfCase, Scenario.Ref, new CompanyTime(null, Own))
        .When(MigratePolicy.Decide, new MigratePolicy("ketman-standard", "it has a calendar now")).Then(Pinned(Now, Kathmandu) with { Reason = "it has a calendar now" });

    [Fact]
    public void while_nothing_is_known_of_the_company_its_calendar_stays() => Case(Pinned(On("2025-02-03"), Kathmandu))
        .When(MigratePolicy.Decide, new MigratePolicy("ketman-standard", "again")).ThenNothing();

    [Fact]
    public void a_closed_case_is_not_moved() => Case(Pinned(On("2025-02-03")), Closed)
        .When(MigratePolicy.Decide, new MigratePolicy("zdi-120", "agreed")).ThenRefused("case-closed");

    private static void Opening(CompanyTime company, string? calendar) => NoCase.Knowing("company", "halcyon", company)
        .When(OpenDisclosure.Decide, new OpenDisclosure("halcyon"))
        .Then(new DisclosureOpened(Now, Scenario.Ref, Halcyon, null, null, []), Pinned(Now, calendar));

    private static PolicyPinned Pin(string name, int version, Moment at, string? reason = null) => new(at, name, version, Shipped(name, version).Text, null, reason);
}
