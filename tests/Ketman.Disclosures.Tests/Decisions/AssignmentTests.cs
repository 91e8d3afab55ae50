using Ketman.Disclosures.Assignment;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class AssignmentTests
{
    private static readonly DisclosureAssigned ToMira = new(On("2025-02-05"), "mira", "ines");
    private static readonly DisclosureTagged Wallet = new(On("2025-02-05"), "wallet", "ines");

    [Fact]
    public void one_person_is_in_charge_at_a_time()
    {
        Case().When(Assign.Decide, new Assign("mira")).Then(new DisclosureAssigned(Now, "mira", "analyst"));
        Case(ToMira).When(Assign.Decide, new Assign("mira")).ThenNothing();
        Case(ToMira).When(Assign.Decide, new Assign("tomas")).Then(new DisclosureAssigned(Now, "tomas", "analyst"));
        Case(ToMira, new DisclosureAssigned(On("2025-02-06"), "tomas", "ines")).State.Assignee.ShouldBe("tomas");
    }

    [Fact]
    public void nobody_may_be_in_charge()
    {
        Case(ToMira).When(Unassign.Decide, new Unassign()).Then(new DisclosureUnassigned(Now, "analyst"));
        Case().When(Unassign.Decide, new Unassign()).ThenNothing();
        Case(ToMira, new DisclosureUnassigned(On("2025-02-06"), "ines")).State.Assignee.ShouldBeNull();
    }

    [Fact]
    public void a_case_bears_a_word_once_and_until_it_is_taken_away()
    {
        Case().When(TagDisclosure.Decide, new TagDisclosure("wallet")).Then(new DisclosureTagged(Now, "wallet", "analyst"));
        Case(Wallet).When(TagDisclosure.Decide, new TagDisclosure("wallet")).ThenNothing();
        Case(Wallet).When(UntagDisclosure.Decide, new UntagDisclosure("wallet")).Then(new DisclosureUntagged(Now, "wallet", "analyst"));
        Case().When(UntagDisclosure.Decide, new UntagDisclosure("wallet")).ThenNothing();
        Case(new DisclosureTagged(On("2025-02-06"), "zebra", "ines"), Wallet).State.Tags.ShouldBe(["wallet", "zebra"]);
    }

    [Fact]
    public void a_case_bears_at_most_thirty_words() =>
        Case([.. Enumerable.Range(0, 30).Select(number => new DisclosureTagged(On("2025-02-05"), $"tag-{number}", "ines"))])
            .When(TagDisclosure.Decide, new TagDisclosure("one-more")).ThenRefused("too-many-tags");

    [Fact]
    public void work_is_handed_over_after_the_end_too()
    {
        Case(Closed).When(Assign.Decide, new Assign("mira")).Then(new DisclosureAssigned(Now, "mira", "analyst"));
        Case(Closed).When(TagDisclosure.Decide, new TagDisclosure("wallet")).Then(new DisclosureTagged(Now, "wallet", "analyst"));
    }

    [Theory]
    [InlineData("wallet", true)]
    [InlineData("7", true)]
    [InlineData("a-b-c", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("Wallet", false)]
    [InlineData("two words", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", false)]
    [InlineData("wallet\n", false)]
    public void a_tag_is_a_short_lower_case_word(string tag, bool good)
    {
        new TagDisclosure.Rules().Validate(new TagDisclosure(tag)).IsValid.ShouldBe(good);
        new UntagDisclosure.Rules().Validate(new UntagDisclosure(tag)).IsValid.ShouldBe(good);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("two\nlines")]
    public void an_assignee_is_a_name(string to) => new Assign.Rules().Validate(new Assign(to)).IsValid.ShouldBeFalse();
}
