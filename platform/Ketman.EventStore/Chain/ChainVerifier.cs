using System.Text.Json;
using Ketman.Proof;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore.Chain;

/// <summary>
/// Recomputes the hash chains from what the tables hold, and says of every stream where it first does not fit. It goes through the log
/// in the order of the streams' names, as far as it is let, and can go on from there.
/// </summary>
/// <param name="database">The log's.</param>
/// <param name="batchSize">How many events are read at once: few enough that little is read in vain when time is up.</param>
public sealed class ChainVerifier(NpgsqlDataSource database, int batchSize = 2000)
{
    // With everything a row has, so that no column can be changed unseen; what we never write must not be there.
    private const string Rows = """
        select e.stream_id, s.version, e.seq_id, e.version, e.id, e.type, e.timestamp, e.user_name, e.causation_id, e.correlation_id, e.headers, e.data,
               e.bdata is null and e.mt_dotnet_type is null and e.tenant_id = '*DEFAULT*' and e.is_archived = false
                 and s.id is not null and s.tenant_id = '*DEFAULT*' and s.is_archived = false
        from mt_events e left join mt_streams s on s.id = e.stream_id
        """;

    private const string BatchSql = $"{Rows} where (e.stream_id, e.version) > ($1, $2) order by e.stream_id, e.version limit $3";
    private const string StreamSql = $"{Rows} where e.stream_id = $1 and e.version > $2 order by e.version limit $3";
    private const string AtSql = $"{Rows} where e.stream_id = $1 and e.version = $2";

    // What the order of the rows does not pass by: streams whose events are all gone, and events of no stream.
    private const string EmptySql = """
        select id from mt_streams s where id > $1 and ($2 is null or id <= $2) and version > 0 and not exists (select from mt_events e where e.stream_id = s.id)
        order by id limit 1000
        """;

    private const string HomelessSql = "select version from mt_events where stream_id is null order by version limit 1";

    /// <summary>Verifies one stream. One that is not there has no events, and holds.</summary>
    public async Task<ChainPage> VerifyStreamAsync(string stream, CancellationToken cancellation)
    {
        var walk = new Walk();
        var position = new ChainPosition(stream, long.MinValue);
        for (var read = batchSize; read == batchSize && walk.Broken.Count == 0;)
        {
            read = await ReadAsync(StreamSql, position, walk, cancellation);
            position = walk.Position ?? position;
        }

        walk.End();
        if (walk.Events == 0 && walk.Broken.Count == 0)
        {
            walk.Broken.AddRange(await EmptyAsync(stream, stream, including: true, cancellation));
        }

        return walk.Page(null);
    }

    /// <summary>Verifies the log, or what of it comes after a position.</summary>
    /// <param name="after">Where an earlier page ended; null: from the beginning.</param>
    /// <param name="limit">About how many events to look at.</param>
    /// <param name="until">Cancelled when enough time has gone by: what is looked at by then is answered.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnknownPositionException">No page ended there.</exception>
    public async Task<ChainPage> VerifyAsync(ChainPosition? after, long limit, CancellationToken until, CancellationToken cancellation)
    {
        var walk = new Walk();
        var position = after ?? new ChainPosition("", 0);
        if (after is not null)
        {
            await ResumeAsync(after, walk, cancellation);
        }

        var looked = 0L;
        while (true)
        {
            var from = position.Stream;
            var read = await ReadAsync(BatchSql, position, walk, cancellation);
            position = walk.Position ?? position;
            looked += read;
            var finished = read < batchSize;
            if (finished)
            {
                walk.End();
            }

            walk.Broken.AddRange(await EmptyAsync(from, finished ? null : position.Stream, including: false, cancellation));
            if (finished)
            {
                walk.Broken.AddRange(await HomelessAsync(cancellation));
                return walk.Page(null);
            }

            if (looked >= limit || until.IsCancellationRequested)
            {
                return walk.Page(position);
            }
        }
    }

    /// <summary>Verifies the whole log.</summary>
    public Task<ChainPage> VerifyLogAsync(CancellationToken cancellation) => VerifyAsync(null, long.MaxValue, CancellationToken.None, cancellation);

    private async Task ResumeAsync(ChainPosition after, Walk walk, CancellationToken cancellation)
    {
        if (after.Version == long.MaxValue)
        {
            // The rest of a stream that is broken.
            return;
        }

        await using var command = Command(AtSql, after);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            throw new UnknownPositionException();
        }

