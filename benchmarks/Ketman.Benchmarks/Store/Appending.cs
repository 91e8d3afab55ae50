using Ketman.EventStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Benchmarks.Store;

/// <summary>Appends to existing streams with their expected version, each stream once a round.</summary>
internal static class Appending
{
    public static async Task<Figure> OneEventAsync(StoreServer server, string name, int clients, double required)
    {
        // Many short rounds: how long a commit takes on the disk drifts within seconds, and what lies close together compares best.
        var (rounds, perRound) = clients == 1 ? (21, 1000) : (9, 4000);
        using var follower = await Follower.StartAsync(server.Source);
        var store = follower.Services.GetRequiredService<IEventStore>();
        var ours = new Work<StreamAppend[]>(
            () => PrepareAsync(server, perRound, 1, follower),
            appends => InParallelAsync(clients, appends, append => store.AppendAsync([append], null, CancellationToken.None)));
        return await Rounds.CompareAsync(name, "appends/s", required, rounds, ours.RateAsync, Raw(server, clients, perRound, inlineRow: false).RateAsync);
    }

    public static async Task<Figure> WithInlineRowAsync(StoreServer server, string name)
    {
        const int perRound = 600;
        using var follower = await Follower.StartAsync(server.Source);
        var store = follower.Services.GetRequiredService<IEventStore>();
        var ours = new Work<StreamAppend[]>(
            () => PrepareAsync(server, perRound, 1, follower),
            appends => InParallelAsync(1, appends, append => store.AppendAsync([append], [InlineRow(append.Stream)], CancellationToken.None)));
        return await Rounds.CompareAsync(name, "appends/s", 0.75, 21, ours.RateAsync, Raw(server, 1, perRound, inlineRow: true).RateAsync);
    }

    public static async Task<Figure> HundredEventsAsync(StoreServer server, string name)
    {
        const int perRound = 60;
        var ours = new Work<StreamAppend[]>(
            () => PrepareAsync(server, perRound, 100),
            appends => InParallelAsync(1, appends, append => server.Store.AppendAsync([append], null, CancellationToken.None)));
        var raw = new Work<string[]>(
            () => server.CreateStreamsAsync(perRound),
            streams => InParallelAsync(1, streams, stream => InsertHundredAsync(server, stream)));
        return await Rounds.CompareAsync(name, "saves/s", 0.75, 9, ours.RateAsync, raw.RateAsync);
    }

    private static Work<(RawWriter[] Writers, string[] Streams)> Raw(StoreServer server, int clients, int perRound, bool inlineRow) => new(
        async () => (
            await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => RawWriter.OpenAsync(server.Source, withInlineRow: inlineRow))),
            await server.CreateStreamsAsync(perRound)),
        async ready =>
        {
            var next = -1;
            await Task.WhenAll(ready.Writers.Select(async writer =>
            {
                for (int at; (at = Interlocked.Increment(ref next)) < ready.Streams.Length;)
                {
                    await writer.WriteAsync(ready.Streams[at]);
                }

                await writer.DisposeAsync();
            }));
            return ready.Streams.Length;
        });

    private static async Task<StreamAppend[]> PrepareAsync(StoreServer server, int count, int events, IHost? follower = null)
    {
        var streams = await server.CreateStreamsAsync(count);
        if (follower is not null)
        {
            await Follower.CatchUpAsync(follower, server);
        }

        var histories = await server.Store.ReadToDecideAsync(streams, [], CancellationToken.None);
        return [.. streams.Select(stream => new StreamAppend(
            stream, 1, histories[stream].LastHash, [.. Enumerable.Range(0, events).Select(_ => BenchEvents.New())], BenchEvents.Metadata()))];
    }

    private static async Task<int> InParallelAsync<T>(int clients, T[] all, Func<T, Task> each)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (int at; (at = Interlocked.Increment(ref next)) < all.Length;)
            {
                await each(all[at]);
            }
        }));
        return all.Length;
    }

    private static NpgsqlBatchCommand InlineRow(string stream) => new("insert into inline_rows values ($1, $2, $3)")
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter<long> { TypedValue = 2 },
            new NpgsqlParameter<string> { TypedValue = BenchEvents.Event.Summary, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };

    private static async Task InsertHundredAsync(StoreServer server, string stream)
    {
        await using var command = server.Source.CreateCommand("""
            insert into raw_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name)
            select nextval('raw_sequence'), e.id, $1, 1 + e.number, e.data, e.type, e.timestamp, e.correlation_id, e.causation_id, e.headers, e.user_name
            from unnest($2::uuid[], $3::jsonb[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::jsonb[], $9::text[])
              with ordinality as e (id, data, type, timestamp, correlation_id, causation_id, headers, user_name, number)
            """);
        const NpgsqlDbType array = NpgsqlDbType.Array;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToArray(), NpgsqlDbType = array | NpgsqlDbType.Uuid });
        command.Parameters.Add(Repeated(BenchEvents.Json, array | NpgsqlDbType.Jsonb));
        command.Parameters.Add(Repeated(BenchEvents.TypeName, array | NpgsqlDbType.Text));
        command.Parameters.Add(new() { Value = Enumerable.Repeat(BenchEvents.Now.UtcDateTime, 100).ToArray(), NpgsqlDbType = array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(Repeated("4bf92f3577b34da6a3ce929d0e0e4736", array | NpgsqlDbType.Text));
        command.Parameters.Add(Repeated("0198f0b0-0000-7000-8000-000000000001", array | NpgsqlDbType.Text));
        command.Parameters.Add(Repeated(BenchEvents.Headers, array | NpgsqlDbType.Jsonb));
        command.Parameters.Add(Repeated("alice", array | NpgsqlDbType.Text));
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter Repeated(string value, NpgsqlDbType type) => new() { Value = Enumerable.Repeat(value, 100).ToArray(), NpgsqlDbType = type };
}
