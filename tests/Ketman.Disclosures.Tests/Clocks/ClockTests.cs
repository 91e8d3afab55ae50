using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;
using static Ketman.Disclosures.Tests.Clocks.Clocked;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

public sealed class ClockTests
{
    private static readonly OutreachAttempted Mail = new(At("2025-02-04T09:00:00Z"), Channel.Email, null, null, "mira", null);
    private static readonly OutreachDelivered Arrived = new(At("2025-02-04T09:00:00Z"), Clocked.Fact(1));
    private static readonly DisclosureAcknowledged Answered = new(At("2025-02-05T10:00:00Z"), Clocked.Fact(1), null, Channel.Email, null);

    [Fact]
    public void without_a_policy_nothing_runs() => CaseClocks.Of(Case(Mail).State).ShouldBeEmpty();

    [Fact]
    public void a_clock_runs_from_its_anchor_and_business_time_stands_still_at_night_and_on_holidays()
    {
        // From Tuesday 10:00 in Berlin: 7 hours on Tuesday, 8 on Wednesday, 8 on Thursday, 1 on Friday.
        var clock = Clocked_(Mail, Arrived).Clock("acknowledgement");

        (clock.AnchorId, clock.AnchoredAt, clock.DueAt).ShouldBe((Clocked.Fact(2), Arrived.OccurredAt, Utc("2025-02-07T09:00:00Z")));
        clock.StatusAt(Utc("2025-02-07T08:59:59Z")).ShouldBe(ClockStatus.Running);
        clock.StatusAt(Utc("2025-02-07T09:00:00Z")).ShouldBe(ClockStatus.Breached);
    }

    [Fact]
    public void only_clocks_that_have_their_anchor_are_kept() => CaseClocks.Of(Clocked_(Mail, Arrived).State).Select(clock => clock.Name)
        .ShouldBe(["first-outreach", "acknowledgement", "resolution"]);

    [Fact]
    public void what_is_done_in_time_meets_its_clock() => Clocked_(Mail, Arrived, Answered).Status("acknowledgement", "2026-01-01T00:00:00Z").ShouldBe(ClockStatus.Met);

    [Fact]
    public void a_stop_at_the_very_due_time_is_in_time() => Clocked_(Mail, Arrived, Answered with { OccurredAt = At("2025-02-07T09:00:00Z") })
        .Status("acknowledgement", "2025-02-08T00:00:00Z").ShouldBe(ClockStatus.Met);

    [Fact]
    public void a_breach_stays_whatever_comes_later() => Clocked_(Mail, Arrived, Answered with { OccurredAt = At("2025-02-07T09:00:00.000001Z") })
        .Status("acknowledgement", "2025-02-08T00:00:00Z").ShouldBe(ClockStatus.Breached);

    [Fact]
    public void repeated_outreach_does_not_restart_a_clock()
    {
        var again = Mail with { OccurredAt = At("2025-02-06T09:00:00Z"), Channel = Channel.Telegram };

        Clocked_(Mail, Arrived, again, new OutreachDelivered(At("2025-02-06T09:00:00Z"), Clocked.Fact(3))).Clock("acknowledgement").DueAt.ShouldBe(Utc("2025-02-07T09:00:00Z"));
    }

    [Fact]
    public void an_automatic_reply_does_not_stop_a_clock() => Clocked_(Mail, Arrived, new OutreachAnswered(At("2025-02-04T09:01:00Z"), Clocked.Fact(1), true, null, null))
        .Clock("acknowledgement").StoppedAt.ShouldBeNull();

    [Fact]
    public void a_machines_answer_proves_that_the_mail_arrived() => Clocked_(Mail, new OutreachAnswered(At("2025-02-04T09:01:00Z"), Clocked.Fact(1), true, null, null))
        .Clock("acknowledgement").AnchoredAt.ShouldBe(Mail.OccurredAt);

