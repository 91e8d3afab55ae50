using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// The statements of the commonest append: one event to a stream that exists. They and their parameters are made once: making and
/// resolving fourteen parameters would cost an append a twentieth of its rate.
/// </summary>
internal sealed class PreparedAppend
{
    private readonly NpgsqlBatchCommand _move;
    private readonly NpgsqlBatchCommand _insert;
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
    private readonly NpgsqlParameter<string?> _correlation = new() { NpgsqlDbType = NpgsqlDbType.Text };
    private readonly NpgsqlParameter<string> _causation = Text();
    private readonly NpgsqlParameter<byte[]> _headers = Json();
    private readonly NpgsqlParameter<string> _by = Text();

    public PreparedAppend()
    {
        _move = Command(AppendStatement.Move, _stream, _expected, _version, _time);
        _insert = Command(
            AppendStatement.InsertOne,
            _eventStream, _eventVersion, _id, _data, _type, _eventTime, _correlation, _causation, _headers, _by);
    }

    /// <summary>Adds the statements for an append to a batch.</summary>
    public void AddTo(NpgsqlBatch batch, StreamAppend append, in NewRow row)
    {
        Set(append, row);
        batch.BatchCommands.Add(_move);
        batch.BatchCommands.Add(_insert);
    }

    /// <summary>Whether a statement is one of these.</summary>
    public bool Has(NpgsqlBatchCommand statement) => statement == _move || statement == _insert;

    /// <summary>Puts an append's values into the statements.</summary>
    public void Set(StreamAppend append, in NewRow row)
    {
        _stream.TypedValue = _eventStream.TypedValue = append.Stream;
        _expected.TypedValue = append.ExpectedVersion;
        _version.TypedValue = _eventVersion.TypedValue = append.ExpectedVersion + 1;
        _time.TypedValue = _eventTime.TypedValue = row.RecordedAt.UtcDateTime;
        _id.TypedValue = row.Id;
        _data.TypedValue = row.Data;
        _type.TypedValue = row.Type;
        _correlation.TypedValue = row.Correlation;
        _causation.TypedValue = row.Causation;
        _headers.TypedValue = row.Headers;
        _by.TypedValue = row.RecordedBy;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<string> Text() => new() { NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long> Bigint() => new() { NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter<DateTime> Time() => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<byte[]> Json() => new() { NpgsqlDbType = NpgsqlDbType.Jsonb };
}
