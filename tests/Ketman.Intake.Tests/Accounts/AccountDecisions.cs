using Ketman.Contracts;
using Ketman.Intake.Accounts;
using Ketman.Testing;

namespace Ketman.Intake.Tests.Accounts;

public sealed class AccountDecisions
{
    private const string Report = "https://reports.example/17";

    private static readonly Moment Now = Moment.At(Scenario.Now);
    private static readonly Moment January = Moment.On(new DateOnly(2025, 1, 10));
    private static readonly Moment February = Moment.On(new DateOnly(2025, 2, 10));
    private static readonly Guid Other = new("01950000-0000-7000-8000-0000000000aa");

    private static readonly AccountRegistered Registered = new(Platform.Github, "octocat", 2019, "moss", null, Now);
    private static readonly AccountFlagged Flagged = new("commits at Pyongyang hours", null, January);
    private static readonly AccountIndexed Indexed = new(true, [], Report, January);
    private static readonly AccountConfirmed Confirmed = new(Report, January);
    private static readonly AccountCleared Cleared = new("met in person", February);
    private static readonly AccountErased Erased = new(null, February);
    private static readonly AccountMerged Merged = new(Other, null, February);

    [Fact]
    public void an_account_is_registered_in_normal_form() => Scenario.Given(Account.Aggregate)
        .When(RegisterAccount.Decide, new RegisterAccount(Platform.Github, "https://github.com/OctoCat", 2019, " moss "))
        .Then(Registered);

    [Fact]
    public void registering_it_again_does_nothing() => Scenario.Given(Account.Aggregate, Registered, Flagged, new AccountAttributed("fern", Now))
        .When(RegisterAccount.Decide, new RegisterAccount(Platform.Github, "@octocat", 2019, "moss")).ThenNothing();

    [Fact]
    public void registering_it_with_other_content_is_refused() => Scenario.Given(Account.Aggregate, Registered)
        .When(RegisterAccount.Decide, new RegisterAccount(Platform.Github, "octocat", 2020, "moss")).ThenRefused("handle-taken");

    [Fact]
    public void no_account_becomes_active_next_year() => Scenario.Given(Account.Aggregate)
        .When(RegisterAccount.Decide, new RegisterAccount(Platform.Github, "octocat", 2026)).ThenRefused("first-active-year-in-future");

    [Fact]
    public void a_suspicion_is_flagged_with_its_reason() => Scenario.Given(Account.Aggregate, Registered)
        .When(FlagAccount.Decide, new FlagAccount("commits at Pyongyang hours", At: January)).Then(Flagged);

    [Fact]
    public void the_same_suspicion_again_does_nothing() => Scenario.Given(Account.Aggregate, Registered, Flagged)
        .When(FlagAccount.Decide, new FlagAccount("Commits at Pyongyang hours ")).ThenNothing();

    [Fact]
    public void a_further_suspicion_is_recorded() => Scenario.Given(Account.Aggregate, Registered, Flagged)
        .When(FlagAccount.Decide, new FlagAccount("stolen portfolio", "https://evidence.example/2"))
        .Then(new AccountFlagged("stolen portfolio", "https://evidence.example/2", Now));

    [Fact]
    public void a_suspicion_never_lowers_what_evidence_has_raised()
    {
        Scenario.Given(Account.Aggregate, Registered, Indexed).When(FlagAccount.Decide, new FlagAccount("a hunch")).ThenRefused("confidence-already-higher");
        Scenario.Given(Account.Aggregate, Registered, Confirmed).When(FlagAccount.Decide, new FlagAccount("a hunch")).ThenRefused("confidence-already-higher");
    }

    [Fact]
    public void a_repeated_suspicion_does_nothing_after_the_account_was_indexed() => Scenario.Given(Account.Aggregate, Registered, Flagged, Indexed)
        .When(FlagAccount.Decide, new FlagAccount("commits at Pyongyang hours")).ThenNothing();

    [Fact]
    public void indexing_takes_evidence() => Scenario.Given(Account.Aggregate, Registered, Flagged)
        .When(IndexAccount.Decide, new IndexAccount(true)).ThenRefused("evidence-needed");

