namespace Ketman.EventStore.Log;

/// <summary>
/// What this process appended last, by its place in the log. A follower at the front needs only the numbers from the database
/// then, in the order in which they became visible: reading the rows back would cost an append a sixth of its rate.
/// </summary>
public sealed class RecentAppends
{
    // Several looks of a follower under load; whoever is further behind reads from the database.
    private const int Kept = 2048;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Row> _rows = new(Kept);
    private readonly Queue<long> _order = new(Kept);

    /// <summary>Keeps a row whose transaction is committed.</summary>
    internal void Add(long sequence, StreamAppend append, in NewRow row)
    {
        lock (_lock)
        {
            if (_order.Count == Kept)
            {
                _rows.Remove(_order.Dequeue());
            }

            var kept = new Row(
                row.Id, append.Stream, append.ExpectedVersion + 1, row.Type, row.Data, row.Link, append.Metadata, row.RecordedAt);
            if (_rows.TryAdd(sequence, kept))
            {
                _order.Enqueue(sequence);
            }
        }
    }

    /// <summary>Whether the row after <paramref name="sequence"/> is here, so that reading numbers alone is worth it.</summary>
    internal bool HasNext(long sequence)
    {
        lock (_lock)
        {
            return _rows.ContainsKey(sequence + 1);
        }
    }

    /// <summary>The event as a reader of the row would get it; null when the row is not here.</summary>
    /// <exception cref="UnreadableEventException">This build cannot read what it has written.</exception>
    internal RecordedEvent? Find(long sequence, Guid id, EventTypes types)
    {
        Row? found;
        lock (_lock)
        {
            // The id, because a database that was restored under us gives a number a second time.
            if (!_rows.TryGetValue(sequence, out found) || found.Id != id)
            {
                return null;
            }
        }

        // From the bytes, never the record that was appended: every reader gets one of its own, as stored.
        return new RecordedEvent(
            sequence, id, found.Stream, found.Version, found.Type, EventRows.Decode(types, sequence, found.Type, found.Data), found.Link,
            found.Metadata with { RecordedAt = found.RecordedAt });
    }

    private sealed record Row(
        Guid Id, string Stream, long Version, string Type, byte[] Data, string Link, EventMetadata Metadata, DateTimeOffset RecordedAt);
}
