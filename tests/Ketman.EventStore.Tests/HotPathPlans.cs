using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.EventStore.Tests;

/// <summary>How PostgreSQL carries the store's statements out.</summary>
public sealed class HotPathPlans : IAsyncLifetime
{
    private TestDatabase? _database;
    private RecordedStatements? _recorded;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Cancellation);
        await Migrations.ApplyAsync(_database.Source, typeof(Migrations).Assembly, "event-store", NullLogger.Instance, Cancellation);
        var store = new PostgresEventStore(_database.Source, Samples.Types);
        var streams = Enumerable.Range(0, 300).Select(_ => Samples.NewStream()).ToList();
        // As in life, the events of a stream lie far from one another.
        for (var round = 0; round < 10; round++)
        {
            var read = await store.ReadToDecideAsync(streams, [], Cancellation);
            await store.AppendAsync(
                [.. streams.Select(stream => Samples.Append(read[stream], [.. Enumerable.Range(0, 5).Select(number => Samples.Note($"{number}"))]))], null, Cancellation);
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
    public async Task no_statement_of_an_append_or_a_read_scans_a_table()
    {
        IEventStore store = new PostgresEventStore(_recorded!.Source, Samples.Types);
        string[] streams = [Samples.NewStream(), Samples.NewStream()];
        await store.AppendAsync([.. streams.Select(stream => Samples.First(stream, Samples.Note()))], null, Cancellation);
        await store.AppendAsync([Samples.Append(await store.ReadStreamAsync(streams[0], Cancellation), Samples.Note())], null, Cancellation);
        await store.AppendAsync([Samples.Append(await store.ReadToDecideAsync(streams[0], Cancellation), Samples.Note(), Samples.Note())], null, Cancellation);
        await store.ReadToDecideAsync(streams, [Guid.CreateVersion7()], Cancellation);
        await store.ReadStreamPageAsync(streams[0], 1, 1, Cancellation);

        await ApproveAsync("append-and-read.txt");
    }

    [Fact]
    public async Task no_statement_of_a_follower_of_the_log_scans_a_table()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(_recorded!.Source);
        builder.Services.AddEventStore(Samples.Types);
        builder.Services.AddSingleton<IProjection, Nothing>();
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        var control = host.Services.GetRequiredService<SubscriptionControl>();
        await Eventually.TrueAsync(
            "the projection is at the end of the log", async () => (await control.StatusAsync(Cancellation)).All(status => status.Lag == 0), cancellation: Cancellation);
        await host.StopAsync(Cancellation);

        await ApproveAsync("follow.txt");
    }

    private async Task ApproveAsync(string name)
    {
        var plans = await _recorded!.ExplainAsync(Cancellation);
        plans.ShouldBeApproved(name);
        plans.ShouldNotContain("Seq Scan on");
    }

    private sealed class Nothing : IProjection
    {
        public string Name => "nothing";

        public Task ProjectAsync(IReadOnlyList<RecordedEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation) => Task.CompletedTask;
    }
}
