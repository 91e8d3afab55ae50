using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Board;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Search;
using Ketman.Metrics.Timetables;
using Ketman.Metrics.Watch;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Metrics.Tests;

/// <summary>How PostgreSQL carries out what Metrics writes with every event and reads with every page.</summary>
public sealed class ReadModelPlans
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task no_statement_of_folding_the_board_or_a_timeline_scans_a_table()
    {
        await using var database = await MetricsDatabase.CreateAsync(Cancellation);
        var half = SampleMonth.Facts.Count / 2;
        await database.FoldAsync([[.. SampleMonth.Facts.Take(half)]], Cancellation);
        await using (var analyse = database.Source.CreateCommand("analyze"))
        {
            await analyse.ExecuteNonQueryAsync(Cancellation);
        }

        await using var recorded = database.Record();
        await MetricsDatabase.FoldAsync(recorded.Source, SampleMonth.Facts.Skip(half), Cancellation);
        var reader = new Reader("reader", Tlp.Amber);
        foreach (var query in new[]
        {
            "", "waitingOn=us&reaction=silent", "assignee=me&overdue=true", "tag=wallet&dueWithin=P7D", "status=all&sort=-opened", "sort=lastOutreach&tlp=amber",
            "sort=company&severity=high", "disclosure=halcyon-2025-02,quillstack-2025-02&status=all", "q=keys", "q=keys&status=closed&sort=opened",
        })
        {
            await BoardEndpoint.ReadAsync(
                recorded.Source, BoardWorld.Query(query, reader), null, Months.Utc, Months.February.Until, reader, new Likeness(recorded.Source), Cancellation);
        }

        await BoardCounts.ReadAsync(recorded.Source, BoardWorld.Query("", reader), null, Months.February.Until, reader, Cancellation);
        await WatchEndpoint.ReadAsync(
            recorded.Source, new WatchRequest(null, null, null, "company", null, null), 50, TimeSpan.FromDays(2), null, Months.February.Until, reader, Cancellation);
        var timetables = new TimetableTable(recorded.Source, TimeProvider.System);
        await timetables.WriteAsync(await timetables.ClaimAsync(500, Cancellation), [.. SampleMonth.Facts.Select(fact => fact.Said).OfType<DisclosureOpened>().Select(opened => new Timetable(opened.DisclosureId, 1000, [], null))], Cancellation);
        using (var gathering = new WordGathering(recorded.Source, Months.Utc, TimeProvider.System, NullLogger<WordGathering>.Instance))
        {
            await gathering.AdvanceAsync(Cancellation);
        }

        await recorded.Source.OfCaseAsync(SampleMonth.Facts[0].Subject, Cancellation);

        var plans = await recorded.ExplainAsync(Cancellation);

        plans.ShouldBeApproved("read-model-plans.txt");
        plans.ShouldNotContain("Seq Scan on");
    }
}
