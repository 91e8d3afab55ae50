using Ketman.EventStore.Log;
using Ketman.EventStore.Personal;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// The event store on PostgreSQL. An append is one round trip and one transaction, whatever it holds. Event ids are unique
/// only by what their makers do: a command's id is derived from its key within its stream and looked for there before it
/// is decided, and of two at once one meets the other's version. A unique index on them would be dropped by Marten.
/// </summary>
public sealed class PostgresEventStore(
    NpgsqlDataSource database, EventTypes types, LogSignal? signal = null, RecentAppends? recent = null) : IEventStore, IAsyncDisposable
{
    private const string ReadOne = $"select {EventRows.ColumnsOfOneStream} from mt_events where stream_id = $1 order by version";
    private const string ReadPage = $"select {EventRows.ColumnsOfOneStream} from mt_events where stream_id = $1 and version > $2 order by version limit $3";

    private readonly AppendLanes _lanes = new(database, recent);
    private readonly PersonalEvents _personal = new(database, types);

    /// <inheritdoc />
    public async Task AppendAsync(
        IReadOnlyList<StreamAppend> appends, IReadOnlyList<NpgsqlBatchCommand>? alongside, CancellationToken cancellation)
    {
        var stored = await _personal.SealAsync(appends, cancellation);
        var beside = _personal.WithErasures(appends, alongside ?? []);
        if (stored is [{ ExpectedVersion: > 0, Events.Count: 1 } append])
        {
            RequireSequel(stored);
            await AppendOneAsync(append, beside, cancellation);
        }
        else if (ByStream(stored) is var streams && (streams.Count > 0 || beside.Count > 0))
        {
            streams.ForEach(RequireSequel);
            await AppendManyAsync(streams, beside, cancellation);
        }
        else
        {
            return;
        }

        signal?.Appended();
    }

    /// <summary>Closes the connections that it keeps.</summary>
    public ValueTask DisposeAsync() => _lanes.DisposeAsync();

    private async Task AppendOneAsync(StreamAppend append, IReadOnlyList<NpgsqlBatchCommand> alongside, CancellationToken cancellation)
    {
        var pending = new PendingAppend(append, NewRow.OfOne(append, types), alongside, cancellation);
        try
        {
            if (await _lanes.AppendAsync(pending))
            {
                return;
            }
        }
        catch (PostgresException e) when (AppendStatement.RefusedStream(e) is not null || AppendStatement.IsWithoutStream(e))
        {
            throw new WrongExpectedVersionException(append.Stream, append.ExpectedVersion, e);
        }

        await AppendManyAsync([[append]], pending.Alongside, cancellation);
    }

    private async Task AppendManyAsync(
        List<IReadOnlyList<StreamAppend>> streams, IReadOnlyList<NpgsqlBatchCommand> alongside, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        streams.ForEach(stream => AppendStatement.AddTo(batch, stream, types));
        foreach (var command in alongside)
        {
            batch.BatchCommands.Add(command);
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (AppendStatement.RefusedStream(e) is not null || AppendStatement.IsWithoutStream(e))
        {
            var refused = AppendStatement.RefusedStream(e) is { } moved
                ? streams.First(stream => stream[0].Stream == moved)[0]
                : await FindMissingAsync(streams, cancellation);
            throw new WrongExpectedVersionException(refused.Stream, refused.ExpectedVersion, e);
        }
    }

    /// <inheritdoc />
    public async Task<StreamHistory> ReadStreamAsync(string stream, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReadOne);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Text });
        return new StreamHistory(stream, await ReadAsync(command, stream, cancellation));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, StreamSoFar>> ReadToDecideAsync(
        IReadOnlyCollection<string> streams, IReadOnlyCollection<Guid> commands, CancellationToken cancellation)
    {
        var found = new Dictionary<string, StreamSoFar>(streams.Count);
        foreach (var stream in streams)
        {
            found[stream] = DecisionRows.Nothing(stream);
        }

        await using var command = DecisionRows.Select(database, found.Keys, commands);
        await using (var rows = await command.ExecuteReaderAsync(cancellation))
        {
            await DecisionRows.ReadAsync(rows, types, found, commands, cancellation);
        }

        await _personal.RevealAsync(found, cancellation);
        return found;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RecordedEvent>> ReadStreamPageAsync(string stream, long after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReadPage);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit, NpgsqlDbType = NpgsqlDbType.Integer });
        return await ReadAsync(command, stream, cancellation);
    }

    private async Task<List<RecordedEvent>> ReadAsync(NpgsqlCommand command, string? stream, CancellationToken cancellation)
    {
        var rows = new EventRows(types, stream);
        var events = new List<RecordedEvent>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                if (rows.Read(reader) is { } read)
                {
                    events.Add(read);
                }
            }
        }

        // A decision or an answer needs the whole stretch: one event that cannot be read spoils it.
        var readable = await _personal.RevealAsync(events, cancellation);
        return readable == events.Count ? events : throw UnreadableEventException.Of(events[readable]);
    }

    // A stream never goes away, so this is a decision on something that was never there.
    private async Task<StreamAppend> FindMissingAsync(List<IReadOnlyList<StreamAppend>> streams, CancellationToken cancellation)
    {
        var existing = await ReadToDecideAsync([.. streams.Select(stream => stream[0].Stream)], [], cancellation);
        return streams.Select(stream => stream[0]).First(append => append.ExpectedVersion > 0 && existing[append.Stream].Version == 0);
    }

    // In the order of their names, so that two appends to the same streams wait for one another instead of deadlocking.
    private static List<IReadOnlyList<StreamAppend>> ByStream(IReadOnlyList<StreamAppend> appends) => appends is [{ Events.Count: > 0 }]
        ? [appends]
        : [.. appends.Where(append => append.Events.Count > 0).GroupBy(append => append.Stream)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToList())];

    // A caller that chains its appends wrongly would tear the hash chain; that is a mistake in code, not a conflict.
    private static void RequireSequel(IReadOnlyList<StreamAppend> stream)
    {
        if ((stream[0].ExpectedVersion == 0) != (stream[0].LastHash is null))
        {
            throw new ArgumentException($"The append to {stream[0].Stream} must bear the last hash of its version, and none at version 0.");
        }

        var version = stream[0].ExpectedVersion;
        foreach (var append in stream)
        {
            if (append.ExpectedVersion != version)
            {
                throw new ArgumentException($"The appends to {append.Stream} do not follow one another.");
            }

            version += append.Events.Count;
        }
    }
}