    [Fact]
    public void indexing_takes_the_evidence_it_was_flagged_on() => Scenario.Given(Account.Aggregate, Registered, Flagged with { Evidence = Report })
        .When(IndexAccount.Decide, new IndexAccount(true, At: January)).Then(Indexed with { Evidence = null });

    [Fact]
    public void an_account_is_indexed_with_activity_and_employment() => Scenario.Given(Account.Aggregate, Registered)
        .When(IndexAccount.Decide, new IndexAccount(true, ["Halcyon", " halcyon ", "Orbit"], Report, January))
        .Then(Indexed with { EmployedAt = ["Halcyon", "Orbit"] });

    [Fact]
    public void indexing_it_again_does_nothing()
    {
        Scenario.Given(Account.Aggregate, Registered, Indexed).When(IndexAccount.Decide, new IndexAccount(true, [], Report)).ThenNothing();
        Scenario.Given(Account.Aggregate, Registered, Indexed, Confirmed)
            .When(IndexAccount.Decide, new IndexAccount(true, [], Report, January)).ThenNothing();
    }

    [Fact]
    public void what_changed_after_indexing_is_an_observation() => Scenario.Given(Account.Aggregate, Registered, Indexed)
        .When(IndexAccount.Decide, new IndexAccount(false, [], Report)).ThenRefused("already-indexed");

    [Fact]
    public void a_confirmed_account_is_not_indexed() => Scenario.Given(Account.Aggregate, Registered, Confirmed)
        .When(IndexAccount.Decide, new IndexAccount(true, [], Report)).ThenRefused("already-confirmed");

    [Fact]
    public void an_account_is_confirmed_once()
    {
        var command = new ConfirmAccount(Report, January);

        Scenario.Given(Account.Aggregate, Registered).When(ConfirmAccount.Decide, command).Then(Confirmed);
        Scenario.Given(Account.Aggregate, Registered, Indexed).When(ConfirmAccount.Decide, command).Then(Confirmed);
        Scenario.Given(Account.Aggregate, Registered, Confirmed).When(ConfirmAccount.Decide, command).ThenNothing();
        Scenario.Given(Account.Aggregate, Registered, Confirmed)
            .When(ConfirmAccount.Decide, new ConfirmAccount("another report")).ThenRefused("already-confirmed");
    }

    [Fact]
    public void whatever_was_said_against_an_account_can_be_cleared()
    {
        var command = new ClearAccount("met in person", February);

        Scenario.Given(Account.Aggregate, Registered, Flagged).When(ClearAccount.Decide, command).Then(Cleared);
        Scenario.Given(Account.Aggregate, Registered, Indexed).When(ClearAccount.Decide, command).Then(Cleared);
        Scenario.Given(Account.Aggregate, Registered, Confirmed).When(ClearAccount.Decide, command).Then(Cleared);
        Scenario.Given(Account.Aggregate, Registered, Confirmed, Cleared).When(ClearAccount.Decide, command).ThenNothing();
        Scenario.Given(Account.Aggregate, Registered).When(ClearAccount.Decide, command).ThenRefused("account-not-suspected");
    }

    [Fact]
    public void a_cleared_account_is_flagged_again_only_on_new_evidence()
    {
        var cleared = Scenario.Given(Account.Aggregate, Registered, Flagged, Indexed, Cleared);

        cleared.When(FlagAccount.Decide, new FlagAccount("commits at Pyongyang hours")).ThenRefused("new-evidence-needed");
        cleared.When(FlagAccount.Decide, new FlagAccount("another reason", Report.ToUpperInvariant())).ThenRefused("new-evidence-needed");
        cleared.When(FlagAccount.Decide, new FlagAccount("another reason", "https://evidence.example/3"))
            .Then(new AccountFlagged("another reason", "https://evidence.example/3", Now));
    }

    [Fact]
    public void evidence_stays_refuted_through_a_second_clearing() => Scenario
        .Given(Account.Aggregate, Registered, Indexed, Cleared, new AccountFlagged("again", "second", February), Cleared)
        .When(FlagAccount.Decide, new FlagAccount("a third time", Report)).ThenRefused("new-evidence-needed");

