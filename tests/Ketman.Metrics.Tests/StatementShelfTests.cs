using System.Text;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Statements;
using Ketman.Metrics.Statements.Kept;

namespace Ketman.Metrics.Tests;

/// <summary>Statements that stand ready are those that counting anew would give.</summary>
public sealed class StatementShelfTests : IAsyncLifetime
{
    private static readonly Reader[] Readers = [new("reader", Tlp.Clear), new("reader", Tlp.Amber), new("mira", Tlp.Amber), new("reader", Tlp.Red)];

    private MetricsDatabase _database = null!;
    private NoteBook _notes = null!;
    private StatementShelf _shelf = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await MetricsDatabase.CreateAsync(Cancellation);
        _notes = new NoteBook(_database.Source);
        _shelf = new StatementShelf(_database.Source, _notes);
    }

    public async ValueTask DisposeAsync()
    {
        _shelf.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task whatever_is_learnt_the_next_answer_is_what_counting_anew_gives()
    {
        foreach (var seed in Enumerable.Range(700, 6))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 70).Select(_ => random.Next()), secrecy: true);
            await _database.ResetAsync(Cancellation);
            for (var known = 0; known < facts.Count;)
            {
                // Some one by one, each on its own; some together.
                var some = Math.Min(facts.Count - known, random.Next(3) == 0 ? 1 + random.Next(6) : 1);
                await _database.FoldAsync([facts.GetRange(known, some)], Cancellation);
                known += some;
                foreach (var month in new[] { 1, 2, 3 }.Select(number => Months.Of(2025, number)))
                {
                    var content = await _database.Source.OfMonthAsync(month.From, month.Until, Cancellation);
                    var anew = new StatementDraft(content, month, (await CompanyDisguise.ReadAsync(_database.Source, month, Cancellation)).Of);
                    foreach (var reader in Readers)
                    {
                        var view = anew.For(reader, Shown.Now);
                        var expected = Encoding.UTF8.GetString(StatementForm.Json.Write(view, StatementJson.Cut(view), StatementEdition.Draft));
                        Encoding.UTF8.GetString((await AskAsync(month, reader)).Content).ShouldBe(
                            expected, $"seed {seed}, {month}, {reader} after {known} facts, the last of them {facts[known - 1].Said.GetType().Name}");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task what_concerns_other_months_leaves_it_standing()
    {
        await _database.FoldAsync(SampleMonth.Facts.Chunk(100), Cancellation);
        var before = await AskAsync(Months.February, Readers[1]);
        (await AskAsync(Months.February, Readers[1])).ShouldBeSameAs(before);

        var (company, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await FoldAsync(new Fact(Guid.CreateVersion7(), other, 1, Moment.On(new DateOnly(2025, 5, 2)), Shown.Now, "mira", new DisclosureOpened(other, "elsewhere", company, null, null, [])));
        await FoldAsync(new Fact(Guid.CreateVersion7(), other, 2, Moment.On(new DateOnly(2025, 5, 2)), Shown.Now, "mira", new DisclosureMarked(other, Tlp.Red, "mira", null)));
        (await AskAsync(Months.February, Readers[1])).ShouldBeSameAs(before);

        await FoldAsync(new Fact(
            Guid.CreateVersion7(), other, 3, Moment.On(new DateOnly(2025, 2, 2)), Shown.Now, "mira",
            new PaymentRecorded(other, Guid.CreateVersion7(), "USDC", 100m, new UsdValue(100m, 100m), null, null, AssetKind.Stablecoin)));
        (await AskAsync(Months.February, Readers[1])).Tag.ShouldNotBe(before.Tag);
    }

    [Fact]
    public async Task each_reader_gets_his_own_and_those_who_may_know_the_same_share_it()
    {
        await _database.FoldAsync(SampleMonth.Facts.Chunk(100), Cancellation);
        var restricted = SampleMonth.Facts.First(fact => fact.Said is DisclosureOpened && Months.February.Contains(fact.At)).Subject;
        var version = SampleMonth.Facts.Where(fact => fact.Subject == restricted).Max(fact => fact.Version);
        var ana = await AskAsync(Months.February, new Reader("ana", Tlp.Amber));
        (await AskAsync(Months.February, new Reader("ines", Tlp.Amber))).ShouldBeSameAs(ana);

        await FoldAsync(new Fact(
            Guid.CreateVersion7(), restricted, version + 1, Moment.On(new DateOnly(2025, 5, 2)), Shown.Now, "mira", new DisclosureRestricted(restricted, ["ines"], "mira", null)));
        var closed = await AskAsync(Months.February, new Reader("ana", Tlp.Amber));
        closed.Tag.ShouldNotBe(ana.Tag);
        (await AskAsync(Months.February, new Reader("ines", Tlp.Amber))).Tag.ShouldBe(ana.Tag);
        (await AskAsync(Months.February, new Reader("vera", Tlp.Amber))).ShouldBeSameAs(closed);
    }

    [Fact]
    public async Task an_embargo_that_ends_a_note_and_another_table_of_facts_are_noticed()
    {
        await _database.FoldAsync(SampleMonth.Facts.Chunk(100), Cancellation);
        var plain = await AskAsync(Months.February, Readers[1]);
        var held = SampleMonth.Facts.First(fact => fact.Said is DisclosureOpened && Months.February.Contains(fact.At)).Subject;
        var version = SampleMonth.Facts.Where(fact => fact.Subject == held).Max(fact => fact.Version);
        await FoldAsync(new Fact(
            Guid.CreateVersion7(), held, version + 1, Moment.On(new DateOnly(2025, 5, 2)), Shown.Now, "mira", new EmbargoSet(held, Moment.At(Shown.Now.AddHours(1)), "mira")));
        var embargoed = await AskAsync(Months.February, Readers[1]);
        embargoed.Tag.ShouldNotBe(plain.Tag);
        (await AskAsync(Months.February, Readers[1], Shown.Now.AddMinutes(59))).ShouldBeSameAs(embargoed);
        (await AskAsync(Months.February, Readers[1], Shown.Now.AddHours(1))).Tag.ShouldBe(plain.Tag);

        (await _notes.AddAsync("2025-02", new StatementNote("publications", 1, "Nothing was published.", Tlp.Amber, "mira", Shown.Now), Cancellation)).ShouldBeTrue();
        Encoding.UTF8.GetString((await AskAsync(Months.February, Readers[1], Shown.Now.AddHours(2))).Content).ShouldContain("Nothing was published.");

        // A rebuild tells nobody what it folds; it puts another table in the place of the facts.
        await _database.ResetAsync(Cancellation);
        Encoding.UTF8.GetString((await AskAsync(Months.February, Readers[1])).Content).ShouldContain("\"payments\": []");
    }

    private Task<TaggedContent> AskAsync(StatementMonth month, Reader reader, DateTimeOffset? now = null) =>
        _shelf.AnswerAsync(month, StatementForm.Json, reader, now ?? Shown.Now, Cancellation);

    private Task FoldAsync(Fact fact) => _database.FoldAsync([[fact]], Cancellation);
}
