using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Board;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Search;
using Ketman.Testing;

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
        await BoardEndpoint.ReadAsync(
            recorded.Source, BoardQuery.Read(new BoardRequest(), "reader", Months.Utc, Months.February.Until).Query!, null, Months.Utc, Months.February.Until,
            new Reader("reader", Tlp.Amber), new Likeness(recorded.Source), Cancellation);
        await recorded.Source.OfCaseAsync(SampleMonth.Facts[0].Subject, Cancellation);

        var plans = await recorded.ExplainAsync(Cancellation);

        plans.ShouldBeApproved("read-model-plans.txt");
        plans.ShouldNotContain("Seq Scan on");
    }
}
