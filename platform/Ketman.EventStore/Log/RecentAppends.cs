using System.Runtime.InteropServices;

namespace Ketman.EventStore.Log;

/// <summary>
/// What this process appended last, by event id. A follower at the front needs only the places from the database
/// then, in the order in which they became visible: reading the rows back would cost an append a sixth of its rate.
/// </summary>
public sealed class RecentAppends
{
    // Several looks of a follower under load; whoever is further behind reads from the database.
    private const int Kept = 2048;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Row> _rows = new(Kept);
    private readonly Queue<Guid> _order = new(Kept);

    /// <summary>Keeps a row whose transaction is committed.</summary>
    internal void Add(StreamAppend append, in NewRow row)
    {
        var kept = new Row(append.Stream, append.ExpectedVersion + 1, row.Type, row.Data, row.Link, append.Metadata, row.RecordedAt);
        lock (_lock)
        {
            if (_order.Count == Kept)
            {
                _rows.Remove(_order.Dequeue());
            }

            // A command that is given again to a database that was restored under us makes an event with the same id.
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, row.Id, out var isThere);
            place = kept;
            if (!isThere)
            {
                _order.Enqueue(row.Id);
            }
        }
    }

    /// <summary>Whether all of these are here, so that reading their places alone would have been enough.</summary>
    internal bool HasAll(IReadOnlyList<RecordedEvent> events)
    {
        lock (_lock)
        {
            return events.All(each => _rows.TryGetValue(each.Id, out var found) && found.Is(each.Stream, each.Version));
        }
    }

    /// <summary>The event as a reader of the row would get it; null when the row is not here.</summary>
    /// <exception cref="UnreadableEventException">This build cannot read what it has written.</exception>
    internal RecordedEvent? Find(long sequence, Guid id, string stream, long version, EventTypes types)
    {
        Row? found;
        lock (_lock)
        {
            // Ids are unique only by what their makers do.
            if (!_rows.TryGetValue(id, out found) || !found.Is(stream, version))
            {
                return null;
            }
        }

        // From the bytes, never the record that was appended: every reader gets one of its own, as stored.
        return new RecordedEvent(
            sequence, id, stream, version, found.Type, EventRows.Decode(types, sequence, found.Type, found.Data), found.Link,
            found.Metadata with { RecordedAt = found.RecordedAt });
    }

    private sealed record Row(string Stream, long Version, string Type, byte[] Data, string Link, EventMetadata Metadata, DateTimeOffset RecordedAt)
    {
        public bool Is(string stream, long version) => version == Version && stream == Stream;
    }
}
