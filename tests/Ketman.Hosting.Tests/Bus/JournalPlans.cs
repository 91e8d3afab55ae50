using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>How PostgreSQL carries the journal's statements out.</summary>
public sealed class JournalPlans : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);

    private TestDatabase? _database;
    private RecordedStatements? _recorded;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Cancellation);
        await Migrations.ApplyAsync(_database.Source, typeof(Journal).Assembly, "journal", NullLogger.Instance, Cancellation);
        var journal = On(_database.Source);
        await journal.PrepareAsync(["disclosures"], Cancellation);
        var streams = Enumerable.Range(0, 300).Select(_ => $"disclosure-{Guid.CreateVersion7():D}").ToList();
        // As in life, the events of a stream lie far from one another.
        for (var version = 1; version <= 20; version++)
        {
            await journal.TakeAsync([.. streams.Select(stream => Arrive(stream, version))], [], Cancellation);
        }

        await using var analyse = _database.Source.CreateCommand("analyze");
        await analyse.ExecuteNonQueryAsync(Cancellation);
        _recorded = new RecordedStatements(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _recorded!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    [Fact]
    public async Task no_statement_of_taking_in_folding_and_healing_scans_a_table()
    {
        var journal = On(_recorded!.Source);
        var stream = $"disclosure-{Guid.CreateVersion7():D}";
        // In order, twice, with a gap, and the gap filled.
        await journal.TakeAsync([Arrive(stream, 1)], [], Cancellation);
        await journal.TakeAsync([Arrive(stream, 1), Arrive(stream, 3)], [], Cancellation);
        await journal.GapsAsync(Now.AddYears(50), Cancellation);
        await journal.TakeAsync([Arrive(stream, 2)], [], Cancellation);
        await journal.FoldWaitingAsync(Cancellation);

        var plans = await _recorded.ExplainAsync(Cancellation);

        plans.ShouldBeApproved("journal-plans.txt");
        plans.ShouldNotContain("Seq Scan on");
    }

    private static Journal On(NpgsqlDataSource source)
    {
        var nothing = new Nothing();
        return new Journal(
            source, nothing, new JournalFold(nothing, TimeProvider.System, NullLogger<JournalFold>.Instance), TimeProvider.System, NullLogger<Journal>.Instance);
    }

    private static Arrival Arrive(string stream, int version) => Arrival.Of(new IntegrationEvent(
        Guid.CreateVersion7(), "ketman:of-tomorrow:v1", stream, version, Moment.At(Now), Now, "ada", JsonSerializer.SerializeToElement(new { version })));

    private sealed class Nothing : IJournalConsumer
    {
        public string Name => "nothing";

        public IReadOnlyCollection<string> Types { get; } = ["*"];

        public Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation) => Task.CompletedTask;
    }
}
