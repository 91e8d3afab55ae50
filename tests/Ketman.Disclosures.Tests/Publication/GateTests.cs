using Ketman.Contracts;
using Ketman.Disclosures.Publication;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;
using static Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Publication;

/// <summary>Every path of the publication gate, refused and allowed.</summary>
public sealed class GateTests
{
    private const string OnTime = "2025-02-24T09:00:00Z";
    private const string Later = "2025-02-24T14:00:00Z";
    private const string AtLast = "2025-02-26T09:00:00Z";
    private static readonly ProposePublication Propose = new("silence");
    private static readonly ApprovePublication Approve = new();
    private static readonly Publish Name = new("https://ketman.example/halcyon");

    /// <summary>What is done to the case, and the conditions that are not met for it.</summary>
    public static TheoryData<string, IReadOnlyList<IDomainEvent>, string[]> Obstacles => new()
    {
        { "no policy", Without(2, Noticed), ["policy-missing"] },
        { "no notice", Up(8, Way[8]), ["final-notice-missing"] },
        { "the notice bounced", Up(Noticed, new OutreachAttempted(At("2025-02-11T09:00:00Z"), Channel.X, null, null, "mira", null), new OutreachBounced(At("2025-02-11T09:00:00Z"), Id(9), null)), ["final-notice-missing"] },
        { "the notice was a mistake", Up(Noticed, new OutreachAttempted(At("2025-02-11T09:00:00Z"), Channel.X, null, null, "mira", null), new FactRetracted(Now, Id(9), "another case")), ["final-notice-missing"] },
        { "the countdown was stopped", Up(Noticed, new PublicationStopped(At("2025-02-11T09:00:00Z"), null, Id(9))), ["final-notice-missing"] },
        { "a later date", Without(10, Noticed, new FinalNoticeGiven(At("2025-02-10T09:00:00Z"), Id(9), Utc("2025-03-01T09:00:00Z"), Filled)), ["notice-period-running"] },
        { "a date before the period is over", Without(10, Noticed, new FinalNoticeGiven(At("2025-02-12T09:00:00Z"), Id(9), Utc("2025-02-13T09:00:00Z"), Filled)), ["notice-period-running"] },
        { "one bounced", Up(Noticed, new OutreachBounced(At("2025-02-06T09:01:00Z"), Id(8), null)), ["attempts-too-few", "channels-too-few"] },
        { "one retracted", Up(Noticed, new FactRetracted(Now, Id(7), "another case")), ["attempts-too-few"] },
        { "all on one day", [.. Up(Noticed).Select(happened => happened is OutreachAttempted attempted ? attempted with { OccurredAt = At("2025-02-10T09:00:00Z") } : happened)], ["days-too-few"] },
        { "an embargo", Up(Noticed, new EmbargoSet(At("2025-02-09T09:00:00Z"), null, "investigation")), ["embargo-standing"] },
        { "an embargo until tomorrow", Up(Noticed, new EmbargoSet(At("2025-02-09T09:00:00Z"), On("2025-02-24"), "investigation")), ["embargo-standing"] },
        { "a wish for privacy", Up(Noticed, new PrivacyRequested(At("2025-02-09T09:00:00Z"), null)), ["privacy-wanted"] },
        { "nothing merged", Without(3, Noticed), ["evidence-not-affected"] },
        { "nothing paid", Without(4, Noticed), ["evidence-not-affected"] },
        { "another one paid", Without(4, Noticed, Paid with { AccountId = Owl }), ["evidence-not-affected"] },
        { "nobody confirmed", Without(5, Noticed), ["evidence-no-worker"] },
        { "no evidence kept", Without(6, Noticed, new FindingAdded(On("2025-02-03"), "shared keys", Fox, null, null)), ["evidence-not-kept"] },
        { "an answer", Up(Noticed, new UpdateReceived(At("2025-02-12T09:00:00Z"), "we look into it")), ["company-answered"] },
        { "a promise that is running", Up(Noticed, new CommitmentMade(At("2025-02-12T09:00:00Z"), "call back", On("2025-03-12"), null)), ["company-answered"] },
        { "the case is over", Up(Noticed, new DisclosureClosed(At("2025-02-12T09:00:00Z"), "over")), ["case-not-open"] },
        { "nothing but the opening", Up(2), ["final-notice-missing", "attempts-too-few", "channels-too-few", "days-too-few", "evidence-not-affected", "evidence-no-worker", "evidence-not-kept"] },
    };

