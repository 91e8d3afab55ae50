using System.Text;
using System.Text.Json;
using Ketman.EventStore.Sealing;
using Ketman.Proof;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>Reads a stream with everything that proves it, for a dossier.</summary>
public sealed class StreamProof(NpgsqlDataSource database, SealKeys keys, Sealer sealer, TimeProvider time)
{
    private const string EventsSql = """
        select version, seq_id, id, type, timestamp, user_name, causation_id, correlation_id, headers, data from mt_events where stream_id = $1 order by version
        """;

    // What was recorded a moment ago is to be in it with its seal; whoever holds a transaction open does not hold this up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reads all of a stream; null when there is no such stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="reference">Its handle.</param>
    /// <param name="marking">How far the file may go.</param>
    /// <param name="shows">Says of all events, by their ids, whose contents are shown.</param>
    /// <param name="reveal">Gives the keys that make an event's personal texts readable; null: none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The file.</returns>
    /// <exception cref="BrokenChainException">The stream does not hold: it must not leave the house.</exception>
    public async Task<byte[]?> ExportAsync(
        string stream, string? reference, string marking, Func<IReadOnlyList<DossierContent>, IReadOnlySet<Guid>> shows, RevealEvent? reveal,
        CancellationToken cancellation)
    {
        await sealer.SealAsync(Patience, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var contents = await ContentsAsync(connection, stream, cancellation);
        if (contents.Count == 0)
        {
            return null;
        }

        var seals = new List<DossierSeal>();
        var paths = new Dictionary<long, DossierPath>();
        await foreach (var stored in SealRows.OfStreamAsync(connection, stream, cancellation))
        {
            seals.Add(new DossierSeal(stored.Seal, Convert.ToHexStringLower(stored.Signature)));
            AddPaths(paths, stream, stored);
        }

        var shown = shows([.. contents.Select(each => each.Content)]);
        var events = new List<DossierEvent>(contents.Count);
        foreach (var (version, sequence, link, content) in contents)
        {
            var isShown = shown.Contains(content.Id);
            events.Add(new DossierEvent(
                version, sequence, content.Digest(stream, version), link, isShown ? content : null,
                isShown && reveal is not null ? await reveal(content.Id, Encoding.UTF8.GetBytes(content.Data), cancellation) : null,
                paths.GetValueOrDefault(sequence)));
        }

        var signers = seals.Select(each => keys.Find(each.Statement.KeyId)).OfType<Ed25519PublicKey>().Append(keys.Signing.Public).DistinctBy(key => key.Id);
        var now = time.GetUtcNow();
        var dossier = new Dossier(
            marking, keys.Service, stream, reference, now, events, seals, [.. signers]);
        var file = DossierFile.Write(dossier, keys.Signing);
        return DossierVerifier.Verify(file).Faults is [var fault, ..] ? throw new BrokenChainException(fault.Message) : file;
    }

    private static async Task<List<(long Version, long Sequence, string Link, DossierContent Content)>> ContentsAsync(
        NpgsqlConnection connection, string stream, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(EventsSql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = stream } } };
        var contents = new List<(long, long, string, DossierContent)>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var headers = row.IsDBNull(8) ? "{}"u8.ToArray() : row.GetFieldValue<byte[]>(8);
            contents.Add((row.GetInt64(0), row.GetInt64(1), EventHeaders.HashOf(headers), new DossierContent(
                row.GetGuid(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.IsDBNull(5) ? null : row.GetString(5),
                row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7),
                Canonical(headers, "hash"u8), Canonical(row.GetFieldValue<byte[]>(9), default))));
        }

        return contents;
    }

    private static void AddPaths(Dictionary<long, DossierPath> paths, string stream, StoredSeal stored)
    {
        byte[][] leaves = [.. stored.Events.Select(each => each.Leaf())];
        for (var at = 0; at < leaves.Length; at++)
        {
            if (stored.Events[at].Stream == stream)
            {
                paths[stored.Events[at].Sequence] = new DossierPath(stored.Seal.Number, at, [.. MerkleTree.AuditPath(leaves, at).Select(Convert.ToHexStringLower)]);
            }
        }
    }

    private static string Canonical(byte[] json, ReadOnlySpan<byte> except)
    {
        var buffer = new ByteBuffer();
        try
        {
            CanonicalJson.Write(json, buffer, except);
        }
        catch (JsonException e)
        {
            throw new BrokenChainException("The stream holds what the platform never writes.", e);
        }

        return Encoding.UTF8.GetString(buffer.Written);
    }
}

/// <summary>Gives the keys of one event that make its personal texts readable, by subject: 32 bytes as base64url. Erased subjects have none.</summary>
/// <param name="eventId">The event.</param>
/// <param name="data">Its data as stored.</param>
/// <param name="cancellation">Gives up.</param>
public delegate Task<IReadOnlyDictionary<string, string>> RevealEvent(Guid eventId, ReadOnlyMemory<byte> data, CancellationToken cancellation);

/// <summary>A stream that was to be proven does not hold.</summary>
public sealed class BrokenChainException(string message, Exception? inner = null) : Exception(message, inner);
