using System.Collections.Concurrent;
using System.Diagnostics;
using Ketman.EventStore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Benchmarks.Store;

/// <summary>Follows the log with an effect.</summary>
internal static class Projecting
{
    public static async Task<Figure> RateAsync(StoreServer server, string name)
    {
        const int events = 100_000;
        await Reading.FillAsync(server, streams: 1000, events: 100);
        var round = 0;
        async Task<double> ProjectAsync()
        {
            var counts = new Counts($"counts-{round++}", events);
            var watch = Stopwatch.StartNew();
            using var host = await Follower.StartAsync(server.Source, counts);
            await counts.Done;
            var rate = events / watch.Elapsed.TotalSeconds;
            await host.StopAsync();
            return rate;
        }

        async Task<double> InsertAsync()
        {
            var stream = (await server.CreateStreamsAsync(1))[0];
            await server.ExecuteAsync("drop index if exists raw_events_stream_id_version_idx");
            await using var writer = await RawWriter.OpenAsync(server.Source, withStream: false);
            var watch = Stopwatch.StartNew();
            for (var number = 0; number < 2000; number++)
            {
                await writer.WriteAsync(stream);
            }

            return 2000 / watch.Elapsed.TotalSeconds;
        }

        return await Rounds.CompareAsync(name, "events/s", 25, 5, ProjectAsync, InsertAsync);
    }

    /// <summary>From the commit to a subscriber, 50 appends a second.</summary>
    public static async Task<Figure> DelayAsync(StoreServer server, string name)
    {
        const double allowed = 50;
        var subscriber = new Clock();
        using var host = await Follower.StartAsync(server.Source, subscriber: subscriber);
        var store = host.Services.GetRequiredService<IEventStore>();
        var committed = new Dictionary<Guid, long>();
        for (var number = 0; number < 300; number++)
        {
            var added = BenchEvents.New();
            await store.AppendAsync(
                [new StreamAppend($"disclosure-{Guid.CreateVersion7():D}", 0, null, [added], BenchEvents.Metadata())], null, CancellationToken.None);
            committed[added.Id] = Stopwatch.GetTimestamp();
            await Task.Delay(20);
        }

        await subscriber.UntilAsync(300);
        await host.StopAsync();
        var delays = committed.Select(each => Math.Max(0, Stopwatch.GetElapsedTime(each.Value, subscriber.Seen[each.Key]).TotalMilliseconds)).Order().ToList();
        var p95 = delays[(int)(delays.Count * 0.95)];
        return new Figure($"{name} (p50 {delays[delays.Count / 2]:0.0} ms)", "ms", p95, null, null, allowed, p95 <= allowed);
    }

    /// <summary>The managed heap after a collection, at 100k events and at a million.</summary>
    public static async Task<Figure> MemoryAsync(StoreServer server, string name)
    {
        const int events = 1_000_000;
        await server.ExecuteAsync("insert into mt_streams (id, type, version) select 'disclosure-' || n, 'disclosure', 1000 from generate_series(0, 999) n");
        await using (var fill = server.Source.CreateCommand("""
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, headers, user_name)
            select nextval('mt_events_sequence'), gen_random_uuid(), 'disclosure-' || n % 1000, n / 1000 + 1, $1::jsonb, $2, $3, gen_random_uuid(), $4::jsonb, 'alice'
            from generate_series(0, 999999) n
            """))
        {
            fill.CommandTimeout = 600;
            fill.Parameters.Add(new NpgsqlParameter { Value = BenchEvents.Json, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            fill.Parameters.Add(new NpgsqlParameter { Value = BenchEvents.TypeName });
            fill.Parameters.Add(new NpgsqlParameter { Value = BenchEvents.Now.UtcDateTime });
            fill.Parameters.Add(new NpgsqlParameter { Value = BenchEvents.Headers, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            await fill.ExecuteNonQueryAsync();
        }

        var counts = new Counts("counts", events);
        using var host = await Follower.StartAsync(server.Source, counts);
        await counts.ReachedAsync(100_000);
        var early = Heap();
        await counts.Done;
        var late = Heap();
        await host.StopAsync();
        var growth = (late - early) / 1024.0 / 1024.0;
        // A collection cannot be told to the megabyte while batches are in flight; a leak of one event in ten would be 30 MB.
        return new Figure($"{name}: growth after 100k, at most", "MB", growth, null, null, 4, growth <= 4);
    }

    private static long Heap() => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>A read model as ours are: a row for each stream, set-based, in the transaction of the checkpoint.</summary>
    private sealed class Counts(string name, int expected) : IProjection
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _seen;

        public string Name => name;

        public Task Done => _done.Task;

        public async Task ReachedAsync(int count)
        {
            while (Volatile.Read(ref _seen) < count)
            {
                await Task.Delay(5);
            }
        }

        public async Task ProjectAsync(IReadOnlyList<RecordedEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
        {
            var changed = new Dictionary<string, (long Events, long Version)>();
            foreach (var each in events)
            {
                changed[each.Stream] = (changed.GetValueOrDefault(each.Stream).Events + 1, each.Version);
            }

            await using var command = new NpgsqlCommand(
                """
                insert into counts (stream, events, last_version) select * from unnest($1::text[], $2::bigint[], $3::bigint[])
                on conflict (stream) do update set events = counts.events + excluded.events, last_version = excluded.last_version
                """,
                transaction.Connection,
                transaction);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. changed.Keys] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. changed.Values.Select(value => value.Events)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. changed.Values.Select(value => value.Version)] });
            await command.ExecuteNonQueryAsync(cancellation);
            if (Interlocked.Add(ref _seen, events.Count) >= expected)
            {
                _done.TrySetResult();
            }
        }
    }

    private sealed class Clock : ILogSubscriber
    {
        public string Name => "clock";

        public ConcurrentDictionary<Guid, long> Seen { get; } = new();

        public Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
        {
            foreach (var each in events)
            {
                Seen[each.Id] = Stopwatch.GetTimestamp();
            }

            return Task.CompletedTask;
        }

        public async Task UntilAsync(int count)
        {
            while (Seen.Count < count)
            {
                await Task.Delay(5);
            }
        }
    }
}
