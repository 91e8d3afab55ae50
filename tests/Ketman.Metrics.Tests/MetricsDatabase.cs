using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore;
using Ketman.Hosting.Bus;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.Metrics.Tests;

/// <summary>A database with the read models of Metrics, and the fold as the journal calls it.</summary>
public sealed class MetricsDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private MetricsDatabase(TestDatabase database) => _database = database;

    public NpgsqlDataSource Source => _database.Source;

    public Uri Url => _database.Url;

    public static async Task<MetricsDatabase> CreateAsync(CancellationToken cancellation)
    {
        var database = await TestDatabase.CreateAsync(cancellation);
        await Migrations.ApplyAsync(database.Source, typeof(MetricsService).Assembly, "metrics", NullLogger.Instance, cancellation);
        return new MetricsDatabase(database);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>Folds the facts in these batches, each in a transaction of its own.</summary>
    public async Task FoldAsync(IEnumerable<IReadOnlyList<Fact>> batches, CancellationToken cancellation, TeamCalendar? calendar = null)
    {
        foreach (var batch in batches)
        {
            await FoldAsync(Source, batch, cancellation, calendar);
        }
    }

    /// <summary>Folds facts in one transaction.</summary>
    public static async Task FoldAsync(NpgsqlDataSource source, IEnumerable<Fact> batch, CancellationToken cancellation, TeamCalendar? calendar = null)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await new MetricsReadModels(calendar ?? Months.Utc).ApplyAsync([.. batch.Select(Journaled)], transaction, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Records the statements that go through what it gives.</summary>
    public RecordedStatements Record() => new(_database);

    /// <summary>Empties the read models, so that another history can be folded.</summary>
    public async Task ResetAsync(CancellationToken cancellation)
    {
        for (var tries = 5; ; tries--)
        {
            try
            {
                await using var command = Source.CreateCommand("truncate facts, cases, companies, accounts, measures, case_facts, dues, timetables_wanted, case_words, words_wanted");
                await command.ExecuteNonQueryAsync(cancellation);
                return;
            }
            // The loops of a service that runs on it take the same tables in an order of their own; one of the two steps back.
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries > 1)
            {
            }
        }
    }

    /// <summary>Every row of every read model, as text.</summary>
    public async Task<string> RowsAsync(CancellationToken cancellation)
    {
        var rows = new StringBuilder();
        foreach (var table in new[] { "facts", "cases", "companies", "accounts", "measures", "case_facts" })
        {
            await using var command = Source.CreateCommand($"select t::text from {table} t order by t.id");
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                rows.Append(table).Append(' ').Append(reader.GetString(0)).Append('\n');
            }
        }

        return rows.ToString();
    }

    /// <summary>A fact as it comes from the bus.</summary>
    public static JournaledEvent Journaled(Fact fact)
    {
        var aggregate = fact.Said.GetType().Namespace == typeof(DisclosureOpened).Namespace ? "disclosure"
            : fact.Said is CompanyRegistered or CompanyChanged or CompanyPrivacyWished ? "company" : "account";
        return new JournaledEvent(
            new IntegrationEvent(
                fact.Id, ContractJson.UrnOf(fact.Said.GetType()), $"{aggregate}-{fact.Subject:D}", fact.Version, fact.At, fact.RecordedAt, fact.RecordedBy,
                JsonSerializer.SerializeToElement(fact.Said, fact.Said.GetType(), ContractJson.Options)),
            fact.Said);
    }
}
