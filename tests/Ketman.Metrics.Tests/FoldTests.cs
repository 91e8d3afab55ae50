using System.Text;
using Ketman.Contracts;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Bus;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Statements;
using Ketman.Testing;

namespace Ketman.Metrics.Tests;

/// <summary>The read models on real PostgreSQL: the same facts give the same rows, however they come.</summary>
public sealed class FoldTests : IAsyncLifetime
{
    private MetricsDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await MetricsDatabase.CreateAsync(Cancellation);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task any_batches_and_any_order_of_streams_give_the_rows_of_one_by_one()
    {
        foreach (var seed in Enumerable.Range(0, 25))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 20 + random.Next(80)).Select(_ => random.Next()), secrecy: true);
            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync(facts.Select(fact => new[] { fact }), Cancellation);
            var oneByOne = await _database.RowsAsync(Cancellation);

            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync(Batches(Interleaved(facts, random), random), Cancellation);
            (await _database.RowsAsync(Cancellation)).ShouldBe(oneByOne, $"seed {seed}");
        }
    }

    [Fact]
    public async Task a_rebuild_in_the_order_of_recording_gives_the_live_rows()
    {
        var random = new Random(4711);
        await _database.FoldAsync(Batches(Interleaved([.. SampleMonth.Facts], random), random), Cancellation);
        var live = await _database.RowsAsync(Cancellation);

        await _database.ResetAsync(Cancellation);
        (await _database.RowsAsync(Cancellation)).ShouldBeEmpty();
        await _database.FoldAsync(SampleMonth.Facts.OrderBy(fact => fact.RecordedAt).Chunk(2000), Cancellation);
        (await _database.RowsAsync(Cancellation)).ShouldBe(live);
    }

    [Fact]
    public async Task the_facts_chosen_for_a_month_give_the_statement_of_all_facts()
    {
        foreach (var seed in Enumerable.Range(100, 40))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 20 + random.Next(80)).Select(_ => random.Next()), secrecy: true);
            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync([facts], Cancellation);
            foreach (var zone in new[] { "UTC", "Pacific/Auckland", "America/Los_Angeles" })
            {
                foreach (var month in new[] { 1, 2, 3 }.Select(number => Months.Of(2025, number, new TeamCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone)))))
                {
                    var chosen = new StatementDraft(await _database.Source.OfMonthAsync(month.From, month.Until, Cancellation), month, Shown.Disguise);
                    var ofThePast = await _database.Source.OfMonthInThePastAsync(month.From, month.Until, Cancellation);
                    foreach (var clearance in new[] { Tlp.Clear, Tlp.Green, Tlp.Amber, Tlp.Red })
                    {
                        var expected = Shown.Json(clearance, facts, month);
                        Encoding.UTF8.GetString(StatementJson.Write(chosen.For(new Reader("reader", clearance), Shown.Now))).ShouldBe(expected, $"seed {seed}, {month}, {zone}, {clearance}");
                        Shown.Json(clearance, ofThePast, month).ShouldBe(expected, $"seed {seed}, {month}, {zone}, {clearance}, as for the past");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task the_sample_gives_the_approved_statement_from_the_database()
    {
        await _database.FoldAsync(SampleMonth.Facts.Chunk(97), Cancellation);
        var chosen = await _database.Source.OfMonthAsync(Months.February.From, Months.February.Until, Cancellation);
        StatementMarkdown.Write(new StatementDraft(chosen, Months.February, Shown.Disguise).For(new Reader("reader", Tlp.Red), Shown.Now)).ShouldBeApproved("statement-2025-02.red.md");
    }

    [Fact]
    public async Task what_this_build_does_not_know_and_what_leads_tell_changes_nothing()
    {
        var known = MetricsDatabase.Journaled(SampleMonth.Facts[0]);
        var lead = Guid.CreateVersion7();
        await using var connection = await _database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await new MetricsReadModels(Months.Utc).ApplyAsync(
            [
                known with { Message = known.Message with { Type = "ketman:of-tomorrow:v1" }, Contract = null },
                new JournaledEvent(known.Message with { Stream = $"lead-{lead:D}", Type = "ketman:lead-dismissed:v1" }, new LeadDismissed(lead)),
            ],
            transaction, Cancellation);
        await transaction.CommitAsync(Cancellation);
        (await _database.RowsAsync(Cancellation)).ShouldBeEmpty();
    }

    // Streams mixed at random, each in its own order.
    private static List<Fact> Interleaved(List<Fact> facts, Random random)
    {
        var streams = facts.GroupBy(fact => fact.Subject).Select(stream => new Queue<Fact>(stream.OrderBy(fact => fact.Version))).ToList();
        List<Fact> mixed = [];
        while (streams.Count > 0)
        {
            var stream = streams[random.Next(streams.Count)];
            mixed.Add(stream.Dequeue());
            if (stream.Count == 0)
            {
                streams.Remove(stream);
            }
        }

        return mixed;
    }

    private static IEnumerable<IReadOnlyList<Fact>> Batches(List<Fact> facts, Random random)
    {
        for (var at = 0; at < facts.Count;)
        {
            var batch = facts.Skip(at).Take(1 + random.Next(20)).ToList();
            at += batch.Count;
            yield return batch;
        }
    }
}
