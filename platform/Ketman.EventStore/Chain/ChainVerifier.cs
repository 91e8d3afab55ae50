using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore.Chain;

/// <summary>Recomputes the hash chain from what the tables hold, and says where it first does not fit.</summary>
public sealed class ChainVerifier(NpgsqlDataSource database)
{
    // With everything a row has, so that no column can be changed unseen; what we never write must not be there.
    private const string Rows = """
        select s.id, s.version, e.seq_id, e.version, e.id, e.type, e.timestamp, e.user_name, e.causation_id, e.correlation_id, e.headers, e.data,
               e.bdata is null and e.mt_dotnet_type is null and e.tenant_id = '*DEFAULT*' and e.is_archived = false
        from mt_streams s full join mt_events e on e.stream_id = s.id
        """;

    private const string OneStream = $"{Rows} where s.id = $1 order by e.version";
    private const string WholeLog = $"{Rows} order by coalesce(s.id, e.stream_id), e.version";

    /// <summary>Verifies one stream.</summary>
    /// <returns>Null events when there is no such stream.</returns>
    public Task<ChainReport> VerifyStreamAsync(string stream, CancellationToken cancellation) => VerifyAsync(OneStream, stream, cancellation);

    /// <summary>Verifies every stream of the log, in the order of their names, up to the first broken link.</summary>
    public Task<ChainReport> VerifyLogAsync(CancellationToken cancellation) => VerifyAsync(WholeLog, null, cancellation);

    private async Task<ChainReport> VerifyAsync(string sql, string? stream, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        if (stream is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Text });
        }

        var walk = new Walk();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            if (walk.Next(rows) is { } broken)
            {
                return new ChainReport(walk.Streams, walk.Events, broken);
            }
        }

        return new ChainReport(walk.Streams, walk.Events, walk.End());
    }

    private sealed class Walk
    {
        private string? _stream;
        private long _expected;
        private long _version;
        private long _sequence;
        private string? _link;

        public long Streams { get; private set; }

        public long Events { get; private set; }

        public BrokenLink? Next(NpgsqlDataReader row)
        {
            if (row.IsDBNull(0))
            {
                return new BrokenLink("", row.GetInt64(3), ChainFault.Foreign);
            }

            if (row.GetString(0) != _stream)
            {
                if (End() is { } cut)
                {
                    return cut;
                }

                (_stream, _expected, _version, _sequence, _link) = (row.GetString(0), row.IsDBNull(1) ? 0 : row.GetInt64(1), 0, 0, null);
                Streams++;
            }

            // The stream at version 0 is Marten's for numbers of refused appends; its rows say nothing.
            return row.IsDBNull(2) || _expected == 0 ? null : Check(row);
        }

        public BrokenLink? End() => _stream is not null && _version != _expected ? Broken(_version + 1, ChainFault.Missing) : null;

        private BrokenLink? Check(NpgsqlDataReader row)
        {
            var version = row.GetInt64(3);
            if (version != _version + 1)
            {
                return Broken(_version + 1, ChainFault.Missing);
            }

            if (row.GetInt64(2) <= _sequence)
            {
                return Broken(version, ChainFault.OutOfOrder);
            }

            if (!row.GetBoolean(12))
            {
                return Broken(version, ChainFault.Foreign);
            }

            var headers = row.IsDBNull(10) ? [] : row.GetFieldValue<byte[]>(10);
            var said = headers.Length == 0 ? null : EventHeaders.Read(headers).Hash;
            if (said is null || Recompute(row, headers, version) != said)
            {
                return Broken(version, said is null ? ChainFault.NoHash : ChainFault.Altered);
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

        private BrokenLink Broken(long version, ChainFault fault) => new(_stream!, version, fault);
    }
}

/// <summary>What a verification came to.</summary>
/// <param name="Streams">Streams looked at.</param>
/// <param name="Events">Events whose link holds.</param>
/// <param name="Broken">The first one that does not, or null.</param>
public sealed record ChainReport(long Streams, long Events, BrokenLink? Broken)
{
    /// <summary>Whether everything holds.</summary>
    public bool Holds => Broken is null;
}

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
}
