using Ketman.EventStore.Chain;
using Ketman.EventStore.Deciding;

namespace Ketman.EventStore.Tests;

public sealed class ChainVerifierTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private readonly string _stream = Samples.NewStream();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChainVerifier Verifier => new(_database.Source);

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await _database.Store.AppendAsync([Samples.First(_stream, Samples.Note("one"))], null, Cancellation);
        IDomainEvent[] several = [Samples.Money(1.10m), Samples.Note("zwei é \u0001 \"quoted\""), Samples.Money(1e-7m)];
        var history = await _database.Store.ReadStreamAsync(_stream, Cancellation);
        await _database.Store.AppendAsync([Samples.Append(history, several)], null, Cancellation);
        await _database.Store.AppendAsync([Samples.First(Samples.NewStream(), Samples.Note("another stream"))], null, Cancellation);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task what_the_store_wrote_holds()
    {
        var one = await Verifier.VerifyStreamAsync(_stream, Cancellation);
        var all = await Verifier.VerifyLogAsync(Cancellation);

        (one.Streams, one.Events, one.Broken.Count, one.Next).ShouldBe((1, 4, 0, null));
        (all.Streams, all.Events, all.Broken.Count, all.Next).ShouldBe((2, 5, 0, null));
    }

    [Theory]
    [InlineData("data = jsonb_set(data, '{text}', '\"zwei e\"') where version = 3", 3, ChainFault.Altered)]
    [InlineData("data = '{\"to\": \"0xAb\", \"tags\": [\"stable\", \"coin\"], \"amount\": 1.1, \"occurredAt\": \"2025-02-01\"}' where version = 2", 2, ChainFault.Altered)]
    [InlineData("headers = headers - 'hash' where version = 2", 2, ChainFault.NoHash)]
    [InlineData("headers = headers || '{\"added\": 1}' where version = 2", 2, ChainFault.Altered)]
    [InlineData("timestamp = timestamp + interval '1 microsecond' where version = 4", 4, ChainFault.Altered)]
    [InlineData("is_archived = true where version = 4", 4, ChainFault.Foreign)]
    [InlineData("bdata = 'x' where version = 1", 1, ChainFault.Foreign)]
    [InlineData("version = 9 where version = 3", 3, ChainFault.Missing)]
    [InlineData("user_name = null where version = 3", 3, ChainFault.Altered)]
    public async Task a_change_behind_the_stores_back_is_found_at_its_event(string change, long version, ChainFault fault)
    {
        await TamperAsync($"update mt_events set {change} and stream_id = '{_stream}'");

        (await Verifier.VerifyStreamAsync(_stream, Cancellation)).Broken.ShouldBe([new BrokenLink(_stream, version, fault)]);
        (await Verifier.VerifyLogAsync(Cancellation)).Broken.ShouldBe([new BrokenLink(_stream, version, fault)]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task a_removed_event_is_missed(long version)
    {
        await TamperAsync($"delete from mt_events where stream_id = '{_stream}' and version = {version}");

        (await Verifier.VerifyStreamAsync(_stream, Cancellation)).Broken.ShouldBe([new BrokenLink(_stream, version, ChainFault.Missing)]);
    }

    [Fact]
    public async Task two_events_that_changed_places_are_found()
    {
        await TamperAsync($"update mt_events set seq_id = 1000 where stream_id = '{_stream}' and version = 2");

        (await Verifier.VerifyStreamAsync(_stream, Cancellation)).Broken.ShouldBe([new BrokenLink(_stream, 3, ChainFault.OutOfOrder)]);
    }

    [Fact]
    public async Task a_log_that_grows_while_it_is_looked_at_holds_wherever_a_page_ends()
    {
        var streams = Enumerable.Range(0, 4).Select(_ => Samples.NewStream()).ToArray();
        var writers = Task.WhenAll(streams.Select(stream => Task.Run(async () =>
        {
            for (var each = 0; each < 40; each++)
            {
                var history = await _database.Store.ReadStreamAsync(stream, Cancellation);
                await _database.Store.AppendAsync([Samples.Append(history, Samples.Note(), Samples.Money())], null, Cancellation);
            }
        }, Cancellation)));

        var verifier = new ChainVerifier(_database.Source, batchSize: 3);
        while (!writers.IsCompleted)
        {
            ChainPosition? next = null;
            do
            {
                var page = await verifier.VerifyAsync(next, 1, CancellationToken.None, Cancellation);
                page.Broken.ShouldBeEmpty();
                next = page.Next;
            }
            while (next is not null);
        }

        await writers;
        (await verifier.VerifyLogAsync(Cancellation)).Events.ShouldBe(await _database.ScalarAsync<long>("select count(*) from mt_events"));
    }

    // As somebody would who owns the server: with triggers off.
    private async Task TamperAsync(string sql)
    {
        await using var connection = await _database.Source.OpenConnectionAsync(Cancellation);
        await using var command = new Npgsql.NpgsqlCommand($"set session_replication_role = replica; {sql}; set session_replication_role = origin", connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
