using Ketman.Contracts;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>
/// The narrow port between a service and its log: append with an expected version, read streams, read the log up to a
/// safe head. Everything else (projections, publishing, proofs) is built on it, so a second implementation stays small.
/// </summary>
public interface IEventStore
{
    /// <summary>
    /// Appends to one or several streams in one transaction and, when possible, one round trip, together with the
    /// statements of <paramref name="alongside"/> (inline read models, deadlines). All of it commits or nothing does.
    /// </summary>
    /// <exception cref="WrongExpectedVersionException">A stream is not at its expected version; nothing was stored.</exception>
    /// <exception cref="PostgresException">A statement of <paramref name="alongside"/> failed; nothing was stored.</exception>
    Task AppendAsync(IReadOnlyList<StreamAppend> appends, IReadOnlyList<NpgsqlBatchCommand>? alongside, CancellationToken cancellation);

    /// <summary>Reads one stream from its first event; an unknown stream is empty, at version 0.</summary>
    Task<StreamHistory> ReadStreamAsync(string stream, CancellationToken cancellation);

    /// <summary>
    /// Reads what a decision needs of streams, in one round trip: ids and data, and who-and-why only of the events named in
    /// <paramref name="commands"/>. That is two thirds of the work of reading them whole. Unknown streams come back empty.
    /// </summary>
    /// <param name="streams">The streams.</param>
    /// <param name="commands">Ids of first events of commands that may have been carried out before.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyDictionary<string, StreamSoFar>> ReadToDecideAsync(
        IReadOnlyCollection<string> streams, IReadOnlyCollection<Guid> commands, CancellationToken cancellation);

    /// <summary>Reads what a decision needs of one stream.</summary>
    async Task<StreamSoFar> ReadToDecideAsync(string stream, CancellationToken cancellation) =>
        (await ReadToDecideAsync([stream], [], cancellation))[stream];

    /// <summary>Reads part of one stream: at most <paramref name="limit"/> events after version <paramref name="after"/>.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadStreamPageAsync(string stream, long after, int limit, CancellationToken cancellation);
}

/// <summary>What is to be appended to one stream.</summary>
/// <param name="Stream">The stream, e.g. <c>disclosure-0198...</c>.</param>
/// <param name="ExpectedVersion">The version that the decision was made on; 0: the stream must not exist.</param>
/// <param name="LastHash">The chain hash of the event at <paramref name="ExpectedVersion"/>, null at 0.</param>
/// <param name="Events">In order; versions follow from <paramref name="ExpectedVersion"/>.</param>
/// <param name="Metadata">Said once for all of them.</param>
public sealed record StreamAppend(
    string Stream, long ExpectedVersion, string? LastHash, IReadOnlyList<NewEvent> Events, EventMetadata Metadata);

/// <summary>An event to append.</summary>
/// <param name="Id">Its id, unique in the store; deterministic where a repetition must be recognised.</param>
/// <param name="Data">A record whose type is registered in the store's <see cref="EventTypes"/>.</param>
public readonly record struct NewEvent(Guid Id, Deciding.IDomainEvent Data);

/// <summary>Who and why, kept beside the event and covered by no hash but the event's own.</summary>
/// <param name="RecordedAt">When it is recorded, UTC.</param>
/// <param name="RecordedBy">The name of the API key or user.</param>
/// <param name="CommandId">The command that caused it (causation).</param>
/// <param name="CorrelationId">The trace or conversation it belongs to.</param>
/// <param name="Fingerprint">
/// Hash of the request, to tell a repetition from a reused key. With events that hold personal texts it is stored encrypted, as
/// they are, and given back in the clear only to decide on (<see cref="StreamSoFar.Fingerprints"/>).
/// </param>
/// <param name="TraceParent">W3C trace context, so that consumers continue the trace of the request.</param>
public sealed record EventMetadata(
    DateTimeOffset RecordedAt, string RecordedBy, Guid CommandId, string? CorrelationId, string? Fingerprint, string? TraceParent);

/// <summary>An event as the log has it.</summary>
/// <param name="Sequence">Its place in the log; commit order is given only by a reader of the log.</param>
/// <param name="Id">Its id.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Type">Its name on disk, e.g. <c>outreach-attempted.v1</c>.</param>
/// <param name="Data">The record, brought to the newest form.</param>
/// <param name="Hash">Its link in the stream's hash chain, lower-case hex.</param>
/// <param name="Metadata">Who and why.</param>
public sealed record RecordedEvent(
    long Sequence, Guid Id, string Stream, long Version, string Type, Deciding.IDomainEvent Data, string Hash, EventMetadata Metadata)
{
    /// <summary>When it happened.</summary>
    public Moment OccurredAt => Data.OccurredAt;
}

/// <summary>A stream read whole.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Events">From version 1, without gaps.</param>
public sealed record StreamHistory(string Stream, IReadOnlyList<RecordedEvent> Events)
{
    /// <summary>The version of the last event; 0: there is no such stream.</summary>
    public long Version => Events.Count == 0 ? 0 : Events[^1].Version;

    /// <summary>The last link of the hash chain, or null.</summary>
    public string? LastHash => Events.Count == 0 ? null : Events[^1].Hash;
}

/// <summary>A stream as a decision needs it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Events">From version 1, without gaps.</param>
/// <param name="LastHash">The last link of the hash chain; null when there is no such stream.</param>
/// <param name="Fingerprints">Of the commands that were asked for and are found here: the hash of the request, if it left one.</param>
public sealed record StreamSoFar(
    string Stream, IReadOnlyList<PastEvent> Events, string? LastHash, IReadOnlyDictionary<Guid, string?> Fingerprints)
{
    /// <summary>The version of the last event; 0: there is no such stream.</summary>
    public long Version => Events.Count;
}

/// <summary>An event as a decision sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Data">The record, brought to the newest form.</param>
public readonly record struct PastEvent(Guid Id, Deciding.IDomainEvent Data);

/// <summary>Somebody else appended first: decide again on the new state, or say so to the client.</summary>
public sealed class WrongExpectedVersionException(string stream, long expected, Exception? inner = null)
    : Exception($"Stream {stream} is not at version {expected}.", inner)
{
    /// <summary>The stream.</summary>
    public string Stream { get; } = stream;

    /// <summary>The version that was expected.</summary>
    public long Expected { get; } = expected;
}
