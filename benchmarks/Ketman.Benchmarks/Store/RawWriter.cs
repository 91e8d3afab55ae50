using Npgsql;
using NpgsqlTypes;

namespace Ketman.Benchmarks.Store;

/// <summary>
/// The limit of an append: the same rows in one prepared round trip on a connection that stays open, with no check, no
/// hash and no JSON to make.
/// </summary>
internal sealed class RawWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _batch;
    private readonly NpgsqlParameter<string> _stream = Text("");
    private readonly NpgsqlParameter<string> _again = Text("");
    private readonly NpgsqlParameter<string> _inline = Text("");
    private readonly NpgsqlParameter<Guid> _id = new() { NpgsqlDbType = NpgsqlDbType.Uuid };

    private RawWriter(NpgsqlConnection connection, bool withStream, bool withInlineRow)
    {
        _connection = connection;
        _batch = new NpgsqlBatch(connection);
        if (withStream)
        {
            _batch.BatchCommands.Add(new NpgsqlBatchCommand("update raw_streams set version = $2, timestamp = $3 where id = $1")
            {
                Parameters = { _again, new NpgsqlParameter<long> { TypedValue = 2 }, new NpgsqlParameter<DateTime> { TypedValue = BenchEvents.Now.UtcDateTime } },
            });
        }

        _batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            insert into raw_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name)
            values (nextval('raw_sequence'), $1, $2, 2, $3, $4, $5, $6, $7, $8, $9)
            """)
        {
            Parameters =
            {
                _id,
                _stream,
                new NpgsqlParameter<string> { TypedValue = BenchEvents.Json, NpgsqlDbType = NpgsqlDbType.Jsonb },
                Text(BenchEvents.TypeName),
                new NpgsqlParameter<DateTime> { TypedValue = BenchEvents.Now.UtcDateTime },
                Text("4bf92f3577b34da6a3ce929d0e0e4736"),
                Text(Guid.CreateVersion7().ToString()),
                new NpgsqlParameter<string> { TypedValue = BenchEvents.Headers, NpgsqlDbType = NpgsqlDbType.Jsonb },
                Text("alice"),
            },
        });
        if (withInlineRow)
        {
            _batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into raw_inline_rows values ($1, $2, $3)")
            {
                Parameters = { _inline, new NpgsqlParameter<long> { TypedValue = 2 }, Text(BenchEvents.Event.Summary) },
            });
        }
    }

    public static async Task<RawWriter> OpenAsync(NpgsqlDataSource source, bool withStream = true, bool withInlineRow = false)
    {
        var writer = new RawWriter(await source.OpenConnectionAsync(), withStream, withInlineRow);
        await writer._batch.PrepareAsync();
        return writer;
    }

    public Task WriteAsync(string stream)
    {
        _stream.TypedValue = _again.TypedValue = _inline.TypedValue = stream;
        _id.TypedValue = Guid.CreateVersion7();
        return _batch.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _batch.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };
}
