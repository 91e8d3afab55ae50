using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Rebuilding;
using Ketman.Hosting.Bus;
using Ketman.Testing;

namespace Ketman.Hosting.Tests.Bus;

public sealed class JournalRebuildTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);

    private Listener _listener = null!;

    public async ValueTask InitializeAsync()
    {
        _listener = await Listener.CreateAsync(new Uri("http://127.0.0.1:9"));
        await _listener.StartAsync(SharedBus.InMemory());
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task the_new_table_equals_the_live_one_row_by_row_and_streams_keep_their_order(int seed)
    {
        await TakeAsync(Shuffled(new Random(seed), streams: 20, events: 150));
        var (before, table) = (await RowsAsync(), await TableAsync());
        await ExecuteAsync("update effects set text = 'spoilt' where version % 2 = 0");

        await RebuildAsync();

        (await RowsAsync()).ShouldBe(before);
        (await TableAsync()).ShouldNotBe(table);
        foreach (var stream in (await _listener.EffectsAsync()).GroupBy(effect => effect.Stream))
        {
            stream.Select(effect => effect.Version).ShouldBe(Enumerable.Range(1, 150).Select(version => (long)version));
        }

        (await _listener.AskAsync<long>("select count(*) from pg_namespace where nspname like 'rebuild%'")).ShouldBe(0);
    }

    [Fact]
    public async Task with_two_instances_and_messages_coming_in_nothing_is_lost_or_doubled()
    {
        await _listener.StartAsync(SharedBus.InMemory());
        await TakeAsync(Shuffled(new Random(4), streams: 10, events: 200));
        var meanwhile = Shuffled(new Random(5), streams: 40, events: 100);
        var coming = TakeAsync(meanwhile);

        for (var time = 0; time < 3; time++)
        {
            await RebuildAsync();
        }

        await coming;
        await RebuildAsync();
        (await _listener.AskAsync<long>("select count(*) from (select stream, version from effects group by 1, 2 having count(*) = 1) once")).ShouldBe(6000);
        (await _listener.AskAsync<long>("select count(*) from effects")).ShouldBe(6000);
    }

    [Fact]
    public async Task a_killed_rebuild_goes_on_where_it_was()
    {
        await TakeAsync(Shuffled(new Random(6), streams: 30, events: 100));
        var before = await RowsAsync();
        var (batches, killed) = (0, 0);
        _listener.Faults.BeforeRefolding = async _ =>
        {
            if (Interlocked.Increment(ref batches) == 2)
            {
                killed = await ExecuteAsync(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and query like '%current_schema%'");
            }
        };

        await RebuildAsync();

        killed.ShouldNotBe(0);
        // The second batch twice, and none of the others.
        batches.ShouldBe(3);
        (await RowsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task an_event_that_cannot_be_folded_ends_it_and_changes_nothing()
    {
        var stream = Stream();
        await TakeAsync(Shuffled(new Random(7), streams: 3, events: 50));
        await TakeAsync([Arrive(stream, 1), Arrive(stream, 2)]);
        await ExecuteAsync("update effects set text = 'spoilt'");
        _listener.Faults.Poison = (of, version) => of == stream && version == 2;

        await _listener.Rebuilds.WantAsync("ledger", "alice", Cancellation);
        var status = await FinishedAsync();

        status.Phase.ShouldBe("failed");
        status.FailedEvent.ShouldBe($"{stream}@2");
        status.ErrorType.ShouldBe(nameof(InvalidOperationException));
        (await _listener.AskAsync<long>("select count(*) from effects where text = 'spoilt'")).ShouldBe(152);
        (await _listener.Journal.StatusAsync(Cancellation)).PausedAt.ShouldBeNull();

        _listener.Faults.Poison = (_, _) => false;
        await RebuildAsync();
        (await _listener.AskAsync<long>("select count(*) from effects where text = 'spoilt'")).ShouldBe(0);
    }

    [Fact]
    public async Task what_was_skipped_stays_out_and_what_waits_behind_a_pause_waits_on()
    {
        var (one, two) = (Stream(), Stream());
        _listener.Faults.Poison = (stream, version) => (stream == one && version == 2) || (stream == two && version == 2);
        await TakeAsync([Arrive(one, 1), Arrive(one, 2), Arrive(one, 3)]);
        await _listener.Journal.SkipAsync(one, 2, "alice", Cancellation);
        await Eventually.TrueAsync("it went on", async () => (await _listener.EffectsAsync()).Count == 2, cancellation: Cancellation);
        await TakeAsync([Arrive(two, 1), Arrive(two, 2), Arrive(two, 3)]);
        (await _listener.EffectsAsync()).ShouldBe([(one, 1), (one, 3), (two, 1)]);

        await RebuildAsync();

        (await _listener.EffectsAsync()).ShouldBe([(one, 1), (one, 3), (two, 1)], ignoreOrder: true);
        _listener.Faults.Poison = (_, _) => false;
        await _listener.Journal.ResumeAsync("alice", Cancellation);
        await Eventually.TrueAsync("it went on", async () => (await _listener.EffectsAsync()).Count == 5, cancellation: Cancellation);
        (await _listener.EffectsAsync()).ShouldBe([(one, 1), (one, 3), (two, 1), (two, 2), (two, 3)], ignoreOrder: true);
    }

    private async Task TakeAsync(IEnumerable<Arrival> arrivals)
    {
        foreach (var batch in arrivals.Chunk(97))
        {
            await _listener.Journal.TakeAsync(batch, [], Cancellation);
        }
    }

    private async Task RebuildAsync()
    {
        (await _listener.Rebuilds.WantAsync("ledger", "alice", Cancellation)).ShouldBeTrue();
        var status = await FinishedAsync();
        status.Phase.ShouldBe("done", status.ToString());
        status.Done.ShouldBe(status.Total);
    }

    private async Task<RebuildStatus> FinishedAsync()
    {
        RebuildStatus? status = null;
        await Eventually.TrueAsync(
            "the rebuild has ended",
            async () => !(status = (await _listener.Rebuilds.StatusAsync(_listener.Rebuilds.All.Single(), Cancellation))!).Running,
            cancellation: Cancellation);
        return status!;
    }

    // As events may come: streams side by side, out of order, and with clocks that go wrong.
    private static List<Arrival> Shuffled(Random random, int streams, int events)
    {
        var arrivals = Enumerable.Range(0, streams).Select(_ => Stream())
            .SelectMany(stream => Enumerable.Range(1, events).Select(version => Arrive(stream, version, random.Next(600)))).ToArray();
        random.Shuffle(arrivals);
        return [.. arrivals];
    }

    private static Arrival Arrive(string stream, int version, int seconds = 0) => Arrival.Of(new IntegrationEvent(
        Guid.CreateVersion7(), "ketman:note-added:v1", stream, version, Moment.At(Now), Now.AddSeconds(seconds), "ada",
        JsonSerializer.SerializeToElement(new NoteAdded(Guid.Empty, $"note {version}"), ContractJson.Options)));

    private Task<string?> RowsAsync() =>
        _listener.AskAsync<string>("select string_agg(row(stream, version, text)::text, E'\n' order by stream, version) from effects");

    private Task<uint> TableAsync() => _listener.AskAsync<uint>("select 'effects'::regclass::oid");

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var command = _listener.Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = 0;
        while (await reader.ReadAsync(Cancellation))
        {
            rows++;
        }

        return rows;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Stream() => $"disclosure-{Guid.CreateVersion7():D}";
}
