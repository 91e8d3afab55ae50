using Ketman.EventStore.Chain;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// The statement that appends to one stream: it moves the stream's version only from the expected one, draws sequence
/// values only if it did, and raises <see cref="WrongVersion"/> if it did not. It must stay one statement: under READ
/// COMMITTED each statement takes its own snapshot, and check and insert would see different streams.
/// </summary>
internal static class AppendStatement
{
    /// <summary>The SQLSTATE of a conflict.</summary>
    public const string WrongVersion = "KT001";

    // Scalars for a single event: arrays and unnest would cost it a tenth of its rate.
    private const string InsertOne = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name)
        values (coalesce((select nextval('mt_events_sequence') from stream), ketman_wrong_version($1, $2)), $3, $1, $2 + 1, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string InsertMany = """
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers, user_name)
        select case when stream.id is null then ketman_wrong_version($1, $2) else nextval('mt_events_sequence') end,
          e.id, $1, $2 + e.number, e.data, e.type, e.timestamp, e.correlation_id, e.causation_id, e.headers, e.user_name
        from unnest($3::uuid[], $4::jsonb[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::jsonb[], $10::text[])
          with ordinality as e (id, data, type, timestamp, correlation_id, causation_id, headers, user_name, number)
          left join stream on true
        """;

    private const string Move = "update mt_streams set version = $11, timestamp = $12 where id = $1 and version = $2 returning id";

    // Nothing is inserted where the stream exists; the insert of the event then raises, as after a move that met another version.
    private const string Create = """
        insert into mt_streams (id, version, timestamp, created, type) values ($1, $11, $12, $12, $13) on conflict (id) do nothing returning id
        """;

    private static readonly string MoveAndInsertOne = Whole(Move, InsertOne);
    private static readonly string MoveAndInsertMany = Whole(Move, InsertMany);
    private static readonly string CreateAndInsertOne = Whole(Create, InsertOne);
    private static readonly string CreateAndInsertMany = Whole(Create, InsertMany);

    /// <summary>The command for the appends to one stream, which follow one another.</summary>
    public static NpgsqlBatchCommand For(IReadOnlyList<StreamAppend> appends, EventTypes types)
    {
        var rows = Rows(appends, types);
        var first = appends[0];
        var creates = first.ExpectedVersion == 0;
        var command = new NpgsqlBatchCommand(
            (creates, rows.Count) switch
            {
                (false, 1) => MoveAndInsertOne,
                (false, _) => MoveAndInsertMany,
                (true, 1) => CreateAndInsertOne,
                (true, _) => CreateAndInsertMany,
            });
        var parameters = command.Parameters;
        parameters.Add(Of(first.Stream, NpgsqlDbType.Text));
        parameters.Add(Of(first.ExpectedVersion, NpgsqlDbType.Bigint));
        if (rows.Count == 1)
        {
            AddOne(parameters, rows[0]);
        }
        else
        {
            AddMany(parameters, rows);
        }

        parameters.Add(Of(first.ExpectedVersion + rows.Count, NpgsqlDbType.Bigint));
        parameters.Add(Of(rows[^1].RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz));
        if (creates)
        {
            parameters.Add(Of(Category(first.Stream), NpgsqlDbType.Text));
        }

        return command;
    }

    private static void AddOne(NpgsqlParameterCollection parameters, Row row)
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

    private static void AddMany(NpgsqlParameterCollection parameters, List<Row> rows)
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

    private static List<Row> Rows(IReadOnlyList<StreamAppend> appends, EventTypes types)
    {
        var rows = new List<Row>(appends.Sum(append => append.Events.Count));
        var version = appends[0].ExpectedVersion;
        var link = appends[0].LastHash;
        foreach (var append in appends)
        {
            var metadata = append.Metadata;
            var recordedAt = Contracts.Moment.At(metadata.RecordedAt).Start;
            var causation = metadata.CommandId.ToString("D");
            var plainHeaders = EventHeaders.Write(metadata.Fingerprint, metadata.TraceParent);
            foreach (var (id, data) in append.Events)
            {
                var type = types.NameOf(data.GetType());
                var json = EventTypes.Write(data);
                link = HashChain.Link(link, new LinkedContent
                {
                    Stream = append.Stream,
                    Version = ++version,
                    Id = id,
                    Type = type,
                    RecordedAt = recordedAt,
                    RecordedBy = metadata.RecordedBy,
                    Causation = causation,
                    Correlation = metadata.CorrelationId,
                    Headers = plainHeaders,
                    Data = json,
                });
                var headers = EventHeaders.Write(new EventHeaders(link, metadata.Fingerprint, metadata.TraceParent));
                rows.Add(new Row(id, type, json, headers, recordedAt, metadata.RecordedBy, causation, metadata.CorrelationId));
            }
        }

        return rows;
    }

    private static string Whole(string stream, string insert) => $"with stream as ({stream})\n{insert}";

    private static string Category(string stream) => stream.IndexOf('-', StringComparison.Ordinal) is > 0 and var at ? stream[..at] : stream;

    private static NpgsqlParameter Of<T>(T value, NpgsqlDbType type) => value is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
        : new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };

    private readonly record struct Row(
        Guid Id, string Type, byte[] Data, byte[] Headers, DateTimeOffset RecordedAt, string RecordedBy, string Causation, string? Correlation);
}
