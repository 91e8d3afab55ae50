using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// The commonest append, one event to a stream that exists, with parameters that are used again: making and resolving fourteen of
/// them would cost it a twentieth of its rate. Batch and commands are new each time, because Npgsql ties them to a connection.
/// </summary>
internal sealed class OneEventAppend
{
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
    private readonly NpgsqlParameter[] _move;
    private readonly NpgsqlParameter[] _insert;

    private OneEventAppend()
    {
        _move = [_stream, _expected, _version, _time];
        _insert = [_eventStream, _eventVersion, _id, _data, _type, _eventTime, _correlation, _causation, _headers, _by];
    }

    /// <summary>Adds the commands to <paramref name="batch"/>; give it back when they have run.</summary>
    /// <returns>The row that they insert.</returns>
    public NewRow AddTo(NpgsqlBatch batch, StreamAppend append, EventTypes types)
    {
        var row = NewRow.Of([append], types)[0];
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
        Add(batch, AppendStatement.Move, _move);
        Add(batch, AppendStatement.InsertOne, _insert);
        return row;
    }

    private static void Add(NpgsqlBatch batch, string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<string> Text() => new() { NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long> Bigint() => new() { NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter<DateTime> Time() => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<byte[]> Json() => new() { NpgsqlDbType = NpgsqlDbType.Jsonb };

    /// <summary>Those that are free. There are never more than appends were at once, which the pool of connections bounds.</summary>
    internal sealed class Pool
    {
        private readonly ConcurrentBag<OneEventAppend> _free = [];

        public OneEventAppend Take() => _free.TryTake(out var free) ? free : new OneEventAppend();

        /// <summary>After a failure do not: what the driver still does with its parameters is not known.</summary>
        public void GiveBack(OneEventAppend used, NpgsqlBatch batch)
        {
            batch.BatchCommands[0].Parameters.Clear();
            batch.BatchCommands[1].Parameters.Clear();
            _free.Add(used);
        }
    }
}
