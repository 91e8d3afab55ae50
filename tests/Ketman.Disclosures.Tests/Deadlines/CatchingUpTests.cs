using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Notices;
using Ketman.Disclosures.Policies;
using static Ketman.Disclosures.Tests.Deadlines.DeadlineDatabase;

namespace Ketman.Disclosures.Tests.Deadlines;

public sealed class CatchingUpTests
{
    // A Thursday, 17:00 in Berlin: an hour of the ten is left of the working week's Thursday, and nine are on Friday.
    private static readonly DateTimeOffset Thursday = new(2025, 2, 6, 16, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset MondayMorning = new(2025, 2, 10, 7, 0, 0, TimeSpan.Zero);

    // What the platform does by itself, and a reminder that a person owes half a day after the breach.
    private static readonly PolicyDocument WithLadder = TestPolicy with
    {
        Ladder =
        [
            new LadderTerms("second-look", "Second look", StepKind.Reminder, new DueRule(After: Milestone.FirstDelivered, Time: "PT40H"), [Milestone.CompanyWord], StepTaker.Platform),
            new LadderTerms("reminder", "Reminder", StepKind.Reminder, new DueRule(AfterBreach: "acknowledgement", Time: "PT12H"), [Milestone.CompanyWord]),
        ],
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task after_a_weekend_down_everything_bears_its_own_time_and_one_notice_tells_of_it()
    {
        const int cases = 240;
        await using var house = await CreateAsync(Thursday);
        var ids = new List<Guid>();
        for (var number = 0; number < cases; number++)
        {
            ids.Add(await house.OpenAsync($"case-{number:000}", WithLadder, Thursday.AddSeconds(number)));
        }

        // Three instances start again on Monday, before the office opens.
        house.Time.Now = MondayMorning;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(house.NoticeAsync)));
        await house.NoticeAsync();

        for (var number = 0; number < cases; number++)
        {
            var delivered = Thursday.AddSeconds(number);
            (await house.NoticedInAsync(ids[number])).Select(Told).ShouldBe(
            [
                ("warning", "acknowledgement", delivered.AddHours(24), true),
                ("step-due", "second-look", delivered.AddHours(40), true),
                ("step-taken", "second-look", delivered.AddHours(40), false),
                ("breach", "acknowledgement", delivered.AddHours(48), true),
                ("step-due", "reminder", delivered.AddHours(60), true),
            ], $"case {number}");
        }

        var notice = (await house.NoticesAsync()).ShouldHaveSingleItem();
        notice.Kind.ShouldBe("caught-up");
        notice.DueAt.ShouldBe(Thursday.AddHours(24));
        notice.NoticedAt.ShouldBe(MondayMorning);
        notice.DeliverAt.ShouldBe(MondayMorning.AddHours(1), "the office opens at nine in Berlin");
        notice.CaughtUp.ShouldNotBeNull();
        (notice.CaughtUp.Breaches, notice.CaughtUp.Steps, notice.CaughtUp.Warnings, notice.CaughtUp.Cases).ShouldBe((cases, 2 * cases, cases, cases));
        notice.CaughtUp.Until.ShouldBe(Thursday.AddHours(60).AddSeconds(cases - 1));
        notice.CaughtUp.Disclosures.ShouldBe(ids);
        notice.Text.ShouldBe(
            "Noticed late: 240 breaches, 480 steps, 240 warnings between 2025-02-07 16:00 UTC and 2025-02-09 04:03 UTC, in 240 cases: " +
            "case-000, case-001, case-002, case-003, case-004, case-005, case-006, case-007, case-008, case-009 and 230 more.");

        // And from then on each thing is told by itself again.
        house.Time.Now = MondayMorning.AddHours(3);
        await house.NoticeAsync();
        (await house.NoticesAsync()).Count.ShouldBe(1 + cases);
    }