    /// <summary>What stood in the way and does not any more, or never did.</summary>
    public static TheoryData<string, IReadOnlyList<IDomainEvent>> NoObstacles => new()
    {
        { "nothing", Up(Noticed) },
        { "an embargo that was lifted", Up(Noticed, new EmbargoSet(At("2025-02-05T09:00:00Z"), null, "x"), new EmbargoLifted(At("2025-02-07T09:00:00Z"), "over")) },
        { "an embargo that has ended", Up(Noticed, new EmbargoSet(At("2025-02-05T09:00:00Z"), At(OnTime), "x")) },
        { "a wish that was a mistake", Up(Noticed, new PrivacyRequested(At("2025-02-05T09:00:00Z"), null), new FactRetracted(Now, Id(11), "another company")) },
        { "an automatic reply", Up(Noticed, new OutreachAnswered(At("2025-02-12T09:00:00Z"), Id(9), true, null, null)) },
        { "an answer before the notice", Up(Noticed, new OutreachAnswered(At("2025-02-05T09:00:00Z"), Id(7), false, null, null)) },
        { "a promise that was broken since", Up(Noticed, new CommitmentMade(At("2025-02-12T09:00:00Z"), "call back", On("2025-02-14"), null)) },
        { "no finding but a digest", Without(6, Noticed, new FindingAdded(On("2025-02-03"), "shared keys", Fox, null, new string('a', 64))) },
        { "a proposal that was withdrawn", Up(Proposed, new PublicationWithdrawn(At(OnTime), Id(11), "lena", "not yet")) },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void it_is_not_proposed_while_anything_is_missing_and_all_of_it_is_listed(string obstacle, IReadOnlyList<IDomainEvent> events, string[] conditions)
    {
        obstacle.ShouldNotBeEmpty();
        When(events, ProposePublication.Decide, Propose, OnTime).ThenUnmet(conditions);
    }

    [Theory]
    [MemberData(nameof(NoObstacles))]
    public void it_is_proposed_when_nothing_is_missing(string reason, IReadOnlyList<IDomainEvent> events)
    {
        reason.ShouldNotBeEmpty();
        When(events, ProposePublication.Decide, Propose, OnTime).Then(new PublicationProposed(At(OnTime), "lena", "silence"));
    }

    [Fact]
    public void a_condition_says_the_figures()
    {
        var unmet = PublicationConditions.Unmet(State(Up(Noticed, new OutreachBounced(At("2025-02-06T09:01:00Z"), Id(8), null))), Utc(OnTime));

        unmet[0].ShouldBe(new UnmetCondition("attempts-too-few", "2 of 3 attempts over 1 of 2 channels; those that came back do not count."));
        unmet[1].ShouldBe(new UnmetCondition("channels-too-few", "2 attempts over 1 of 2 channels."));
    }

    [Fact]
    public void it_is_not_proposed_before_the_notice_is_over()
    {
        When(Up(Noticed), ProposePublication.Decide, Propose, "2025-02-24T08:59:59.999999Z").ThenUnmet("notice-period-running");
        When(Up(Noticed), ProposePublication.Decide, Propose, OnTime).Decision.Events.Count.ShouldBe(1);
    }

    [Fact]
    public void where_harm_is_being_done_less_is_asked_for()
    {
        IReadOnlyList<IDomainEvent> few = [.. Up(7), new NoteAdded(Now, "nothing"), Way[8], new FinalNoticeGiven(At("2025-02-10T09:00:00Z"), Id(9), Utc("2025-02-13T09:00:00Z"), Filled)];

        When(few, ProposePublication.Decide, Propose, "2025-02-13T09:00:00Z").ThenUnmet("notice-period-running", "attempts-too-few", "channels-too-few");
        When([.. few, ActiveHarm], ProposePublication.Decide, Propose, "2025-02-13T09:00:00Z").Decision.Events.Count.ShouldBe(1);
    }

    [Fact]
    public void what_the_company_asked_of_all_its_cases_counts_at_every_step()
    {
        var clearance = Cleared with { Wish = PrivacyWish.Private };

        When(Up(Noticed), ProposePublication.Decide, Propose, OnTime, clearance: clearance).ThenUnmet("privacy-wanted");
        When(Up(Proposed), ApprovePublication.Decide, Approve, Later, "paul", clearance).ThenUnmet("privacy-wanted");
        When(Up(Scheduled), Publish.Decide, Name, AtLast, "paul", clearance).ThenUnmet("privacy-wanted");
    }

    [Fact]
    public void it_is_proposed_once() => When(Up(Proposed), ProposePublication.Decide, Propose, Later).ThenRefused("publication-proposed");

    [Fact]
    public void another_person_approves() =>
        When(Up(Proposed), ApprovePublication.Decide, Approve, Later, "paul").Then(new PublicationApproved(At(Later), Id(11), "paul"));

    [Theory]
    [InlineData("lena")]
    [InlineData("LENA")]
    [InlineData(" lena ")]
    public void who_proposed_it_does_not_approve_it(string by) =>
        When(Up(Proposed), ApprovePublication.Decide, Approve, Later, by).ThenUnmet("same-person");

    [Fact]
    public void nobody_approves_twice() => When(Up(12), ApprovePublication.Decide, Approve, Later, "Paul").ThenUnmet("same-person");

    [Fact]
    public void nothing_is_approved_that_nobody_proposed() =>
        When(Up(Noticed), ApprovePublication.Decide, Approve, Later, "paul").ThenRefused("nothing-proposed");

    [Fact]
    public void nothing_is_approved_whose_ground_is_gone() =>
        When(Up(Proposed, new FactRetracted(Now, Id(5), "not him")), ApprovePublication.Decide, Approve, Later, "paul").ThenUnmet("evidence-no-worker");

    [Fact]
    public void it_is_scheduled_when_enough_agreed_and_may_be_moved()
    {
        var schedule = new SchedulePublication(At(AtLast));

        When(Up(12), SchedulePublication.Decide, schedule, Later).ThenRefused("not-approved");
        When(Up(Noticed), SchedulePublication.Decide, schedule, Later).ThenRefused("nothing-proposed");
        When(Up(Agreed), SchedulePublication.Decide, schedule, Later).Then(new PublicationScheduled(At(Later), Id(11), Utc(AtLast), "lena"));
        When(Up(Agreed), SchedulePublication.Decide, new SchedulePublication(At("2025-02-24T13:59:59Z")), Later).ThenRefused("schedule-past");
        When(Up(Scheduled), SchedulePublication.Decide, schedule, Later).ThenNothing();
        When(Up(Scheduled), SchedulePublication.Decide, new SchedulePublication(On("2025-02-28")), Later)
            .Then(new PublicationScheduled(At(Later), Id(11), Utc("2025-02-27T23:00:00Z"), "lena"));
    }

    [Fact]
    public void one_person_in_two_spellings_is_one_approval()
    {
        var twice = Without(13, Agreed, new PublicationApproved(At("2025-02-24T12:00:00Z"), Id(11), "PAUL"));
        var own = Without(13, Agreed, new PublicationApproved(At("2025-02-24T12:00:00Z"), Id(11), "Lena"));

        When(twice, SchedulePublication.Decide, new SchedulePublication(At(AtLast)), Later).ThenRefused("not-approved");
        When(own, SchedulePublication.Decide, new SchedulePublication(At(AtLast)), Later).ThenRefused("not-approved");
        When([.. twice, Way[13]], Publish.Decide, Name, AtLast, "paul").ThenUnmet("approvals-too-few");
    }

    [Fact]
    public void it_is_held_and_released()
    {
        var held = new PublicationHeld(At(Later), Id(11), "mira", "wait");

        When(Up(Scheduled), HoldPublication.Decide, new HoldPublication("wait"), Later, "mira").Then(held);
        When(Up(Scheduled, held), HoldPublication.Decide, new HoldPublication("wait"), Later).ThenNothing();
        When(Up(Scheduled, held), Publish.Decide, Name, AtLast, "paul").ThenUnmet("held");
        When(Up(Scheduled, held), ReleasePublication.Decide, new ReleasePublication("go on"), Later)
            .Then(new PublicationReleased(At(Later), Id(11), "lena", "go on"));
        When(Up(Scheduled), ReleasePublication.Decide, new ReleasePublication(), Later).ThenNothing();
        When(Up(Noticed), HoldPublication.Decide, new HoldPublication("wait"), Later).ThenRefused("nothing-proposed");
        When(Up(Noticed), ReleasePublication.Decide, new ReleasePublication(), Later).ThenRefused("nothing-proposed");
        When(Up(Scheduled, held, new PublicationReleased(At(Later), Id(11), "lena", null)), Publish.Decide, Name, AtLast, "paul").Decision.Events.Count.ShouldBe(1);
    }

    [Fact]
    public void a_person_publishes_at_last_and_the_digest_of_the_text_is_kept()
    {
        var text = PublicText.Of(State(Up(Scheduled)), "Halcyon Labs");

        When(Up(Scheduled), Publish.Decide, Name, AtLast, "paul")
            .Then(new CompanyNamed(At(AtLast), Id(11), "paul", "https://ketman.example/halcyon", Publish.DigestOf(text)));
        When(Up(Scheduled), Publish.Decide, Name with { Text = "Halcyon Labs does not answer." }, AtLast, "paul")
            .Then(new CompanyNamed(At(AtLast), Id(11), "paul", "https://ketman.example/halcyon", Publish.DigestOf("Halcyon Labs does not answer.")));
    }

    [Fact]
    public void nothing_is_published_before_its_time_or_without_its_steps()
    {
        When(Up(Scheduled), Publish.Decide, Name, "2025-02-26T08:59:59Z", "paul").ThenUnmet("schedule-ahead");
        When(Up(Agreed), Publish.Decide, Name, AtLast, "paul").ThenUnmet("not-scheduled");
        When(Up(12), Publish.Decide, Name, AtLast, "paul").ThenUnmet("approvals-too-few", "not-scheduled");
        When(Up(Noticed), Publish.Decide, Name, AtLast, "paul").ThenUnmet("not-proposed");
    }

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void every_condition_is_asked_again_at_the_last_step(string obstacle, IReadOnlyList<IDomainEvent> events, string[] conditions)
    {
        obstacle.ShouldNotBeEmpty();
        var proposal = Id(events.Count + 1);
        IReadOnlyList<IDomainEvent> all =
        [
            .. events, Way[10], new PublicationApproved(At(Later), proposal, "paul"), new PublicationApproved(At(Later), proposal, "rita"),
            new PublicationScheduled(At(Later), proposal, Utc("2025-02-24T14:00:00Z"), "lena"),
        ];

        // Asked at the same moment: an embargo until that day has not ended, a later date has not come.
        When(all, Publish.Decide, Name, Later, "paul").ThenUnmet(conditions);
    }

    [Fact]
    public void a_text_with_a_leak_is_not_published_and_the_datum_is_not_repeated()
    {
        var outcome = When(Up(Scheduled), Publish.Decide, Name with { Text = "Halcyon Labs paid quiet-fox." }, AtLast, "paul");

        outcome.ThenUnmet("leak");
        outcome.Decision.Rule!.Conditions[0].Explanation.ShouldBe("The text has an account at offset 18.");
        outcome.Decision.Rule!.Explanation.ShouldNotContain("fox");
    }

    [Fact]
    public void without_intakes_word_nothing_is_decided()
    {
        var context = Context(Utc(AtLast), Scenario.CommandId, "paul") with { Details = new Dictionary<Reference, object>() };

        Publish.Decide(State(Up(Scheduled)), Name, context).Rule!.Name.ShouldBe("clearance-missing");
        ProposePublication.Decide(State(Up(Noticed)), Propose, context).Rule!.Name.ShouldBe("clearance-missing");
        ApprovePublication.Decide(State(Up(Proposed)), Approve, context).Rule!.Name.ShouldBe("clearance-missing");
    }

    [Fact]
    public void the_company_is_named_once()
    {
        var named = Up(Scheduled, new CompanyNamed(At(AtLast), Id(11), "paul", "https://ketman.example/halcyon", new string('a', 64)));

        When(named, Publish.Decide, Name, "2025-02-27T09:00:00Z", "paul").ThenUnmet("company-named", "final-notice-missing");
        When(named, ProposePublication.Decide, Propose, "2025-02-27T09:00:00Z").ThenUnmet("company-named", "final-notice-missing");
        PublicationState.Of(State(named)).Phase.ShouldBe(PublicationPhase.Published);
    }

    [Fact]
    public void a_proposal_and_what_was_published_can_be_withdrawn()
    {
        var withdraw = new WithdrawPublication("they called");
        var named = new CompanyNamed(At(AtLast), Id(11), "paul", "https://ketman.example/halcyon", new string('a', 64));

        When(Up(Noticed), WithdrawPublication.Decide, withdraw, Later).ThenRefused("nothing-to-withdraw");
        When(Up(Proposed), WithdrawPublication.Decide, withdraw, Later).Then(new PublicationWithdrawn(At(Later), Id(11), "lena", "they called"));
        When(Up(Scheduled, named), WithdrawPublication.Decide, withdraw, "2025-02-27T09:00:00Z")
            .Then(new PublicationWithdrawn(At("2025-02-27T09:00:00Z"), Id(11), "lena", "they called"));
        When(Up(Scheduled, named, new PublicationWithdrawn(At("2025-02-27T09:00:00Z"), Id(11), "lena", "they called")), ProposePublication.Decide, Propose, "2025-02-28T09:00:00Z")
            .ThenUnmet("final-notice-missing");
    }

    [Theory]
    [InlineData(0, PublicationPhase.None)]
    [InlineData(Noticed, PublicationPhase.Noticed)]
    [InlineData(Proposed, PublicationPhase.Proposed)]
    [InlineData(12, PublicationPhase.Proposed)]
    [InlineData(Agreed, PublicationPhase.Approved)]
    [InlineData(Scheduled, PublicationPhase.Scheduled)]
    public void the_phase_follows_from_the_events(int up, PublicationPhase phase) => PublicationState.Of(State(Up(up))).Phase.ShouldBe(phase);

    [Fact]
    public void an_approval_of_another_proposal_does_not_count() => PublicationState.Of(State(
        Up(Agreed, new PublicationWithdrawn(At(Later), Id(11), "lena", "new text"), Way[10]))).OtherApprovers.ShouldBeEmpty();

    [Fact]
    public void a_policy_may_be_content_with_one_approval() => When(
        Without(2, 12, Pin(Document with { Publication = Document.Publication with { Approvals = 1 } })), SchedulePublication.Decide,
        new SchedulePublication(At(AtLast)), Later).Then(new PublicationScheduled(At(Later), Id(11), Utc(AtLast), "lena"));
}
