using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Statements;
using Npgsql;

namespace Ketman.Metrics.Tests;

/// <summary>How the facts of a month are found.</summary>
public sealed class MonthFactsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_index_has_the_kinds_that_count()
    {
        await using var database = await MetricsDatabase.CreateAsync(Cancellation);
        await using var command = database.Source.CreateCommand("select pg_get_indexdef('facts_counted'::regclass)");
        var definition = (string)(await command.ExecuteScalarAsync(Cancellation))!;
        System.Text.RegularExpressions.Regex.Matches(definition, "ketman:[a-z0-9:-]+").Select(match => match.Value).ShouldBe(MonthKinds.Indexed, ignoreOrder: true);
    }

    [Theory]
    [InlineData("facts_of_work", "code-merged engagement-established access-revoked payment-recorded payment-corrected worker-confirmed")]
    [InlineData("facts_of_confirmation", "worker-confirmed")]
    public async Task the_index_has_the_kinds_that_tell_of_work(string index, string kinds)
    {
        await using var database = await MetricsDatabase.CreateAsync(Cancellation);
        await using var command = database.Source.CreateCommand("select pg_get_indexdef($1::regclass)");
        command.Parameters.Add(new() { Value = index });
        var definition = (string)(await command.ExecuteScalarAsync(Cancellation))!;
        var indexed = System.Text.RegularExpressions.Regex.Matches(definition, "ketman:[a-z0-9:-]+").Select(match => match.Value).ToList();
        indexed.ShouldBe(kinds.Split(' ').Select(kind => $"ketman:{kind}:v1"), ignoreOrder: true);
        if (index == "facts_of_work")
        {
            indexed.ShouldBe(MonthKinds.IndexedWork, ignoreOrder: true);
        }
    }

    [Fact]
    public void packed_facts_are_read_as_they_were_written()
    {
        var wanted = Enumerable.Repeat(long.MaxValue, PackedFacts.All.Count).ToArray();
        var written = 0;
        foreach (var facts in Enumerable.Range(0, 40).Select(seed => HistoryOf(seed)).Append([.. SampleMonth.Facts]))
        {
            foreach (var told in facts.Where(fact => PackedFacts.All.Contains(fact.Said.GetType())).GroupBy(fact => fact.Subject))
            {
                var packed = PackedFacts.Write(told);
                PackedFacts.CanRead(packed).ShouldBeTrue();
                List<Fact> read = [];
                PackedFacts.Read(packed, told.Key, wanted, (0, 0), read);
                read.Select(fact => (fact.Id, fact.Subject, fact.Version, fact.At, fact.RecordedAt, fact.Said.GetType()))
                    .ShouldBe(told.OrderBy(fact => fact.Version).Select(fact => (fact.Id, fact.Subject, fact.Version, fact.At, fact.RecordedAt, fact.Said.GetType())));
                PackedFacts.Write(read).ShouldBe(packed);
                written += read.Count;
            }
        }

        written.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void a_packed_payment_keeps_every_digit_and_what_is_not_known_stays_unknown()
    {
        var disclosure = Guid.CreateVersion7();
        object[] said =
        [
            new PaymentRecorded(disclosure, Guid.CreateVersion7(), "USDC", 1500.00m, new UsdValue(1499.50m, 79228162514264337593543950335m), null, null, AssetKind.Stablecoin),
            new PaymentRecorded(disclosure, Guid.CreateVersion7(), "ÅRB", -0.000000000000000001m, null, "exchange", null),
            new DisclosureAcknowledged(disclosure, null, null, null),
            new EmbargoSet(disclosure, null, new string('\u00e9', 70_000)),
            new CommitmentMade(disclosure, "", Moment.On(new DateOnly(2025, 2, 28)), null),
            new CommitmentMade(disclosure, "", Moment.At(new DateTimeOffset(2025, 2, 28, 12, 0, 0, TimeSpan.Zero)), null),
        ];
        List<Fact> read = [];
        PackedFacts.Read(
            PackedFacts.Write(said.Select((one, index) => new Fact(Guid.CreateVersion7(), disclosure, index + 1, Moment.On(new DateOnly(2025, 2, 3)), Shown.Now, "mira", one))), disclosure,
            [.. Enumerable.Repeat(long.MaxValue, PackedFacts.All.Count)], (0, 0), read);
        read.Select(fact => fact.Said).ShouldBe(said);
        ((PaymentRecorded)read[0].Said).Amount.ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe("1500.00");
    }

    [Fact]
    public async Task cases_with_a_row_and_those_without_or_with_one_of_another_form_give_the_statement_of_all_facts()
    {
        await using var database = await MetricsDatabase.CreateAsync(Cancellation);
        foreach (var seed in Enumerable.Range(300, 10))
        {
            var facts = HistoryOf(seed);
            await database.ResetAsync(Cancellation);
            await database.FoldAsync([facts], Cancellation);
            foreach (var (done, without) in new[]
            {
                ("select 1", "all there"),
                ("update case_facts set facts = '\\x00' where id < '80000000-0000-0000-0000-000000000000'", "of another form"),
                ("delete from case_facts where id > '40000000-0000-0000-0000-000000000000'", "some gone"), ("delete from case_facts", "all gone"),
            })
            {
                await using var command = database.Source.CreateCommand(done);
                await command.ExecuteNonQueryAsync(Cancellation);
                foreach (var month in new[] { 1, 2, 3 }.Select(number => Months.Of(2025, number)))
                {
                    var chosen = new StatementDraft(await database.Source.OfMonthAsync(month.From, month.Until, Cancellation), month, Shown.Disguise);
                    foreach (var clearance in new[] { Tlp.Clear, Tlp.Amber, Tlp.Red })
                    {
                        System.Text.Encoding.UTF8.GetString(StatementJson.Write(chosen.For(new Reader("reader", clearance), Shown.Now)))
                            .ShouldBe(Shown.Json(clearance, facts, month), $"seed {seed}, {month}, {clearance}, rows {without}");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task the_scripts_run_beside_the_live_tables_without_making_those_again_that_a_rebuild_leaves_alone()
    {
        await using var database = await MetricsDatabase.CreateAsync(Cancellation);
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await ExecuteAsync("create schema beside; set local search_path = beside, public; select set_config('ketman.rebuild', 'on', true)");
        foreach (var name in typeof(MetricsService).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(typeof(MetricsService).Assembly.GetManifestResourceStream(name)!);
            await ExecuteAsync(await reader.ReadToEndAsync(Cancellation));
        }

        await using var count = new NpgsqlCommand(
            "select count(*) from pg_class where relnamespace = 'beside'::regnamespace and (relname like 'statement%' or relname = 'changes')", connection, transaction);
        (await count.ExecuteScalarAsync(Cancellation)).ShouldBe(0L);
        await using var functions = new NpgsqlCommand("select count(*) from pg_proc where pronamespace = 'beside'::regnamespace", connection, transaction);
        (await functions.ExecuteScalarAsync(Cancellation)).ShouldBe(0L);

        // What a rebuild folds is told to nobody.
        await new MetricsReadModels(Months.Utc).ApplyAsync([.. SampleMonth.Facts.Take(50).Select(MetricsDatabase.Journaled)], transaction, Cancellation);
        await using var told = new NpgsqlCommand("select count(*) from changes", connection, transaction);
        (await told.ExecuteScalarAsync(Cancellation)).ShouldBe(0L);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    private static List<Fact> HistoryOf(int seed)
    {
        var random = new Random(seed);
        return Histories.From(Enumerable.Range(0, 100).Select(_ => random.Next()), secrecy: true);
    }
}