    [Fact]
    public void a_reply_through_another_channel_stops_it()
    {
        var clock = Clocked_(Mail, Arrived, new DisclosureAcknowledged(At("2025-02-05T10:00:00Z"), null, null, Channel.Phone, "a founder")).Clock("acknowledgement");

        (clock.StoppedById, clock.StatusAt(Utc("2025-03-01T00:00:00Z"))).ShouldBe((Clocked.Fact(3), ClockStatus.Met));
    }

    [Fact]
    public void a_clock_of_one_kind_never_overrides_another()
    {
        var given = Clocked_(Mail, Arrived, Answered, new ReactionClassified(At("2025-02-06T10:00:00Z"), Reaction.Engaged, null));

        given.Status("triage", "2025-03-20T00:00:00Z").ShouldBe(ClockStatus.Met);
        given.Status("access-revocation", "2025-03-20T00:00:00Z").ShouldBe(ClockStatus.Breached);
        given.Status("resolution", "2025-03-20T00:00:00Z").ShouldBe(ClockStatus.Breached);
        given.Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-12T10:00:00Z"));
        given.Clock("resolution").DueAt.ShouldBe(Utc("2025-03-06T09:00:00Z"));
    }

    [Fact]
    public void a_deferral_and_silence_are_no_decision() => Clocked_(
            Mail, Arrived, Answered, new ReactionClassified(At("2025-02-05T10:00:00Z"), Reaction.Deferred, null), new ReactionClassified(At("2025-02-06T10:00:00Z"), Reaction.Silent, null))
        .Clock("triage").StoppedAt.ShouldBeNull();

    [Fact]
    public void a_report_known_to_the_day_is_counted_from_the_end_of_that_day_in_the_zone_of_the_policy() =>
        Clocked_(Mail with { OccurredAt = On("2025-02-04") }, Arrived with { OccurredAt = On("2025-02-04") }).Clock("resolution").DueAt
            .ShouldBe(Utc("2025-03-06T23:00:00Z"));

