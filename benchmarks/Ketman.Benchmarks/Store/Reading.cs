using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Benchmarks.Store;

/// <summary>Loads streams and reads the log.</summary>
internal static class Reading
{
    private const int Batch = 1000;

    public static async Task<Figure> FoldAsync(StoreServer server, string name, int streamCount, int events)
    {
        var streams = await FillAsync(server, streamCount, events);
        IEventStore store = server.Store;
        var ours = new Work<string[]>(() => Task.FromResult(streams), async all =>
        {
            var folded = 0;
            foreach (var stream in all)
            {
                var history = await store.ReadToDecideAsync(stream, CancellationToken.None);
                folded += history.Events.Aggregate(0, (state, recorded) => state + ((OutreachAttempted)recorded.Data).Summary.Length);
            }

            return folded > 0 ? all.Length : 0;
        });
        var raw = new Work<string[]>(() => Task.FromResult(streams), async all =>
        {
            await using var connection = await server.Source.OpenConnectionAsync();
            var folded = 0;
            foreach (var stream in all)
            {
                folded += await FoldRawAsync(connection, stream);
            }

            return folded > 0 ? all.Length : 0;
        });
        return await Rounds.CompareAsync(name, "streams/s", 0.85, 9, ours.RateAsync, raw.RateAsync);
    }

    public static async Task<Figure> LogAsync(StoreServer server, string name)
    {
        await FillAsync(server, streams: 300, events: 100);
        var ours = new Work<LogReader>(() => Task.FromResult(new LogReader(server.Source, BenchEvents.Types)), async reader =>
        {
            var count = 0;
            for (var position = 0L; await reader.ReadAsync(position, Batch, CancellationToken.None) is { Events.Count: > 0 } page; position = page.Through)
            {
                count += page.Events.Count;
            }

            await reader.DisposeAsync();
            return count;
        });
        var raw = new Work<NpgsqlDataSource>(() => Task.FromResult(server.Source), ReadRawAsync);
        return await Rounds.CompareAsync(name, "events/s", 0.85, 9, ours.RateAsync, raw.RateAsync);
    }

    /// <summary>Streams of so many events each.</summary>
    public static async Task<string[]> FillAsync(StoreServer server, int streams, int events)
    {
        var names = Enumerable.Range(0, streams).Select(_ => $"disclosure-{Guid.CreateVersion7():D}").ToArray();
        foreach (var part in names.Chunk(20))
        {
            await server.Store.AppendAsync(
                [.. part.Select(stream => new StreamAppend(
                    stream, 0, null, [.. Enumerable.Range(0, events).Select(_ => BenchEvents.New())], BenchEvents.Metadata()))],
                null,
                CancellationToken.None);
        }

        await server.ExecuteAsync("vacuum analyze mt_events");
        return names;
    }

    private static async Task<int> FoldRawAsync(NpgsqlConnection connection, string stream)
    {
        await using var command = new NpgsqlCommand("select version, type, data from mt_events where stream_id = $1 order by version", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Text });
        await using var rows = await command.ExecuteReaderAsync();
        var folded = 0;
        while (await rows.ReadAsync())
        {
            rows.GetInt64(0);
            if (rows.GetString(1) == BenchEvents.TypeName)
            {
                folded += JsonSerializer.Deserialize<OutreachAttempted>(rows.GetFieldValue<byte[]>(2), ContractJson.Options)!.Summary.Length;
            }
        }

        return folded;
    }

    private static async Task<int> ReadRawAsync(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        var count = 0;
        for (var position = 0L; ;)
        {
            var before = count;
            await using var command = new NpgsqlCommand(
                """
                select seq_id, id, stream_id, version, type, data, timestamp, user_name, causation_id, correlation_id, headers
                from mt_events where seq_id > $1 order by seq_id limit $2
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                position = rows.GetInt64(0);
                _ = (rows.GetGuid(1), rows.GetString(2), rows.GetInt64(3), rows.GetString(4), rows.GetFieldValue<byte[]>(5), rows.GetDateTime(6));
                _ = (rows.GetString(7), rows.GetString(8), rows.GetString(9), rows.GetFieldValue<byte[]>(10));
                count++;
            }

            if (count == before)
            {
                return count;
            }
        }
    }
}