        walk.Resume(row);
    }

    private async Task<int> ReadAsync(string sql, ChainPosition after, Walk walk, CancellationToken cancellation)
    {
        await using var command = Command(sql, after);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batchSize, NpgsqlDbType = NpgsqlDbType.Integer });
        command.CommandTimeout = 0;
        var read = 0;
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            read++;
            walk.Next(rows);
        }

        return read;
    }

    private NpgsqlCommand Command(string sql, ChainPosition after)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after.Stream, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after.Version, NpgsqlDbType = NpgsqlDbType.Bigint });
        return command;
    }

    private async Task<List<BrokenLink>> EmptyAsync(string from, string? to, bool including, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(including ? EmptySql.Replace("id > $1", "id >= $1", StringComparison.Ordinal) : EmptySql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = from, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)to ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        var broken = new List<BrokenLink>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            broken.Add(new BrokenLink(rows.GetString(0), 1, ChainFault.Missing));
        }

        return broken;
    }

    private async Task<List<BrokenLink>> HomelessAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(HomelessSql);
        return await command.ExecuteScalarAsync(cancellation) is long version ? [new BrokenLink("", version, ChainFault.Foreign)] : [];
    }

    private sealed class Walk
    {
        // Marten's own stream for numbers of refused appends; its rows say nothing.
        private const string TombstoneStream = "mt_tombstone";

        private string? _stream;
        private long _expected;
        private long _version;
        private long _sequence;
        private string? _link;
        private bool _isBroken;

        public long Streams { get; private set; }

        public long Events { get; private set; }

        public List<BrokenLink> Broken { get; } = [];

        public ChainPosition? Position => _stream is null ? null : new ChainPosition(_stream, _isBroken ? long.MaxValue : _version);

        public ChainPage Page(ChainPosition? next) => new(Streams, Events, Broken, next);

        public void Resume(NpgsqlDataReader row) =>
            (_stream, _expected, _version, _sequence, _link) =
                (row.GetString(0), Expected(row), row.GetInt64(3), row.GetInt64(2), EventHeaders.HashOf(Bytes(row, 10)));

        public void Next(NpgsqlDataReader row)
        {
            if (_stream != row.GetString(0))
            {
                End();
                (_stream, _version, _sequence, _link, _isBroken) = (row.GetString(0), 0, 0, null, false);
                Streams++;
            }

            // Of the stream as it was when this row was read: it may have grown since the batch before.
            _expected = Expected(row);
            if (_stream == TombstoneStream)
            {
                (_version, _expected) = (row.GetInt64(3), row.GetInt64(3));
            }
            else if (!_isBroken && Check(row) is { } fault)
            {
                Break(fault is ChainFault.Missing ? _version + 1 : row.GetInt64(3), fault);
            }
        }

        public void End()
        {
            if (_stream is not null && !_isBroken && _version != _expected)
            {
                Break(_version < _expected ? _version + 1 : _version, _version < _expected ? ChainFault.Missing : ChainFault.WrongHead);
            }
        }

        private static long Expected(NpgsqlDataReader row) => row.IsDBNull(1) ? 0 : row.GetInt64(1);

        private static byte[] Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

        private void Break(long version, ChainFault fault)
        {
            _isBroken = true;
            Broken.Add(new BrokenLink(_stream!, version, fault));
        }

        private ChainFault? Check(NpgsqlDataReader row)
        {
            var version = row.GetInt64(3);
            if (version != _version + 1)
            {
                // A version below the first is none of ours; a hole is one of ours that is gone.
                return version > _version ? ChainFault.Missing : ChainFault.Foreign;
            }

            if (!row.GetBoolean(12))
            {
                return ChainFault.Foreign;
            }

            if (row.GetInt64(2) <= _sequence)
            {
                return ChainFault.OutOfOrder;
            }

            var headers = Bytes(row, 10);
            var said = headers.Length == 0 ? null : EventHeaders.Read(headers).Hash;
            if (said is null || Recompute(row, headers, version) != said)
            {
                return said is null ? ChainFault.NoHash : ChainFault.Altered;
            }

            (_version, _sequence, _link) = (version, row.GetInt64(2), said);
            Events++;
            return null;
        }

        private string? Recompute(NpgsqlDataReader row, byte[] headers, long version)
        {
            try
            {
                return HashChain.Link(_link, new LinkedContent
                {
                    Stream = _stream!,
                    Version = version,
                    Id = row.GetGuid(4),
                    Type = row.GetString(5),
                    RecordedAt = row.GetFieldValue<DateTimeOffset>(6),
                    RecordedBy = row.IsDBNull(7) ? null : row.GetString(7),
                    Causation = row.IsDBNull(8) ? null : row.GetString(8),
                    Correlation = row.IsDBNull(9) ? null : row.GetString(9),
                    Headers = headers,
                    Data = row.GetFieldValue<byte[]>(11),
                });
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidCastException or OverflowException or ArgumentException)
            {
                // What we never wrote: no link can come out of it.
                return null;
            }
        }
    }
}

/// <summary>Where a page of a verification ended.</summary>
/// <param name="Stream">The last stream that was looked at.</param>
/// <param name="Version">The last version of it; the largest number: the rest of the stream is passed over.</param>
public sealed record ChainPosition(string Stream, long Version);

/// <summary>What a verification came to, or a page of it.</summary>
/// <param name="Streams">Streams that were begun with.</param>
/// <param name="Events">Events whose link holds.</param>
/// <param name="Broken">The first link of each stream that does not.</param>
/// <param name="Next">Where to go on; null: everything was looked at.</param>
public sealed record ChainPage(long Streams, long Events, IReadOnlyList<BrokenLink> Broken, ChainPosition? Next);

/// <summary>Where a chain is broken.</summary>
/// <param name="Stream">The stream; empty where an event belongs to none.</param>
/// <param name="Version">The version of the first event that does not fit.</param>
/// <param name="Fault">In which way.</param>
public sealed record BrokenLink(string Stream, long Version, ChainFault Fault);

/// <summary>The ways in which a chain can be broken.</summary>
public enum ChainFault
{
    /// <summary>What the event's row says is not what its hash was made of.</summary>
    Altered,

    /// <summary>The event is not there.</summary>
    Missing,

    /// <summary>The event stands before an earlier one of its stream in the log.</summary>
    OutOfOrder,

    /// <summary>The row has no hash.</summary>
    NoHash,

    /// <summary>The row holds what this store never writes: another tenant, binary data, an archived mark, an event of no stream.</summary>
    Foreign,

    /// <summary>The stream's row says that it ends earlier.</summary>
    WrongHead,
}

/// <summary>A verification was to go on where none ended.</summary>
public sealed class UnknownPositionException() : Exception("No page of a verification ended there.");
