using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// Reads streams as decisions need them. Headers are what an event's row costs most after its data, so only those of a stream's
/// last event (the next link needs its hash) and of the commands asked for are sent, and no place in the log.
/// </summary>
internal static class DecisionRows
{
    // Of one stream: its version is looked up once, not joined to every event, and its name is not sent with each.
    private const string One = """
        select id, type, data, case when version = (select version from mt_streams where id = $1) or id = any($2) then headers end
        from mt_events where stream_id = $1 order by version
        """;

    private const string Many = """
        select e.id, e.type, e.data, case when e.version = s.version or e.id = any($2) then e.headers end, e.stream_id
        from mt_streams s join mt_events e on e.stream_id = s.id where s.id = any($1) order by s.id, e.version
        """;

    private static readonly Dictionary<Guid, string?> NoFingerprints = [];

    /// <summary>The command that reads them.</summary>
    public static NpgsqlCommand Select(NpgsqlDataSource database, IReadOnlyCollection<string> streams, IReadOnlyCollection<Guid> commands)
    {
        var command = database.CreateCommand(streams.Count == 1 ? One : Many);
        command.Parameters.Add(streams.Count == 1
            ? new NpgsqlParameter<string> { TypedValue = streams.First(), NpgsqlDbType = NpgsqlDbType.Text }
            : new NpgsqlParameter<string[]> { TypedValue = [.. streams], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. commands], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        return command;
    }

    /// <summary>Reads all rows into <paramref name="found"/>.</summary>
    /// <exception cref="UnreadableEventException">This build cannot read an event.</exception>
    public static async Task ReadAsync(
        NpgsqlDataReader rows, EventTypes types, Dictionary<string, StreamSoFar> found, IReadOnlyCollection<Guid> commands, CancellationToken cancellation)
    {
        var stream = found.Count == 1 ? found.First().Key : null;
        var part = new Part();
        while (await rows.ReadAsync(cancellation))
        {
            if (found.Count > 1 && rows.GetString(4) is var name && name != stream)
            {
                Keep(stream, part);
                (stream, part) = (name, new Part());
            }

            var id = rows.GetGuid(0);
            part.Events.Add(new PastEvent(id, EventRows.Decode(types, (stream!, part.Events.Count + 1), rows.GetString(1), rows.GetFieldValue<byte[]>(2))));
            if (rows.IsDBNull(3))
            {
                continue;
            }

            var headers = EventHeaders.Read(rows.GetFieldValue<byte[]>(3));
            part.LastHash = headers.Hash;
            if (commands.Contains(id))
            {
                (part.Fingerprints ??= [])[id] = headers.Fingerprint;
            }
        }

        Keep(stream, part);

        void Keep(string? name, Part read)
        {
            if (name is not null && read.Events.Count > 0)
            {
                found[name] = new StreamSoFar(name, read.Events, read.LastHash, read.Fingerprints ?? NoFingerprints);
            }
        }
    }

    /// <summary>A stream that does not exist.</summary>
    public static StreamSoFar Nothing(string stream) => new(stream, [], null, NoFingerprints);

    private sealed class Part
    {
        public List<PastEvent> Events { get; } = [];

        public string? LastHash { get; set; }

        public Dictionary<Guid, string?>? Fingerprints { get; set; }
    }
}