    [Fact]
    public async Task while_something_that_was_missed_is_still_in_hand_nothing_is_told()
    {
        await using var house = await CreateAsync(Thursday);
        var one = await house.OpenAsync("one", TestPolicy, Thursday);
        await house.OpenAsync("other", TestPolicy, Thursday.AddSeconds(1));
        house.Time.Now = MondayMorning;

        // Another instance has taken one of the two up, and dies.
        (await new DeadlineTable(house.Source).ClaimAsync(MondayMorning, 1, Cancellation)).Select(claimed => claimed.Id).ShouldBe([one]);
        await house.NoticeAsync();
        (await house.NoticesAsync()).ShouldBeEmpty();

        house.Time.Now = MondayMorning + DeadlineTable.Lease;
        await house.NoticeAsync();
        (await house.NoticesAsync()).ShouldHaveSingleItem().CaughtUp!.Cases.ShouldBe(2);
    }

    [Fact]
    public async Task of_many_that_tell_at_once_one_does()
    {
        await using var house = await CreateAsync(Thursday);
        for (var round = 1; round <= 5; round++)
        {
            await house.ExecuteAsync($"""
                insert into late_notices (event_id, disclosure_id, kind, came_at, deliver_at)
                select gen_random_uuid(), gen_random_uuid(), 'breach', now(), now() from generate_series(1, 50)
                """);
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
                () => new CatchingUp(house.Source).TellAsync(house.Time.Now, DeadlineRow.Settling, Cancellation))));

            (await house.NoticesAsync()).Select(notice => notice.CaughtUp!.Breaches).ShouldBe(Enumerable.Repeat<long?>(50L, round));
        }
    }

    [Theory]
    // Noticed at night, told in the morning; noticed on Friday night, told on Monday; noticed while the team works, told at once.
    [InlineData("2025-02-04T22:00:00Z", "2025-02-05T08:00:00Z")]
    [InlineData("2025-02-07T22:00:00Z", "2025-02-10T08:00:00Z")]
    [InlineData("2025-02-05T12:00:00Z", "2025-02-05T12:00:00Z")]
    public async Task nobody_is_told_out_of_hours(string due, string told)
    {
        var dueAt = DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture);
        var delivered = dueAt.AddHours(-48);
        await using var house = await CreateAsync(delivered);
        var id = await house.OpenAsync("halcyon", TestPolicy, delivered);
        await house.AppendAsync(id, new ReactionClassified(Moment.At(delivered), Reaction.Engaged, null));
        house.Time.Now = delivered.AddHours(24);
        await house.NoticeAsync();
        house.Time.Now = dueAt;
        await house.NoticeAsync();

        var notice = (await house.NoticesAsync())[0];

        (notice.Kind, notice.Disclosure, notice.Subject, notice.DueAt, notice.NoticedAt, notice.DeliverAt).ShouldBe(
            ("breach", "halcyon", "acknowledgement", dueAt, dueAt, DateTimeOffset.Parse(told, System.Globalization.CultureInfo.InvariantCulture)));
        notice.Text.ShouldBe($"halcyon: time ran out for \"Acknowledgement\" at {dueAt:yyyy-MM-dd HH:mm} UTC; the company owes it.");
    }

    private static (string Kind, string What, DateTimeOffset At, bool CaughtUp) Told(Ketman.EventStore.Deciding.IDomainEvent noticed) => noticed switch
    {
        DeadlineNear near => ("warning", near.Clock, near.OccurredAt.Start, near.CaughtUp),
        SlaBreached breach => ("breach", breach.Clock, breach.OccurredAt.Start, breach.CaughtUp),
        EscalationStepTaken step => ("step-taken", step.Step, step.OccurredAt.Start, false),
        EscalationStepDue step => ("step-due", step.Step, step.OccurredAt.Start, step.CaughtUp),
        _ => (noticed.GetType().Name, "", noticed.OccurredAt.Start, false),
    };
}
