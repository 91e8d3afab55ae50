using Ketman.EventStore.Deciding;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Notices;
using Ketman.Disclosures.Reading;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Deadlines.DeadlineDatabase;

namespace Ketman.Disclosures.Tests.Deadlines;

/// <summary>How PostgreSQL carries out what the deadline clock asks several times a second, and what an append writes for it.</summary>
public sealed class DeadlinePlans
{
    private static readonly DateTimeOffset Monday = new(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task no_statement_of_the_deadline_clock_scans_a_table()
    {
        await using var house = await CreateAsync(Monday);
        await house.OpenAsync("one", TestPolicy, Monday);
        await house.OpenAsync("other", TestPolicy, Monday.AddDays(1));
        await using var recorded = new RecordedStatements(house.Database);
        var store = new Ketman.EventStore.PostgresEventStore(recorded.Source, DisclosureStream.Events);
        var clock = house.Clock(store, recorded.Source);
        // Single notices, then those that are collected, then a row of which nothing comes.
        foreach (var now in new[] { Monday.AddHours(24), Monday.AddDays(3) })
        {
            house.Time.Now = now;
            await clock.NoticeAsync(Cancellation);
        }

        await new DeadlineOperations(house.Source, house.Time).RecomputeAsync(Cancellation);
        await clock.NoticeAsync(Cancellation);
        await new DeadlineOperations(recorded.Source, house.Time).BacklogAsync(Cancellation);
        await ListNotices.ReadAsync(recorded.Source, PageCursor.Read(null, null, []).After, 50, new Reader("reader", Tlp.Amber), DateTimeOffset.UnixEpoch, Cancellation);

        // As many as after a long time down, half of them due: whoever takes the oldest must not sort them all.
        await house.ExecuteAsync("""
            insert into deadlines (disclosure_id, due_at, claimable_at)
            select gen_random_uuid(), t, t from (select '2025-02-06 10:00'::timestamptz + make_interval(secs => n - 10000) as t from generate_series(1, 20000) n) x
            """);
        await house.ExecuteAsync("analyze");

        var plans = await recorded.ExplainAsync(Cancellation);

        plans.ShouldBeApproved("deadline-plans.txt");
        // What waits to be collected is taken whole.
        plans.Split("\n").Where(line => line.Contains("Seq Scan on", StringComparison.Ordinal) && !line.Contains("late_notices", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