    [Fact]
    public void an_answer_known_to_the_day_is_in_time_all_that_day()
    {
        Clocked_(Mail, Arrived, Answered with { OccurredAt = On("2025-02-07") }).Status("acknowledgement", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Met);
        Clocked_(Mail, Arrived, Answered with { OccurredAt = On("2025-02-08") }).Status("acknowledgement", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    [Fact]
    public void the_day_of_a_promise_is_over_at_its_end_in_the_zone_of_the_policy()
    {
        var clock = Clocked_(Mail, Arrived, Promised).Clock("commitment");

        (clock.Name, clock.AnchorId, clock.AnchoredAt).ShouldBe(($"commitment:{Clocked.Fact(3):D}", Clocked.Fact(3), Promised.OccurredAt));
        clock.DueAt.ShouldBe(Utc("2025-02-14T23:00:00Z"));
    }

    [Fact]
    public void every_promise_has_a_clock_of_its_own()
    {
        var given = Clocked_(Promised, Promised with { Due = On("2025-02-21") }, new CommitmentKept(On("2025-02-15"), Clocked.Fact(1)), new CommitmentKept(On("2025-02-20"), Clocked.Fact(2)));

        CaseClocks.Of(given.State).Where(clock => clock.Terms.Name == "commitment").Select(clock => clock.StatusAt(Utc("2025-03-01T00:00:00Z")))
            .ShouldBe([ClockStatus.Breached, ClockStatus.Met]);
    }

    [Fact]
    public void a_question_of_the_team_is_answered_by_the_first_word_after_it()
    {
        var given = Clocked_(Mail, Arrived, Answered, new UpdateRequested(At("2025-02-10T09:00:00Z"), null, null), new UpdateReceived(At("2025-02-11T10:00:00Z"), "soon"));

        given.Clock("next-update").StoppedById.ShouldBe(Clocked.Fact(5));
        given.Clock("next-update").StoppedBeforeAnchor.ShouldBeFalse();
    }

    [Fact]
    public void a_time_before_its_anchor_is_flagged_and_not_clamped()
    {
        var clock = Clocked_(Mail, Arrived, Answered with { OutreachId = null, OccurredAt = At("2025-02-04T08:00:00Z") }).Clock("acknowledgement");

        (clock.StoppedBeforeAnchor, clock.StoppedAt, clock.StatusAt(Utc("2025-03-01T00:00:00Z"))).ShouldBe((true, At("2025-02-04T08:00:00Z"), ClockStatus.Met));
    }

    [Fact]
    public void access_is_revoked_when_it_is_for_every_worker_that_is_known_then()
    {
        var both = Clocked_(
            Mail, Arrived, Answered, new WorkerConfirmed(On("2025-02-05"), Fox, ConfirmationBasis.WithCompany), new WorkerConfirmed(On("2025-02-05"), Owl, ConfirmationBasis.WithCompany),
            new AccessRevoked(At("2025-02-06T10:00:00Z"), Fox, null));

        both.Clock("access-revocation").StoppedAt.ShouldBeNull();
        (both with { Events = [.. both.Events, new AccessRevoked(At("2025-02-09T10:00:00Z"), Owl, null)] }).Clock("access-revocation").StoppedAt.ShouldBe(At("2025-02-09T10:00:00Z"));
        Clocked_(
            Mail, Arrived, Answered, new WorkerConfirmed(On("2025-02-05"), Fox, ConfirmationBasis.WithCompany), new AccessRevoked(At("2025-02-06T10:00:00Z"), Fox, null),
            new WorkerConfirmed(On("2025-02-25"), Owl, ConfirmationBasis.WithCompany)).Clock("access-revocation").StoppedAt.ShouldBe(At("2025-02-06T10:00:00Z"));
    }

    [Fact]
    public void the_end_of_a_case_ends_its_clocks_unless_their_time_had_run_out()
    {
        var given = Clocked_(Mail, Arrived, Answered, new DisclosureClosed(At("2025-02-08T10:00:00Z"), "over"));

        given.Status("access-revocation", "2025-04-01T00:00:00Z").ShouldBe(ClockStatus.Ended);
        given.Status("triage", "2025-04-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    [Fact]
    public void a_reopened_case_runs_on_where_it_stood()
    {
        var given = Clocked_(Mail, Arrived, new DisclosureClosed(At("2025-02-08T10:00:00Z"), "over"), new DisclosureReopened(At("2025-02-18T10:00:00Z"), "not over"));

        given.Clock("resolution").DueAt.ShouldBe(Utc("2025-03-16T09:00:00Z"));
        given.Clock("resolution").Pauses.ShouldBe([new ClockPause(Clocked.Fact(3), Utc("2025-02-08T10:00:00Z"), Utc("2025-02-18T10:00:00Z"), "case-ended")]);
    }

    [Fact]
    public void the_severity_assessed_last_decides_and_counts_from_the_same_anchor()
    {
        var given = Clocked_(Mail, Arrived, Answered, new SeverityAssessed(At("2025-02-05T12:00:00Z"), Severity.ActiveHarm, "funds move"));

        given.Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-06T10:00:00Z"));
        (given with { Events = [.. given.Events, new SeverityAssessed(At("2025-02-05T14:00:00Z"), Severity.Standard, "they do not")] })
            .Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-12T10:00:00Z"));
    }

    [Fact]
    public void a_new_version_of_a_policy_changes_nothing_in_a_case_that_is_pinned_to_the_old_one()
    {
        // What other cases are pinned to, or that a policy is retired, is not among the facts of this one: it has its terms in itself.
        var given = Clocked_(Mail, Arrived);
        _ = Policy.Of(Pinned(Acknowledgement with { Due = new DueRule(Milestone.FirstDelivered, Time: "PT1H") }));

        given.Clock("acknowledgement").DueAt.ShouldBe(Utc("2025-02-07T09:00:00Z"));
    }

    [Fact]
    public void a_case_that_is_moved_to_another_policy_is_not_late_before_it_was_moved()
    {
        var stricter = Pinned(Resolution with { Due = new DueRule(Milestone.FirstDelivered, Time: "P1D") }) with { OccurredAt = At("2025-02-20T10:00:00Z"), Version = 2, Reason = "asked for" };

        Clocked_(Mail, Arrived, stricter).Clock("resolution").DueAt.ShouldBe(Utc("2025-02-20T10:00:00Z"));
    }

    [Fact]
    public void the_latest_of_several_is_due_when_all_are_and_only_with_all_of_their_anchors()
    {
        var rule = new DueRule(LatestOf: [new DueRule(Milestone.FirstAttempt, Time: "P45D"), new DueRule(Milestone.CompanyWord, Time: "P42D")]);

        DueTimes.Of(Clocked_(Mail).State, rule).ShouldBeNull();
        var due = DueTimes.Of(Clocked_(Mail, Arrived, Answered).State, rule).ShouldNotBeNull();
        (due.At, due.AnchorId, due.Rule.Time).ShouldBe((Utc("2025-03-21T09:00:00Z"), Clocked.Fact(1), "P45D"));
    }

    [Fact]
    public void the_first_of_several_is_the_first_that_has_its_anchor()
    {
        var rule = new DueRule(FirstOf: [new DueRule(Milestone.EmbargoEnds), new DueRule(Milestone.CompanyWord, Time: "P42D", IfAbsent: Milestone.EmbargoEnds), new DueRule(Milestone.Opened, Time: "P1D")]);

        DueTimes.Of(Clocked_(Mail).State, rule)!.At.ShouldBe(Utc("2025-02-04T08:00:00Z"));
        DueTimes.Of(Clocked_(Mail, Arrived, Answered).State, rule)!.At.ShouldBe(Utc("2025-03-19T10:00:00Z"));
        DueTimes.Of(Clocked_(Mail, Arrived, Answered, new EmbargoSet(On("2025-02-06"), On("2025-02-20"), "police")).State, rule)!.At.ShouldBe(Utc("2025-02-20T23:00:00Z"));
    }

    [Fact]
    public void the_earliest_of_several_needs_only_one_anchor() => DueTimes.Of(
            Clocked_(Mail).State, new DueRule(EarliestOf: [new DueRule(Milestone.Acknowledged, Time: "P1D"), new DueRule(Milestone.FirstAttempt, Time: "P3D"), new DueRule(Milestone.Opened, Time: "P9D")]))!
        .At.ShouldBe(Utc("2025-02-07T09:00:00Z"));

    [Fact]
    public void a_rule_after_a_breach_counts_from_the_moment_at_which_the_time_ran_out()
    {
        var rule = new DueRule(AfterBreach: "acknowledgement", Time: "P1D");

        DueTimes.Of(Clocked_(Mail, Arrived).State, rule)!.At.ShouldBe(Utc("2025-02-08T09:00:00Z"));
        DueTimes.Of(Clocked_(Mail, Arrived, Answered).State, rule).ShouldBeNull();
    }

    [Fact]
    public void a_rule_may_depend_on_what_came_of_a_clock()
    {
        var rule = new DueRule(Milestone.AccessRevoked, Time: "P30D", If: new ClockCondition("access-revocation", ClockResult.Met));
        var revoked = new AccessRevoked(At("2025-02-10T10:00:00Z"), Fox, null);

        DueTimes.Of(Clocked_(Mail, Arrived, Answered, revoked).State, rule)!.At.ShouldBe(Utc("2025-03-12T10:00:00Z"));
        DueTimes.Of(Clocked_(Mail, Arrived, Answered, revoked with { OccurredAt = At("2025-02-13T10:00:00Z") }).State, rule).ShouldBeNull();
        DueTimes.Of(Clocked_(Mail, Arrived, Answered).State, rule with { After = Milestone.Opened, Time = "P1D", If = new ClockCondition("access-revocation", ClockResult.Breached) })!
            .At.ShouldBe(Utc("2025-02-12T10:00:00Z"));
    }
}
