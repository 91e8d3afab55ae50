using System.Text.Json;
using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>Turns rows of <c>mt_events</c> into events: jsonb is taken as bytes, never as text.</summary>
internal sealed class EventRows(EventTypes types, string? stream = null)
{
    /// <summary>What a select must give, in the order in which <see cref="Read"/> takes it.</summary>
    public const string Columns = $"seq_id, id, stream_id, {Rest}";

    /// <summary>The same where all rows are of the one stream that is given.</summary>
    public const string ColumnsOfOneStream = $"seq_id, id, null, {Rest}";

    private const string Rest = "version, type, data, timestamp, user_name, causation_id, correlation_id, headers";

    // Marten fills a number that it had drawn for a refused append with such a row; it says nothing.
    private const string Tombstone = "tombstone";

    // Rows that follow one another mostly say the same about their save and their stream: what repeats is kept.
    private string _stream = stream ?? "";
    private EventMetadata? _metadata;
    private string? _causation;
    private byte[] _headers = [];

    /// <summary>Reads the current row; null when it is none of anybody's events.</summary>
    /// <exception cref="UnreadableEventException">This build cannot read it.</exception>
    public RecordedEvent? Read(NpgsqlDataReader row)
    {
        var sequence = row.GetInt64(0);
        var type = row.GetString(4);
        if (type == Tombstone)
        {
            return null;
        }

        if (stream is null)
        {
            var read = row.GetString(2);
            _stream = read == _stream ? _stream : read;
        }

        var data = Decode(types, sequence, type, row.GetFieldValue<byte[]>(5));
        var headers = row.IsDBNull(10) ? [] : row.GetFieldValue<byte[]>(10);
        return new RecordedEvent(
            sequence, row.GetGuid(1), _stream, row.GetInt64(3), type, data, EventHeaders.HashOf(headers), Metadata(row, headers));
    }

    /// <summary>Reads the data of an event at a place in the log.</summary>
    /// <exception cref="UnreadableEventException">This build cannot.</exception>
    public static IDomainEvent Decode(EventTypes types, long sequence, string type, byte[] data)
    {
        try
        {
            return types.Read(type, data);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new UnreadableEventException(sequence, type, e);
        }
    }

    /// <summary>The same of an event at a place in a stream.</summary>
    /// <exception cref="UnreadableEventException">This build cannot.</exception>
    public static IDomainEvent Decode(EventTypes types, (string Stream, long Version) place, string type, byte[] data)
    {
        try
        {
            return types.Read(type, data);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new UnreadableEventException(place.Stream, place.Version, type, e);
        }
    }

    private static bool IsUnreadable(Exception error) => error is JsonException or UnknownEventTypeException or NotSupportedException;

    private EventMetadata Metadata(NpgsqlDataReader row, byte[] headers)
    {
        var recordedAt = row.GetFieldValue<DateTimeOffset>(6);
        var causation = row.IsDBNull(8) ? null : row.GetString(8);
        var sameCommand = causation is not null && causation == _causation && EventHeaders.OfOneCommand(headers, _headers);
        (_causation, _headers) = (causation, headers);
        // A command is given once, by one, so the rest is the same too and need not be read.
        if (sameCommand && _metadata is { } last && last.RecordedAt == recordedAt)
        {
            return last;
        }

        var read = EventHeaders.Read(headers);
        return _metadata = new EventMetadata(
            recordedAt,
            row.IsDBNull(7) ? "" : row.GetString(7),
            // Another writer's causation may be no GUID: then it is none of our commands.
            Guid.TryParse(causation, out var command) ? command : Guid.Empty,
            row.IsDBNull(9) ? null : row.GetString(9),
            read.Fingerprint,
            read.TraceParent);
    }
}

/// <summary>An event whose type this build does not know, or whose data do not fit the type. Nothing behind it can be read past it.</summary>
public sealed class UnreadableEventException : Exception
{
    /// <summary>One that was met in the log.</summary>
    public UnreadableEventException(long sequence, string type, Exception inner)
        : base($"Event {sequence} of type {type} cannot be read: {inner.GetType().Name}.", inner) => (Sequence, Type) = (sequence, type);

    /// <summary>One that was met in its stream.</summary>
    public UnreadableEventException(string stream, long version, string type, Exception inner)
        : base($"Event {version} of {stream}, of type {type}, cannot be read: {inner.GetType().Name}.", inner) => Type = type;

    /// <summary>Its place in the log; 0: it was met in its stream, which the message names.</summary>
    public long Sequence { get; }

    /// <summary>Its name on disk.</summary>
    public string Type { get; }

    /// <summary>Says that a personal text of an event does not belong there.</summary>
    internal static UnreadableEventException Of(RecordedEvent recorded) =>
        new(recorded.Sequence, recorded.Type, new System.Security.Cryptography.CryptographicException());
}
