using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// The statements that append to one stream, sent together and run in one transaction: the first moves the stream's version from
/// the expected one or raises, the second draws sequence values and inserts. Two plain statements cost the server a quarter
/// less than one with a common table expression, and the order keeps a refused append from drawing a number. The
/// first one's lock on the stream's row holds until the commit, so nothing comes between the two.
/// </summary>
internal static class AppendStatement
{
    /// <summary>
    /// $1 stream, $2 expected version, $3 new version, $4 time. Who waited for another writer's lock meets the version that it left:
    /// PostgreSQL evaluates the expression anew on the row as it is then.
    /// </summary>
    public const string Move = """
        update mt_streams set version = case when version = $2 then $3 else ketman_wrong_version($1, $2) end, timestamp = $4 where id = $1
        """;

    private const string Create = """
        insert into mt_streams (id, version, timestamp, created, type) values ($1, $2, $3, $3, $4)
        on conflict (id) do update set version = ketman_wrong_version($1, 0)
        """;

    /// <summary>
    /// $1 stream, $2 version, $3 id, $4 data, $5 type, $6 time, $7 correlation, $8 causation, $9 headers, $10 by. Scalars for a single
    /// event: arrays and unnest would cost it a tenth of its rate. It does not answer with its number: for a row to return the server keeps
    /// what the statement gives aside until it has run to its end, and nobody needs it before the log is read.
    /// </summary>
    public const string InsertOne = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name)
        values (nextval('mt_events_sequence'), $3, $1, $2, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string InsertMany = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name)
        select nextval('mt_events_sequence'), e.id, $1, $2 + e.number, e.data, e.type, e.timestamp, e.correlation_id, e.causation_id, e.headers, e.user_name
        from unnest($3::uuid[], $4::jsonb[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::jsonb[], $10::text[])
          with ordinality as e (id, data, type, timestamp, correlation_id, causation_id, headers, user_name, number)
        """;

    /// <summary>Adds the commands for the appends to one stream, which follow one another.</summary>
    public static void AddTo(NpgsqlBatch batch, IReadOnlyList<StreamAppend> appends, EventTypes types)
    {
        var rows = NewRow.Of(appends, types);
        var (stream, expected) = (appends[0].Stream, appends[0].ExpectedVersion);
        var recordedAt = rows[^1].RecordedAt.UtcDateTime;
        var version = new NpgsqlBatchCommand(expected == 0 ? Create : Move);
        version.Parameters.Add(Of(stream, NpgsqlDbType.Text));
        if (expected > 0)
        {
            version.Parameters.Add(Of(expected, NpgsqlDbType.Bigint));
        }

        version.Parameters.Add(Of(expected + rows.Count, NpgsqlDbType.Bigint));
        version.Parameters.Add(Of(recordedAt, NpgsqlDbType.TimestampTz));
        if (expected == 0)
        {
            version.Parameters.Add(Of(Category(stream), NpgsqlDbType.Text));
        }

        batch.BatchCommands.Add(version);
        var events = new NpgsqlBatchCommand(rows.Count == 1 ? InsertOne : InsertMany);
        events.Parameters.Add(Of(stream, NpgsqlDbType.Text));
        if (rows.Count == 1)
        {
            events.Parameters.Add(Of(expected + 1, NpgsqlDbType.Bigint));
            AddOne(events.Parameters, rows[0]);
        }
        else
        {
            events.Parameters.Add(Of(expected, NpgsqlDbType.Bigint));
            AddMany(events.Parameters, rows);
        }

        batch.BatchCommands.Add(events);
    }

    /// <summary>The stream that is not at its expected version, if that is what the error says.</summary>
    public static string? RefusedStream(PostgresException error) => error.SqlState == "KT001" ? error.ConstraintName : null;

    /// <summary>Whether events found no stream to belong to: nothing was moved, because there is nothing.</summary>
    public static bool IsWithoutStream(PostgresException error) =>
        error is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "fkey_mt_events_stream_id" };

    private static void AddOne(NpgsqlParameterCollection parameters, NewRow row)
    {
        parameters.Add(Of(row.Id, NpgsqlDbType.Uuid));
        parameters.Add(Of(row.Data, NpgsqlDbType.Jsonb));
        parameters.Add(Of(row.Type, NpgsqlDbType.Text));
        parameters.Add(Of(row.RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz));
        parameters.Add(Of(row.Correlation, NpgsqlDbType.Text));
        parameters.Add(Of(row.Causation, NpgsqlDbType.Text));
        parameters.Add(Of(row.Headers, NpgsqlDbType.Jsonb));
        parameters.Add(Of(row.RecordedBy, NpgsqlDbType.Text));
    }

    private static void AddMany(NpgsqlParameterCollection parameters, List<NewRow> rows)
    {
        const NpgsqlDbType array = NpgsqlDbType.Array;
        parameters.Add(Of(rows.ConvertAll(row => row.Id).ToArray(), array | NpgsqlDbType.Uuid));
        parameters.Add(Of(rows.ConvertAll(row => row.Data).ToArray(), array | NpgsqlDbType.Jsonb));
        parameters.Add(Of(rows.ConvertAll(row => row.Type).ToArray(), array | NpgsqlDbType.Text));
        parameters.Add(Of(rows.ConvertAll(row => row.RecordedAt.UtcDateTime).ToArray(), array | NpgsqlDbType.TimestampTz));
        parameters.Add(Of(rows.ConvertAll(row => row.Correlation).ToArray(), array | NpgsqlDbType.Text));
        parameters.Add(Of(rows.ConvertAll(row => row.Causation).ToArray(), array | NpgsqlDbType.Text));
        parameters.Add(Of(rows.ConvertAll(row => row.Headers).ToArray(), array | NpgsqlDbType.Jsonb));
        parameters.Add(Of(rows.ConvertAll(row => row.RecordedBy).ToArray(), array | NpgsqlDbType.Text));
    }

    private static string Category(string stream) => stream.IndexOf('-', StringComparison.Ordinal) is > 0 and var at ? stream[..at] : stream;

    private static NpgsqlParameter Of<T>(T value, NpgsqlDbType type) => value is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
        : new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };
}
