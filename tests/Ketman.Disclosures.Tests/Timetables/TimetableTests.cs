using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Tests.Clocks;
using Ketman.Disclosures.Tests.Ladder;
using Ketman.Disclosures.Tests.Publication;
using Ketman.Disclosures.Timetables;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Timetables;

/// <summary>What is due in a case at a moment, from its facts and its policy.</summary>
public sealed class TimetableTests
{
    private static readonly OutreachAttempted Mail = new(At("2025-02-03T09:00:00Z"), Channel.Email, "security contact", null, "mira", null);
    private static readonly OutreachDelivered Arrived = new(At("2025-02-03T10:00:00Z"), Clocked.Fact(1));

    [Fact]
    public void a_clock_that_runs_says_who_owes_it_since_when_and_until_when()
    {
        var due = Of(Clocked.Clocked_(), "2025-02-03T09:00:00Z").Dues.ShouldHaveSingleItem();

        due.ShouldBe(new TimetableDue(
            DueKind.Clock, "first-outreach", "The team reports", null, DueSide.Us, Clocked.Clocked_().Clock("first-outreach").DueAt, Clocked.Began.OccurredAt, false, null, false));
    }

    [Fact]
    public void a_clock_that_is_breached_and_not_answered_is_still_due_and_one_that_was_stopped_late_is_not()
    {
        Of(Clocked.Clocked_(), "2025-03-03T09:00:00Z").Dues.Select(due => (due.Name, due.Breached)).ShouldBe([("first-outreach", true)]);
        Of(Clocked.Clocked_(Mail with { OccurredAt = At("2025-03-01T09:00:00Z") }), "2025-03-03T09:00:00Z").Dues.ShouldBeEmpty();
    }

    [Fact]
    public void what_runs_out_first_comes_first_and_what_never_does_last()
    {
        var dues = Of(Clocked.Clocked_(Mail, Arrived, new InformationRequested(At("2025-02-03T12:00:00Z"), "which commits?", null)), "2025-02-04T09:00:00Z").Dues;

        dues.Select(due => (due.Name, due.DueAt is null, due.Paused, due.PausedUntil)).ShouldBe([("resolution", false, false, null), ("acknowledgement", true, true, null)]);
    }

    [Fact]
    public void the_next_warning_is_the_first_that_is_still_to_come()
    {
        var clock = Clocked.Clocked_(Mail, Arrived).Clock("acknowledgement");
        var near = ClockComings.Of(Clocked.Clocked_(Mail, Arrived).State, false).Where(coming => coming.Event is DeadlineNear).Select(coming => coming.At).Order().ToList();

        clock.Terms.WarnBefore!.Count.ShouldBe(2);
        Of(Clocked.Clocked_(Mail, Arrived), "2025-02-03T10:30:00Z").NextWarning.ShouldBe(near[0]);
        Of(Clocked.Clocked_(Mail, Arrived), Moment.At(near[0]).ToString()!).NextWarning.ShouldBe(near.Count > 1 ? near[1] : null);
        Of(Clocked.Clocked_(Mail, Arrived), "2025-04-01T09:00:00Z").NextWarning.ShouldBeNull();
    }

    [Fact]
    public void steps_that_a_person_takes_are_due_and_those_of_the_platform_are_nobodys_turn()
    {
        var dues = Timetable.Of(Scenario.Id, 3, Publishing.State(Climbing.Up()), Clocked.Utc("2025-02-07T09:00:00Z")).Dues;

        dues.Select(due => (due.Kind, due.Name, due.OwedBy, due.Breached)).ShouldBe(
            [(DueKind.Step, "reminder", DueSide.Us, true), (DueKind.Step, "other-channel", DueSide.Us, false), (DueKind.Step, "look", DueSide.Us, false), (DueKind.Step, "final-notice", DueSide.Us, false)]);
    }

    [Theory]
    [InlineData(Publishing.Noticed, DueSide.Company, "2025-02-24T09:00:00Z")]
    [InlineData(Publishing.Proposed, DueSide.Us, "2025-02-24T09:00:00Z")]
    [InlineData(Publishing.Scheduled, DueSide.Us, "2025-02-26T09:00:00Z")]
    public void the_countdown_of_a_final_notice_is_the_companys_until_somebody_proposes(int events, DueSide side, string due)
    {
        var countdown = Timetable.Of(Scenario.Id, events, Publishing.State(Publishing.Up(events)), Clocked.Utc("2025-02-25T09:00:00Z")).Dues.Single(one => one.Kind is DueKind.Publication);

        (countdown.OwedBy, countdown.DueAt).ShouldBe((side, Clocked.Utc(due)));
    }

    [Fact]
    public void in_a_case_that_is_not_open_or_is_erased_nothing_is_due()
    {
        Of(Clocked.Clocked_(Mail, Arrived, Closed), "2025-03-03T09:00:00Z").ShouldBeEquivalentTo(new Timetable(Scenario.Id, 5, [], null));
        Of(Clocked.Clocked_(Mail, Arrived, new DisclosureErased(On("2025-02-05"))), "2025-03-03T09:00:00Z").Dues.ShouldBeEmpty();
    }

    /// <summary>The timetable says what clocks and ladder say, at any time in any history.</summary>
    [Fact]
    public void it_is_what_clocks_and_ladder_say_of_any_history() => Prop.ForAll(
        Gen.Choose(0, 4).ArrayOf().Resize(6).ToArbitrary(), Gen.Choose(4, 60).ToArbitrary(),
        (picks, days) =>
        {
            IDomainEvent[] some =
            [
                Mail, Arrived, new DisclosureAcknowledged(At("2025-02-05T09:00:00Z"), null, null, null, null),
                new CommitmentMade(At("2025-02-05T10:00:00Z"), "revoke", On("2025-02-20"), null), new UpdateRequested(At("2025-02-06T09:00:00Z"), Channel.Email, null),
            ];
            var state = Clocked.Clocked_([.. picks.Select(pick => some[pick])]).State;
            var now = Clocked.Utc("2025-02-03T09:00:00Z").AddDays(days);
            var told = Timetable.Of(Scenario.Id, 1, state, now).Dues;

            told.Where(due => due.Kind is DueKind.Clock).Select(due => (due.Name, due.DueAt, due.Breached)).Order().ShouldBe(
                CaseClocks.Of(state).Where(clock => clock.StatusAt(now) is ClockStatus.Running or ClockStatus.Paused || (clock.StatusAt(now) is ClockStatus.Breached && clock.StoppedAt is null))
                    .Select(clock => (clock.Name, clock.DueAt, clock.StatusAt(now) is ClockStatus.Breached)).Order());
            told.Count(due => due.Kind is DueKind.Step).ShouldBe(LadderSteps.Of(state).Count(step => step.CanBeTaken));
            told.Select(due => due.DueAt ?? DateTimeOffset.MaxValue).ShouldBe(told.Select(due => due.DueAt ?? DateTimeOffset.MaxValue).Order());
        }).QuickCheckThrowOnFailure();

    private static Timetable Of(Given<Disclosure> given, string now) =>
        Timetable.Of(Scenario.Id, given.State.Facts.Count + given.State.Steps.Count, given.State, Clocked.Utc(now));
}
