using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class CasesTests
{
    private static readonly OpenDisclosure Open = new("halcyon", "halcyon-2025-02", Accounts: ["github:fox"], At: On("2025-02-03"));

    [Fact]
    public void a_case_is_opened_at_the_handle_that_it_was_located_at() => NoCase
        .When(OpenDisclosure.Decide, Open with { Title = "An insider", Lead = "lead-fox", Accounts = ["github:fox", "github:owl", "github:fox"] })
        .Then(new DisclosureOpened(On("2025-02-03"), Scenario.Ref, Halcyon, "An insider", Scenario.IdOf("lead", "lead-fox"), [Fox, Owl]), Pinned(On("2025-02-03")));

    [Fact]
    public void a_case_without_a_time_is_opened_now() => NoCase
        .When(OpenDisclosure.Decide, new OpenDisclosure("halcyon"))
        .Then(new DisclosureOpened(Now, Scenario.Ref, Halcyon, null, null, []), Pinned(Now));

    [Fact]
    public void the_same_case_opened_again_is_one() => Case().When(OpenDisclosure.Decide, Open).ThenNothing();

    [Fact]
    public void the_same_case_opened_again_without_a_time_is_one() =>
        Case().When(OpenDisclosure.Decide, Open with { At = null }).ThenNothing();

    [Theory]
    [InlineData("meridian", null, "2025-02-03", "github:fox")]
    [InlineData("halcyon", "Another title", "2025-02-03", "github:fox")]
    [InlineData("halcyon", null, "2025-02-04", "github:fox")]
    [InlineData("halcyon", null, "2025-02-03", "github:owl")]
    public void another_case_cannot_have_the_same_handle(string company, string? title, string at, string account) => Case()
        .When(OpenDisclosure.Decide, Open with { Company = company, Title = title, At = On(at), Accounts = [account] })
        .ThenRefused("handle-taken");

    [Fact]
    public void a_case_is_resolved() => Case()
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Kept, "the company keeps the worker", On("2025-02-17")))
        .Then(new DisclosureResolved(On("2025-02-17"), ResolutionOutcome.Kept, "the company keeps the worker"));

    [Fact]
    public void a_case_is_resolved_as_removed_when_every_confirmed_worker_is_out() => Case(
            new WorkerConfirmed(On("2025-02-05"), Fox, ConfirmationBasis.WithCompany), new AccessRevoked(On("2025-02-06"), Fox, null))
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Removed, At: On("2025-02-17")))
        .Then(Resolved);

    [Fact]
    public void a_case_is_not_resolved_as_removed_while_a_confirmed_worker_has_access() => Case(
            new WorkerConfirmed(On("2025-02-05"), Fox, ConfirmationBasis.WithCompany), new AccessRevoked(On("2025-02-06"), Owl, null))
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Removed))
        .ThenRefused("access-not-revoked");

    [Fact]
    public void a_retracted_revocation_does_not_let_a_case_be_resolved_as_removed() => Case(
            new WorkerConfirmed(On("2025-02-05"), Fox, ConfirmationBasis.WithCompany), new AccessRevoked(On("2025-02-06"), Fox, null),
            new FactRetracted(On("2025-02-07"), Fact(2), "another account"))
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Removed))
        .ThenRefused("access-not-revoked");

    [Fact]
    public void a_case_ends_otherwise_whoever_still_has_access() => Case(
            new WorkerConfirmed(On("2025-02-05"), Fox, ConfirmationBasis.WithCompany))
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Kept))
        .Then(new DisclosureResolved(Now, ResolutionOutcome.Kept, null));

    [Fact]
    public void a_running_promise_keeps_a_case_from_being_resolved() => Case(Promised)
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Other, At: On("2025-02-14")))
        .ThenRefused("commitment-open");

    [Fact]
    public void a_missed_promise_does_not_keep_a_case_from_being_resolved() => Case(Promised)
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Other, At: On("2025-02-15")))
        .Then(new DisclosureResolved(On("2025-02-15"), ResolutionOutcome.Other, null));

    [Fact]
    public void a_kept_promise_does_not_keep_a_case_from_being_resolved() => Case(Promised, new CommitmentKept(On("2025-02-10"), Fact(1)))
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Other, At: On("2025-02-11")))
        .Then(new DisclosureResolved(On("2025-02-11"), ResolutionOutcome.Other, null));

    [Fact]
    public void resolving_again_with_the_same_outcome_does_nothing() => Case(Resolved)
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Removed, "in other words")).ThenNothing();

    [Fact]
    public void a_resolved_case_has_one_outcome() => Case(Resolved)
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Unfounded)).ThenRefused("already-resolved");

    [Fact]
    public void a_closed_case_is_not_resolved() => Case(Closed)
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Unfounded)).ThenRefused("case-closed");

    [Fact]
    public void a_case_is_not_resolved_before_it_was_opened() => Case()
        .When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Unfounded, At: On("2025-02-02"))).ThenRefused("step-out-of-order");

    [Fact]
    public void a_case_is_closed_resolved_or_not()
    {
        Case().When(CloseDisclosure.Decide, new CloseDisclosure("no answer for a year")).Then(new DisclosureClosed(Now, "no answer for a year"));
        Case(Resolved).When(CloseDisclosure.Decide, new CloseDisclosure("over", On("2025-02-18"))).Then(Closed);
    }

    [Fact]
    public void closing_a_closed_case_does_nothing() => Case(Closed).When(CloseDisclosure.Decide, new CloseDisclosure("again")).ThenNothing();

    [Fact]
    public void a_case_is_not_closed_before_it_was_resolved() => Case(Resolved)
        .When(CloseDisclosure.Decide, new CloseDisclosure("over", On("2025-02-16"))).ThenRefused("step-out-of-order");

    [Fact]
    public void a_resolved_or_closed_case_is_reopened()
    {
        Case(Resolved).When(ReopenDisclosure.Decide, new ReopenDisclosure("a second account")).Then(new DisclosureReopened(Now, "a second account"));
        Case(Closed).When(ReopenDisclosure.Decide, new ReopenDisclosure("paid again", On("2025-02-19"))).Then(new DisclosureReopened(On("2025-02-19"), "paid again"));
    }

    [Fact]
    public void an_open_case_is_not_reopened() => Case()
        .When(ReopenDisclosure.Decide, new ReopenDisclosure("a second account")).ThenRefused("case-open");

    [Fact]
    public void a_case_is_not_reopened_before_it_was_closed() => Case(Closed)
        .When(ReopenDisclosure.Decide, new ReopenDisclosure("a second account", On("2025-02-17"))).ThenRefused("step-out-of-order");

    [Fact]
    public void a_reopened_case_is_open_in_every_respect()
    {
        var reopened = Case(Resolved, Closed, new DisclosureReopened(On("2025-02-19"), "a second account"));

        reopened.State.Status.ShouldBe(DisclosureStatus.Open);
        reopened.When(AddNote.Decide, new AddNote("on we go")).Then(new NoteAdded(Now, "on we go"));
        reopened.When(ResolveDisclosure.Decide, new ResolveDisclosure(ResolutionOutcome.Kept)).Then(new DisclosureResolved(Now, ResolutionOutcome.Kept, null));
    }

    [Fact]
    public void the_company_asks_for_privacy_once_and_at_any_time()
    {
        var asked = new PrivacyRequested(On("2025-02-19"), "asked by its counsel");

        Case().When(RequestPrivacy.Decide, new RequestPrivacy("asked by its counsel", On("2025-02-19"))).Then(asked);
        Case(Closed).When(RequestPrivacy.Decide, new RequestPrivacy("asked by its counsel", On("2025-02-19"))).Then(asked);
        Case(asked).When(RequestPrivacy.Decide, new RequestPrivacy()).ThenNothing();
    }

    [Fact]
    public void a_retracted_wish_for_privacy_can_be_uttered_again() =>
        Case(new PrivacyRequested(On("2025-02-19"), null), new FactRetracted(Now, Fact(1), "another company"))
            .When(RequestPrivacy.Decide, new RequestPrivacy()).Then(new PrivacyRequested(Now, null));

    [Fact]
    public void a_note_is_added_at_any_time_and_the_same_words_twice_are_two_notes()
    {
        var note = new NoteAdded(On("2025-02-19"), "call on Thursday");

        Case().When(AddNote.Decide, new AddNote("call on Thursday", On("2025-02-19"))).Then(note);
        Case(note).When(AddNote.Decide, new AddNote("call on Thursday", On("2025-02-19"))).Then(note);
        Case(Closed).When(AddNote.Decide, new AddNote("call on Thursday", On("2025-02-19"))).Then(note);
    }

    [Fact]
    public void the_words_of_a_case_that_goes_on_are_not_erased() =>
        Case(Resolved).When(EraseDisclosure.Decide, new EraseDisclosure()).ThenRefused("case-not-closed");

    [Fact]
    public void the_words_of_a_closed_case_are_erased() =>
        Case(Closed).When(EraseDisclosure.Decide, new EraseDisclosure()).Then(new DisclosureErased(Now));

    [Fact]
    public void nothing_more_is_said_in_a_case_without_words()
    {
        var erased = Case(Closed, new DisclosureErased(Now));

        erased.When(ReopenDisclosure.Decide, new ReopenDisclosure("again")).ThenRefused("case-erased");
        erased.When(AddNote.Decide, new AddNote("a note")).ThenRefused("case-erased");
    }
}
