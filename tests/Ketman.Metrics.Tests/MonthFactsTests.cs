using Ketman.Metrics.Reading;
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
        System.Text.RegularExpressions.Regex.Matches(definition, "ketman:[a-z0-9:-]+").Select(match => match.Value).ShouldBe(MonthFacts.Indexed, ignoreOrder: true);
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
}
