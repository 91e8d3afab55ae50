using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>What the facts of one case come to: whose turn it is, what became of promises, when it was answered.</summary>
public sealed class CaseTests
{
    private static readonly Guid Id = Guid.CreateVersion7();
    private static readonly Guid Mail = Guid.CreateVersion7();
    private static readonly Guid Look = Guid.CreateVersion7();

    [Fact]
    public void a_case_nobody_was_told_of_waits_for_us() => Turn().ShouldBe((WaitingOn.Us, Owed.FirstOutreach));

    [Fact]
    public void outreach_that_is_not_known_to_have_arrived_waits_for_us() =>
        Turn((3, Outreach(), Mail), (3, new OutreachBounced(Id, Mail, null), null)).ShouldBe((WaitingOn.Us, Owed.AnotherWay));

    [Fact]
    public void outreach_that_arrived_waits_for_the_company() =>
        Turn((3, Outreach(), Mail), (4, new OutreachDelivered(Id, Mail), null)).ShouldBe((WaitingOn.Company, Owed.Acknowledgement));

    [Fact]
    public void an_automatic_reply_shows_that_it_arrived_and_answers_nothing() =>
        Turn((3, Outreach(), Mail), (3, new OutreachAnswered(Id, Mail, Automatic: true, null, null), null)).ShouldBe((WaitingOn.Company, Owed.Acknowledgement));

    [Fact]
    public void a_company_that_spoke_last_waits_for_us() =>
        Turn((3, Outreach(), Mail), (3, new DisclosureAcknowledged(Id, Mail, null, null), null)).ShouldBe((WaitingOn.Us, Owed.Answer));

    [Fact]
    public void a_question_after_the_acknowledgement_waits_for_the_company() =>
        Turn((3, Outreach(), Mail), (4, new DisclosureAcknowledged(Id, Mail, null, null), null), (5, new UpdateRequested(Id, null, null), null))
            .ShouldBe((WaitingOn.Company, Owed.Update));

    [Fact]
    public void an_open_promise_waits_for_the_company_though_it_spoke_last() =>
        Turn((3, Outreach(), Mail), (4, Promised(20), Look)).ShouldBe((WaitingOn.Company, Owed.Promise));

    [Fact]
    public void a_kept_promise_waits_for_us() =>
        Turn((3, Outreach(), Mail), (3, new OutreachDelivered(Id, Mail), null), (4, Promised(20), Look), (9, new CommitmentKept(Id, Look), null))
            .ShouldBe((WaitingOn.Us, Owed.Answer));

    [Fact]
    public void a_resolved_case_waits_for_us_to_close_it_and_a_closed_one_for_nobody()
    {
        Turn((9, new DisclosureResolved(Id, ResolutionOutcome.Removed, null), null)).ShouldBe((WaitingOn.Us, Owed.Closing));
        Turn((9, new DisclosureResolved(Id, ResolutionOutcome.Removed, null), null), (9, new DisclosureClosed(Id, "done"), null)).ShouldBe((WaitingOn.Nobody, Owed.Nothing));
    }

    [Fact]
    public void a_retracted_answer_gives_the_turn_back()
    {
        var answer = Guid.CreateVersion7();
        Turn((3, Outreach(), Mail), (3, new OutreachDelivered(Id, Mail), null), (4, new DisclosureAcknowledged(Id, Mail, null, null), answer), (8, new FactRetracted(Id, answer, "another company"), null))
            .ShouldBe((WaitingOn.Company, Owed.Acknowledgement));
    }

    [Fact]
    public void the_promise_that_runs_out_first_is_the_one_that_is_owed()
    {
        var row = BoardRow.Of(Known((3, Promised(25), null), (3, Promised(20), Look)));
        row.Promise!.Value.Id.ShouldBe(Look);
        row.OverdueAt.ShouldBe(new DateTimeOffset(2025, 2, 21, 0, 0, 0, TimeSpan.Zero), "a day is due at its end");
    }

