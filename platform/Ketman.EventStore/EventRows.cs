using System.Text.Json;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>Turns rows of <c>mt_events</c> into events: jsonb is taken as bytes, never as text.</summary>
internal sealed class EventRows(EventTypes types)
{
    /// <summary>What a select must give, in the order in which <see cref="Read"/> takes it.</summary>
    public const string Columns =
        "seq_id, id, stream_id, version, type, data, timestamp, user_name, causation_id, correlation_id, headers";

    private const string Tombstone = "tombstone";

    // Rows that follow one another mostly say the same about their save and their stream: what repeats is kept.
    private string? _stream;
    private EventMetadata? _metadata;
    private string? _causation;
    private byte[] _headers = [];

    /// <summary>Marten fills a number that it had drawn for a refused append with such a row; it says nothing.</summary>
    public static bool IsTombstone(NpgsqlDataReader row) => row.GetInt64(3) == 0 || row.GetString(4) == Tombstone;

    /// <summary>Reads the current row.</summary>
    /// <exception cref="UnreadableEventException">This build cannot read it.</exception>
    public RecordedEvent Read(NpgsqlDataReader row)
    {
        var sequence = row.GetInt64(0);
        var type = row.GetString(4);
        try
        {
            var stream = row.GetString(2);
            _stream = stream == _stream ? _stream : stream;
            var headers = row.IsDBNull(10) ? [] : row.GetFieldValue<byte[]>(10);
            var metadata = Metadata(row, headers);
            return new RecordedEvent(
                sequence, row.GetGuid(1), _stream, row.GetInt64(3), type, types.Read(type, row.GetFieldValue<byte[]>(5)), EventHeaders.HashOf(headers), metadata);
        }
        catch (Exception e) when (e is JsonException or UnknownEventTypeException or NotSupportedException)
        {
            throw new UnreadableEventException(sequence, type, e);
        }
    }

    private EventMetadata Metadata(NpgsqlDataReader row, byte[] headers)
    {
        var recordedAt = row.GetFieldValue<DateTimeOffset>(6);
        var by = row.IsDBNull(7) ? "" : row.GetString(7);
        var causation = row.IsDBNull(8) ? null : row.GetString(8);
        var correlation = row.IsDBNull(9) ? null : row.GetString(9);
        var sameHeaders = EventHeaders.DifferInHashOnly(headers, _headers);
        _headers = headers;
        if (_metadata is { } last && sameHeaders && causation == _causation && last.RecordedAt == recordedAt && last.RecordedBy == by
            && last.CorrelationId == correlation)
        {
            return last;
        }

        _causation = causation;
        var read = EventHeaders.Read(headers);
        // Another writer's causation may be no GUID: then it is none of our commands.
        return _metadata = new EventMetadata(
            recordedAt, by, Guid.TryParse(causation, out var command) ? command : Guid.Empty, correlation, read.Fingerprint, read.TraceParent);
    }
}

/// <summary>An event whose type this build does not know, or whose data do not fit the type. Nothing behind it can be read past it.</summary>
public sealed class UnreadableEventException(long sequence, string type, Exception inner)
    : Exception($"Event {sequence} of type {type} cannot be read: {inner.GetType().Name}.", inner)
{
    /// <summary>Its place in the log.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>Its name on disk.</summary>
    public string Type { get; } = type;
}
