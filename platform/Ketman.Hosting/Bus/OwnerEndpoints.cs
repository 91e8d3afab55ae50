using System.Buffers;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>What the owner of streams tells its peers, so that a lost message or queue is a delay and no loss.</summary>
public static class OwnerEndpoints
{
    private const int LargestPage = 500;
    private const int LargestHeadsPage = 5000;

    /// <summary>
    /// Maps, for peers only: <c>GET /internal/streams/{stream}/events?after=&amp;limit=</c> (<c>{"events":[...]}</c>),
    /// <c>GET /internal/log?after=&amp;limit=</c> (<c>{"events":[...],"next":0,"published":0}</c>) and
    /// <c>GET /internal/log/heads?after=&amp;until=&amp;limit=</c> (<c>{"streams":[{"stream","version"}],"next":0,"published":0,"committed":0}</c>).
    /// The log is shown as far as it is published: up to there every place in it is decided. Limits are cut to 500, 500, 5000.
    /// </summary>
    public static IEndpointConventionBuilder MapStreamEvents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("internal").ExcludeFromDescription();
        group.MapGet("streams/{stream}/events", async (
            string stream, long? after, int? limit, IEventStore store, ToContract toContract, CancellationToken cancellation) =>
            Events(await store.ReadStreamPageAsync(stream, after ?? 0, Bound(limit, LargestPage), cancellation), toContract, null));
        group.MapGet("log", async (
            long? after, int? limit, NpgsqlDataSource database, IEventStore store, ToContract toContract, CancellationToken cancellation) =>
        {
            var stretch = await ReadStretchAsync(database, after ?? 0, long.MaxValue, Bound(limit, LargestPage), cancellation);
            return Events(await ReadEventsAsync(store, stretch, cancellation), toContract, stretch);
        });
        group.MapGet("log/heads", async (long? after, long? until, int? limit, NpgsqlDataSource database, CancellationToken cancellation) =>
        {
            var stretch = await ReadStretchAsync(database, after ?? 0, until ?? long.MaxValue, Bound(limit, LargestHeadsPage), cancellation);
            return TypedResults.Json(
                new HeadsPage(
                    [.. stretch.Streams.Select(stream => new StreamHead(stream.Stream, stream.Last))],
                    stretch.Next, stretch.Published, stretch.Committed),
                ContractJson.Options);
        });
        return group;
    }

    /// <summary>
    /// Maps, for peers only, <c>GET /internal/progress</c>: whether this service has folded everything that the owners it listens to had
    /// committed when the question came (<see cref="CatchUp"/>; 503 while an owner does not answer).
    /// </summary>
    public static IEndpointConventionBuilder MapRoadProgress(this IEndpointRouteBuilder routes) => routes
        .MapGet("internal/progress", async (HttpContext request, CancellationToken cancellation) =>
        {
            try
            {
                return Results.Json(await request.RequestServices.GetRequiredService<RoadProgress>().ReadAsync(new Dictionary<string, long>(), cancellation), ContractJson.Options);
            }
            catch (HttpRequestException)
            {
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }
        })
        .ExcludeFromDescription();

    private static int Bound(int? asked, int largest) => Math.Clamp(asked ?? largest, 1, largest);

    // Everything up to the publisher's checkpoint is decided: committed and visible, or rolled back. So is every prefix of it.
    private static async Task<Stretch> ReadStretchAsync(NpgsqlDataSource database, long after, long until, int limit, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select coalesce((select last_seq_id from mt_event_progression where name = 'publisher'), 0),
                   coalesce((select max(seq_id) from mt_events), 0)
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select stream_id, min(version), max(version), count(*), max(seq_id)
            from (select stream_id, version, seq_id
                  from mt_events
                  where seq_id > $1 and seq_id <= $3 and seq_id <= (select last_seq_id from mt_event_progression where name = 'publisher')
                  order by seq_id
                  limit $2) page
            group by stream_id
            order by max(seq_id)
            """)
        { Parameters = { new NpgsqlParameter { Value = after }, new NpgsqlParameter { Value = limit }, new NpgsqlParameter { Value = until } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (published, committed) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync(cancellation);
        var streams = new List<Part>();
        long count = 0, last = after;
        while (await reader.ReadAsync(cancellation))
        {
            streams.Add(new Part(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
            count += reader.GetInt64(3);
            last = Math.Max(last, reader.GetInt64(4));
        }

        // A full page ends at its last event; another ends where publishing had got to before it was read.
        return new Stretch(streams, count == limit ? last : Math.Max(last, Math.Min(published, until)), Math.Max(published, last), Math.Max(committed, last));
    }

    // Versions of one stream lie in the log in their order, so what a stretch has of a stream is one range of versions.
    private static async Task<IReadOnlyList<RecordedEvent>> ReadEventsAsync(IEventStore store, Stretch stretch, CancellationToken cancellation)
    {
        var events = new List<RecordedEvent>();
        foreach (var part in stretch.Streams)
        {
            events.AddRange(await store.ReadStreamPageAsync(part.Stream, part.First - 1, (int)(part.Last - part.First + 1), cancellation));
        }

        return [.. events.OrderBy(recorded => recorded.Sequence)];
    }

    private static IResult Events(IReadOnlyList<RecordedEvent> events, ToContract toContract, Stretch? stretch)
    {
        var body = new ArrayBufferWriter<byte>(512 * (events.Count + 1));
        using (var writer = new Utf8JsonWriter(body, EventWire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events"u8);
            foreach (var recorded in events)
            {
                EventWire.Write(writer, recorded, toContract);
            }

            writer.WriteEndArray();
            if (stretch is not null)
            {
                writer.WriteNumber("next"u8, stretch.Next);
                writer.WriteNumber("published"u8, stretch.Published);
            }

            writer.WriteEndObject();
        }

        return Results.Bytes(body.WrittenMemory, "application/json");
    }

    private sealed record Part(string Stream, long First, long Last);

    private sealed record Stretch(IReadOnlyList<Part> Streams, long Next, long Published, long Committed);
}