    [Theory]
    [InlineData(19, 28, PromiseState.Kept)]
    [InlineData(20, 28, PromiseState.Kept)]
    [InlineData(21, 28, PromiseState.KeptLate)]
    [InlineData(null, 20, PromiseState.Open)]
    [InlineData(null, 21, PromiseState.Missed)]
    public void a_promise_due_on_the_20th_is_judged_by_whole_days(int? keptOn, int today, PromiseState state)
    {
        var known = keptOn is { } day ? Known((3, Promised(20), Look), (day, new CommitmentKept(Id, Look), null)) : Known((3, Promised(20), Look));
        Promise.Of(known, new DateTimeOffset(2025, 2, today, 0, 0, 0, TimeSpan.Zero)).ShouldHaveSingleItem().State.ShouldBe(state);
    }

    [Fact]
    public void a_promise_is_settled_when_the_case_is_resolved_before_it_runs_out_and_missed_when_after()
    {
        var later = new DateTimeOffset(2025, 2, 28, 0, 0, 0, TimeSpan.Zero);
        Promise.Of(Known((3, Promised(20), Look), (19, new DisclosureResolved(Id, ResolutionOutcome.Removed, null), null)), later)[0].State.ShouldBe(PromiseState.Settled);
        Promise.Of(Known((3, Promised(20), Look), (22, new DisclosureResolved(Id, ResolutionOutcome.Removed, null), null)), later)[0].State.ShouldBe(PromiseState.Missed);
    }

    [Fact]
    public void reaction_time_runs_from_the_first_delivered_outreach_not_from_the_first_try()
    {
        var second = Guid.CreateVersion7();
        var measured = Measured.Of(
            Known((3, Outreach(), Mail), (3, new OutreachBounced(Id, Mail, null), null), (5, Outreach(), second), (5, new OutreachDelivered(Id, second), null), (9, new DisclosureAcknowledged(Id, second, null, null), null)),
            DateTimeOffset.MaxValue);
        measured.ShouldNotBeNull().Time.ShouldBe(TimeSpan.FromDays(4));
        measured.Ended.ShouldBeTrue();
    }

    [Fact]
    public void without_an_acknowledgement_it_still_runs()
    {
        var measured = Measured.Of(Known((3, Outreach(), Mail), (3, new OutreachDelivered(Id, Mail), null)), new DateTimeOffset(2025, 2, 13, 0, 0, 0, TimeSpan.Zero));
        measured.ShouldNotBeNull().ShouldSatisfyAllConditions(it => it.Time.ShouldBe(TimeSpan.FromDays(10)), it => it.Ended.ShouldBeFalse());
    }

    [Fact]
    public void without_anything_delivered_there_is_no_reaction_time() =>
        Measured.Of(Known((3, Outreach(), Mail)), DateTimeOffset.MaxValue).ShouldBeNull();

    [Theory]
    [InlineData("UTC", "2025-02-28T23:59:59Z", 2)]
    [InlineData("UTC", "2025-03-01T00:00:00Z", 3)]
    [InlineData("Pacific/Auckland", "2025-02-28T11:00:00Z", 3)]
    [InlineData("America/Los_Angeles", "2025-03-01T07:59:00Z", 2)]
    [InlineData("Pacific/Auckland", "2025-02-28", 2)]
    [InlineData("America/Los_Angeles", "2025-03-01", 3)]
    public void an_instant_belongs_to_the_month_of_the_teams_zone_and_a_day_to_its_own(string zone, string at, int month)
    {
        Moment.TryParse(at, out var moment).ShouldBeTrue();
        new TeamCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone)).DateOf(moment).Month.ShouldBe(month);
    }

    private static (WaitingOn, Owed) Turn(params (int Day, object Said, Guid? Id)[] facts)
    {
        var row = BoardRow.Of(Known(facts));
        return (row.WaitingOn, row.Owed);
    }

    private static Cases.Case Known(params (int Day, object Said, Guid? Id)[] facts) => Cases.Case.From(
        facts.Prepend((1, new DisclosureOpened(Id, "case", Guid.Empty, null, null, []), null)).Select((fact, index) => new Fact(
            fact.Id ?? Guid.CreateVersion7(), Id, index + 1, Moment.On(new DateOnly(2025, 2, fact.Day)), DateTimeOffset.UnixEpoch, "test", fact.Said)),
        Months.Utc)!;

    private static OutreachAttempted Outreach() => new(Id, Channel.Email, null, null, "test", null);

    private static CommitmentMade Promised(int due) => new(Id, "look", Moment.On(new DateOnly(2025, 2, due)), null);
}
