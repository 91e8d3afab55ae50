using System.Runtime.CompilerServices;
using Ketman.Proof;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore.Sealing;

/// <summary>A seal as <c>ketman_seals</c> keeps it.</summary>
/// <param name="Seal">What is stated.</param>
/// <param name="Signature">The signature over the statement.</param>
/// <param name="Events">The leaves of its tree, in the order of the log.</param>
internal sealed record StoredSeal(Seal Seal, byte[] Signature, IReadOnlyList<SealedEvent> Events);

/// <summary>Reads and writes <c>ketman_seals</c>, and what of <c>mt_events</c> a seal covers.</summary>
internal static class SealRows
{
    private const string HeadColumns = "number, service, first_seq, last_seq, events, root, previous, sealed_at, key_id, signature";
    private const string Columns = $"{HeadColumns}, seqs, streams, versions, links";

    private const string StretchSql = """
        select seq_id, stream_id, version, headers ->> 'hash' from mt_events where seq_id >= $1 and seq_id <= $2 order by seq_id
        """;

    // The compare-and-set: it adds nothing where another instance was first, and the key keeps two at once apart.
    private const string AddSql = $"""
        insert into ketman_seals ({Columns})
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
        where coalesce((select max(number) from ketman_seals), 0) = $1 - 1
          and coalesce((select last_seq from ketman_seals order by number desc limit 1), 0) = $3 - 1
        on conflict do nothing
        """;

    private const string AddKeySql = "insert into ketman_seal_keys (key_id, public_key, first_used_at) values ($1, $2, $3) on conflict do nothing";

    /// <summary>The last seal's statement; null when there is none.</summary>
    public static async Task<Seal?> LastAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select {HeadColumns} from ketman_seals order by number desc limit 1", connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Statement(row) : null;
    }

    /// <summary>The seal with the lowest number after <paramref name="after"/>; null when there is none.</summary>
    public static async Task<StoredSeal?> NextAsync(NpgsqlConnection connection, long after, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select {Columns} from ketman_seals where number > $1 order by number limit 1", connection);
        command.Parameters.Add(Of(after));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Read(row) : null;
    }

    /// <summary>The seals that cover any of a stream's events, by number, one at a time: each may speak of thousands of others.</summary>
    public static async IAsyncEnumerable<StoredSeal> OfStreamAsync(
        NpgsqlConnection connection, string stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var numbers = new List<long>();
        await using (var command = new NpgsqlCommand("select number from ketman_seals where streams @> array[$1]::varchar[] order by number", connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Varchar });
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
            {
                numbers.Add(rows.GetInt64(0));
            }
        }

        foreach (var number in numbers)
        {
            if (await NextAsync(connection, number - 1, cancellation) is { } stored)
            {
                yield return stored;
            }
        }
    }

    /// <summary>What the log holds between two places now.</summary>
    public static async Task<List<SealedEvent>> StretchAsync(NpgsqlConnection connection, long first, long last, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(StretchSql, connection);
        command.Parameters.Add(Of(first));
        command.Parameters.Add(Of(last));
        var events = new List<SealedEvent>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            events.Add(new SealedEvent(
                row.GetInt64(0), row.IsDBNull(1) ? "" : row.GetString(1), row.GetInt64(2), Link(row.IsDBNull(3) ? null : row.GetString(3))));
        }

        return events;
    }

    /// <summary>Adds a seal, and its key where it is new.</summary>
    /// <returns>False: another instance has sealed that stretch.</returns>
    public static async Task<bool> AddAsync(
        NpgsqlTransaction transaction, StoredSeal sealing, Ed25519PublicKey key, CancellationToken cancellation)
    {
        await using var addKey = new NpgsqlCommand(AddKeySql, transaction.Connection, transaction);
        addKey.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Id });
        addKey.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = key.Raw.ToArray() });
        addKey.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = sealing.Seal.SealedAt.UtcDateTime });
        await addKey.ExecuteNonQueryAsync(cancellation);

        var (seal, signature, events) = sealing;
        await using var add = new NpgsqlCommand(AddSql, transaction.Connection, transaction);
        add.Parameters.Add(Of(seal.Number));
        add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = seal.Service });
        add.Parameters.Add(Of(seal.First));
        add.Parameters.Add(Of(seal.Last));
        add.Parameters.Add(Of(seal.Events));
        add.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Convert.FromHexString(seal.Root) });
        add.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Convert.FromHexString(seal.Previous) });
        add.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = seal.SealedAt.UtcDateTime });
        add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = seal.KeyId });
        add.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = signature });
        add.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. events.Select(each => each.Sequence)] });
        add.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. events.Select(each => each.Stream)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
        add.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. events.Select(each => each.Version)] });
        add.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Links(events) });
        return await add.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static StoredSeal Read(NpgsqlDataReader row)
    {
        var (seqs, streams, versions) = (row.GetFieldValue<long[]>(10), row.GetFieldValue<string[]>(11), row.GetFieldValue<long[]>(12));
        var links = row.GetFieldValue<byte[]>(13);
        // Arrays that do not fit one another come from nobody but a forger; then no leaf fits either.
        var fits = streams.Length == seqs.Length && versions.Length == seqs.Length && links.Length == seqs.Length * HashChain.Length;
        return new StoredSeal(Statement(row), row.GetFieldValue<byte[]>(9), !fits ? [] :
        [
            .. seqs.Select((sequence, at) => new SealedEvent(
                sequence, streams[at], versions[at], links.AsMemory(at * HashChain.Length, HashChain.Length))),
        ]);
    }

    private static Seal Statement(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.GetInt64(4),
        Convert.ToHexStringLower(row.GetFieldValue<byte[]>(5)),
        Convert.ToHexStringLower(row.GetFieldValue<byte[]>(6)),
        row.GetFieldValue<DateTimeOffset>(7),
        row.GetString(8));

    private static byte[] Link(string? hash)
    {
        var link = new byte[HashChain.Length];
        if (hash is not { Length: HashChain.HexLength } || Convert.FromHexString(hash, link, out _, out _) is not System.Buffers.OperationStatus.Done)
        {
            Array.Clear(link);
        }

        return link;
    }

    private static byte[] Links(IReadOnlyList<SealedEvent> events)
    {
        var links = new byte[events.Count * HashChain.Length];
        for (var at = 0; at < events.Count; at++)
        {
            events[at].Link.CopyTo(links.AsMemory(at * HashChain.Length));
        }

        return links;
    }

    private static NpgsqlParameter<long> Of(long value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