    [Fact]
    public void a_cleared_account_is_neither_indexed_nor_confirmed()
    {
        var cleared = Scenario.Given(Account.Aggregate, Registered, Indexed, Cleared);

        cleared.When(IndexAccount.Decide, new IndexAccount(true, [], "new")).ThenRefused("account-cleared");
        cleared.When(IndexAccount.Decide, new IndexAccount(true, [], Report, January)).ThenRefused("account-cleared");
        cleared.When(ConfirmAccount.Decide, new ConfirmAccount("new")).ThenRefused("account-cleared");
    }

    [Fact]
    public void activity_is_recorded_at_its_time_and_once()
    {
        var observed = new ActivityObserved(false, February);
        var given = Scenario.Given(Account.Aggregate, Registered, Indexed, observed);

        Scenario.Given(Account.Aggregate, Registered).When(ObserveActivity.Decide, new ObserveActivity(false, February)).Then(observed);
        given.When(ObserveActivity.Decide, new ObserveActivity(false, February)).ThenNothing();
        given.When(ObserveActivity.Decide, new ObserveActivity(true, January)).ThenNothing();
        given.When(ObserveActivity.Decide, new ObserveActivity(false, January)).Then(new ActivityObserved(false, January));
    }

    [Fact]
    public void looking_again_and_finding_it_as_it_was_does_nothing()
    {
        var given = Scenario.Given(
            Account.Aggregate, Registered, new ActivityObserved(false, February), new ActivityObserved(true, January),
            new EmploymentObserved(["Orbit"], February));

        given.When(ObserveActivity.Decide, new ObserveActivity(false)).ThenNothing();
        given.When(ObserveActivity.Decide, new ObserveActivity(true)).Then(new ActivityObserved(true, Now));
        given.When(ObserveEmployment.Decide, new ObserveEmployment(["orbit"])).ThenNothing();
        given.When(ObserveEmployment.Decide, new ObserveEmployment([])).Then(new EmploymentObserved([], Now));
    }

    [Fact]
    public void employment_is_recorded_at_its_time_and_once()
    {
        var observed = new EmploymentObserved(["Halcyon", "Orbit"], February);

        Scenario.Given(Account.Aggregate, Registered)
            .When(ObserveEmployment.Decide, new ObserveEmployment(["Halcyon", "halcyon", "Orbit"], February)).Then(observed);
        Scenario.Given(Account.Aggregate, Registered, observed)
            .When(ObserveEmployment.Decide, new ObserveEmployment(["orbit", "halcyon"], February)).ThenNothing();
    }

    [Fact]
    public void of_two_sights_at_one_time_the_later_recorded_holds() => Scenario
        .Given(Account.Aggregate, Registered, new ActivityObserved(true, February), new ActivityObserved(false, February)).State.ActiveNow.ShouldBe(false);

    [Fact]
    public void a_link_is_recorded_once_and_again_with_new_evidence()
    {
        var linked = new AccountLinked(Other, LinkKind.SameWallet, "tx 1", Now);
        var given = Scenario.Given(Account.Aggregate, Registered, linked);

        Scenario.Given(Account.Aggregate, Registered).When(LinkAccount.Decide, new LinkAccount($"{Other}", LinkKind.SameWallet, "tx 1")).Then(linked);
        given.When(LinkAccount.Decide, new LinkAccount($"{Other}", LinkKind.SameWallet, "tx 1")).ThenNothing();
        given.When(LinkAccount.Decide, new LinkAccount($"{Other}", LinkKind.SameWallet)).ThenNothing();
        given.When(LinkAccount.Decide, new LinkAccount($"{Other}", LinkKind.SameWallet, "tx 2")).Then(linked with { Evidence = "tx 2" });
        given.When(LinkAccount.Decide, new LinkAccount($"{Other}", LinkKind.SameActor)).Then(new AccountLinked(Other, LinkKind.SameActor, null, Now));
    }

