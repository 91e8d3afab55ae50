using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// A connection with the commonest append prepared on it: one event to a stream that exists. Its statements and parameters are made
/// once: making and resolving fourteen parameters would cost it a twentieth of its rate.
/// </summary>
internal sealed class AppendLane : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _batch;
    private readonly NpgsqlParameter<string> _stream = Text();
    private readonly NpgsqlParameter<long> _expected = Bigint();
    private readonly NpgsqlParameter<long> _version = Bigint();
    private readonly NpgsqlParameter<DateTime> _time = Time();
    private readonly NpgsqlParameter<string> _eventStream = Text();
    private readonly NpgsqlParameter<long> _eventVersion = Bigint();
    private readonly NpgsqlParameter<Guid> _id = new() { NpgsqlDbType = NpgsqlDbType.Uuid };
    private readonly NpgsqlParameter<byte[]> _data = Json();
    private readonly NpgsqlParameter<string> _type = Text();
    private readonly NpgsqlParameter<DateTime> _eventTime = Time();
    private readonly NpgsqlParameter _correlation = new() { NpgsqlDbType = NpgsqlDbType.Text };
    private readonly NpgsqlParameter<string> _causation = Text();
    private readonly NpgsqlParameter<byte[]> _headers = Json();
    private readonly NpgsqlParameter<string> _by = Text();

    private AppendLane(NpgsqlConnection connection)
    {
        _connection = connection;
        _batch = new NpgsqlBatch(connection);
        Add(AppendStatement.Move, _stream, _expected, _version, _time);
        Add(
            AppendStatement.InsertOne,
            _eventStream, _eventVersion, _id, _data, _type, _eventTime, _correlation, _causation, _headers, _by);
    }

    /// <summary>The period of <see cref="AppendLanes"/> in which it was used last.</summary>
    public int UsedIn { get; set; }

    /// <summary>Whether the connection is broken.</summary>
    public bool IsLost => _connection.State != System.Data.ConnectionState.Open;

    /// <summary>Opens one.</summary>
    public static async ValueTask<AppendLane> OpenAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var lane = new AppendLane(await database.OpenConnectionAsync(cancellation));
        try
        {
            // No round trip on a connection where a lane was before.
            await lane._batch.PrepareAsync(cancellation);
            return lane;
        }
        catch
        {
            lane.Dispose();
            throw;
        }
    }

    /// <summary>Appends <paramref name="row"/>, and what is to commit with it.</summary>
    /// <returns>Its place in the log.</returns>
    public async ValueTask<long> AppendAsync(
        StreamAppend append, NewRow row, IReadOnlyList<NpgsqlBatchCommand> alongside, CancellationToken cancellation)
    {
        _stream.TypedValue = _eventStream.TypedValue = append.Stream;
        _expected.TypedValue = append.ExpectedVersion;
        _version.TypedValue = _eventVersion.TypedValue = append.ExpectedVersion + 1;
        _time.TypedValue = _eventTime.TypedValue = row.RecordedAt.UtcDateTime;
        _id.TypedValue = row.Id;
        _data.TypedValue = row.Data;
        _type.TypedValue = row.Type;
        _correlation.Value = (object?)row.Correlation ?? DBNull.Value;
        _causation.TypedValue = row.Causation;
        _headers.TypedValue = row.Headers;
        _by.TypedValue = row.RecordedBy;
        foreach (var command in alongside)
        {
            _batch.BatchCommands.Add(command);
        }

        long sequence;
        await using (var results = await _batch.ExecuteReaderAsync(cancellation))
        {
            await results.ReadAsync(cancellation);
            sequence = results.GetInt64(0);
            // To the end: what comes alongside may still fail, and so may the commit.
            while (await results.NextResultAsync(cancellation))
            {
            }
        }

        for (var last = alongside.Count; last > 0; last--)
        {
            _batch.BatchCommands.RemoveAt(_batch.BatchCommands.Count - 1);
        }

        return sequence;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _batch.Dispose();
        _connection.Dispose();
    }

    private void Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        _batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<string> Text() => new() { NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long> Bigint() => new() { NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter<DateTime> Time() => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<byte[]> Json() => new() { NpgsqlDbType = NpgsqlDbType.Jsonb };
}