    [Fact]
    public void an_account_is_not_linked_to_itself() => Scenario.Given(Account.Aggregate, Registered)
        .When(LinkAccount.Decide, new LinkAccount($"{Scenario.Id}", LinkKind.SameActor)).ThenRefused("link-to-itself");

    [Fact]
    public void an_account_is_ascribed_to_another_actor()
    {
        Scenario.Given(Account.Aggregate, Registered).When(AttributeAccount.Decide, new AttributeAccount("moss")).ThenNothing();
        Scenario.Given(Account.Aggregate, Registered).When(AttributeAccount.Decide, new AttributeAccount("fern")).Then(new AccountAttributed("fern", Now));
    }

    [Fact]
    public void an_account_is_merged_once()
    {
        Scenario.Given(Account.Aggregate, Registered).When(MergeAccount.Decide, new MergeAccount($"{Other}"))
            .Then(Merged with { OccurredAt = Now });
        Scenario.Given(Account.Aggregate, Registered, Merged).When(MergeAccount.Decide, new MergeAccount($"{Other}")).ThenNothing();
        Scenario.Given(Account.Aggregate, Registered, Merged).When(MergeAccount.Decide, new MergeAccount($"{Guid.AllBitsSet}")).ThenRefused("account-merged");
    }

    [Fact]
    public void an_account_is_not_merged_into_itself() => Scenario.Given(Account.Aggregate, Registered)
        .When(MergeAccount.Decide, new MergeAccount($"{Scenario.Id}")).ThenRefused("merge-into-itself");

    // By a handle every kind of reference means another id here, so what stands for the account is not the account.
    [Fact]
    public void an_account_is_not_merged_into_a_merged_one() => Scenario.Given(Account.Aggregate, Registered)
        .When(MergeAccount.Decide, new MergeAccount("github:mona")).ThenRefused("merge-target-merged");

    [Fact]
    public void of_a_merged_account_nothing_more_is_said()
    {
        var merged = Scenario.Given(Account.Aggregate, Registered, Flagged, Merged);

        merged.When(FlagAccount.Decide, new FlagAccount("x", "y")).ThenRefused("account-merged");
        merged.When(IndexAccount.Decide, new IndexAccount(true, [], "y")).ThenRefused("account-merged");
        merged.When(ConfirmAccount.Decide, new ConfirmAccount("y")).ThenRefused("account-merged");
        merged.When(ClearAccount.Decide, new ClearAccount("y")).ThenRefused("account-merged");
        merged.When(ObserveActivity.Decide, new ObserveActivity(true)).ThenRefused("account-merged");
        merged.When(ObserveEmployment.Decide, new ObserveEmployment([])).ThenRefused("account-merged");
        merged.When(LinkAccount.Decide, new LinkAccount($"{Other}", LinkKind.Other)).ThenRefused("account-merged");
        merged.When(AttributeAccount.Decide, new AttributeAccount("fern")).ThenRefused("account-merged");
    }

    [Fact]
    public void a_confirmed_account_is_cleared_before_it_is_erased() => Scenario.Given(Account.Aggregate, Registered, Confirmed)
        .When(EraseAccount.Decide, new EraseAccount()).ThenRefused("account-confirmed");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void whoever_was_cleared_or_never_confirmed_is_erased(bool cleared) => Scenario
        .Given(Account.Aggregate, cleared ? [Registered, Confirmed, Cleared] : [Registered, Indexed])
        .When(EraseAccount.Decide, new EraseAccount())
        .Then(new AccountErased(Scenario.IdOf(EraseAccount.SameWorker, Scenario.Ref), Now));

    [Fact]
    public void erased_once_is_erased() => Scenario.Given(Account.Aggregate, Registered, Erased)
        .When(EraseAccount.Decide, new EraseAccount()).ThenNothing();

    [Fact]
    public void nothing_more_is_said_of_an_erased_account() => Scenario.Given(Account.Aggregate, Registered, Erased)
        .When(AccountRules.UnlessErased<FlagAccount>(FlagAccount.Decide), new FlagAccount("again")).ThenRefused("account-erased");
}
