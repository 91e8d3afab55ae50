using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ketman.EventStore.Chain;
using Ketman.EventStore.Sealing;
using Ketman.Proof;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>
/// Verifies a service's log: first every hash chain, in the order of the streams' names, then every seal. It answers in pages of
/// bounded time, each of which says where to go on.
/// </summary>
public sealed class LogVerifier(NpgsqlDataSource database, SealKeys keys, TimeProvider time)
{
    private const string StandingSql = """
        select coalesce(max(seq_id), 0), count(*) from (
          select seq_id from mt_events where seq_id > coalesce((select last_seq from ketman_seals order by number desc limit 1), 0)
          order by seq_id limit 100000) as unsealed
        """;

    // A page must come back before a proxy loses its patience.
    private static readonly TimeSpan PageTime = TimeSpan.FromSeconds(2);

    private readonly ChainVerifier _chains = new(database);
    private readonly SealVerifier _seals = new(database, keys);

    /// <summary>Verifies a page of the log.</summary>
    /// <param name="after">The <see cref="LogVerification.Next"/> of the page before; null: from the beginning.</param>
    /// <param name="limit">About how many events to look at.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnknownPositionException"><paramref name="after"/> is of no page.</exception>
    public async Task<LogVerification> VerifyAsync(string? after, int limit, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(PageTime, time);
        var position = after is null ? new Position(null, null) : Position.Read(after) ?? throw new UnknownPositionException();
        if (position.Seal is { } number)
        {
            var page = await _seals.VerifyAsync(number, limit, timer.Token, cancellation);
            var next = page.Next is { } last ? new Position(null, last).Write() : null;
            return new LogVerification(keys.Service, 0, 0, page.Seals, page.Faults, next, await StandingAsync(cancellation));
        }

        var chains = await _chains.VerifyAsync(position.Chain, limit, timer.Token, cancellation);
        return new LogVerification(
            keys.Service, chains.Streams, chains.Events, 0, [.. chains.Broken.Select(LogFault.OfChain)],
            (chains.Next is { } at ? new Position(at, null) : new Position(null, 0)).Write(), await StandingAsync(cancellation));
    }

    /// <summary>Verifies one stream: its chain, and what the seals say of it. Whoever is in neither is not known: then there are no events, seals or faults.</summary>
    public async Task<LogVerification> VerifyStreamAsync(string stream, CancellationToken cancellation)
    {
        var chain = await _chains.VerifyStreamAsync(stream, cancellation);
        var seals = await _seals.VerifyStreamAsync(stream, cancellation);
        return new LogVerification(
            keys.Service, chain.Streams, chain.Events, seals.Seals, [.. chain.Broken.Select(LogFault.OfChain), .. seals.Faults], null,
            await StandingAsync(cancellation));
    }

    /// <summary>A seal as it stands; null when there is none with that number.</summary>
    public async Task<SealView?> FindSealAsync(long number, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await SealRows.NextAsync(connection, number - 1, cancellation) is { } stored && stored.Seal.Number == number
            ? new SealView(number, stored.Seal.Hash(), Encoding.UTF8.GetString(stored.Seal.Statement()), Convert.ToHexStringLower(stored.Signature))
            : null;
    }

    private async Task<SealStanding> StandingAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var last = await SealRows.LastAsync(connection, cancellation);
        await using var command = new NpgsqlCommand(StandingSql, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new SealStanding(last?.Number ?? 0, last?.Hash(), last?.SealedAt, last?.KeyId, row.GetInt64(1));
    }

    private sealed record Position(ChainPosition? Chain, long? Seal)
    {
        public string Write() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            Chain is { } chain ? string.Create(CultureInfo.InvariantCulture, $"c{chain.Version}/{chain.Stream}") : string.Create(CultureInfo.InvariantCulture, $"s{Seal}")));

        public static Position? Read(string text)
        {
            if (!Base64Url.IsValid(text))
            {
                return null;
            }

            var decoded = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
            var slash = decoded.IndexOf('/', StringComparison.Ordinal);
            return decoded.Length == 0 ? null
                : decoded[0] == 's' && Whole(decoded.AsSpan(1)) is { } seal ? new Position(null, seal)
                : decoded[0] == 'c' && slash > 0 && !decoded.Contains('\0', StringComparison.Ordinal) && Whole(decoded.AsSpan(1, slash - 1)) is { } version
                    ? new Position(new ChainPosition(decoded[(slash + 1)..], version), null)
                : null;
        }

        private static long? Whole(ReadOnlySpan<char> text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

/// <summary>What a verification came to, or a page of it.</summary>
/// <param name="Service">Whose log.</param>
/// <param name="Streams">Streams that were begun with.</param>
/// <param name="Events">Events whose link holds.</param>
/// <param name="Seals">Seals that were looked at.</param>
/// <param name="Faults">What does not hold.</param>
/// <param name="Next">What to ask with for the next page; null: everything was looked at.</param>
/// <param name="Sealed">How far the log is sealed.</param>
public sealed record LogVerification(
    string Service, long Streams, long Events, long Seals, IReadOnlyList<LogFault> Faults, string? Next, SealStanding Sealed);

/// <summary>A seal, to be compared with what was noted elsewhere, or checked by hand.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">SHA-256 of the statement, lower-case hexadecimal.</param>
/// <param name="Statement">The text that is signed.</param>
/// <param name="Signature">The Ed25519 signature over it, lower-case hexadecimal.</param>
public sealed record SealView(long Number, string Hash, string Statement, string Signature);

/// <summary>How far a log is sealed.</summary>
/// <param name="Number">The last seal; 0: there is none.</param>
/// <param name="Hash">Its hash: noted elsewhere, it shows later that no seal was taken back.</param>
/// <param name="At">When it was made.</param>
/// <param name="Key">The fingerprint of the key that signed it.</param>
/// <param name="Unsealed">Events after it; counted to 100,000.</param>
public sealed record SealStanding(long Number, string? Hash, DateTimeOffset? At, string? Key, long Unsealed);

/// <summary>One thing that does not hold.</summary>
/// <param name="Fault">Its kind, e.g. <c>altered</c> or <c>event-missing</c>.</param>
/// <param name="Stream">The stream, when it is known.</param>
/// <param name="Version">The version in it, when it is known; the first where it is several.</param>
/// <param name="Seal">The seal that shows it, when one does.</param>
/// <param name="Message">All of it in one sentence.</param>
public sealed record LogFault(string Fault, string? Stream, long? Version, long? Seal, string Message)
{
    internal static LogFault OfSeal(long number, string fault, string message) => new(fault, null, null, number, message);

    internal static LogFault OfEvents(long number, string fault, List<SealedEvent> events)
    {
        var (first, last) = (events.MinBy(each => each.Version)!, events.MaxBy(each => each.Version)!);
        var (one, several) = fault switch
        {
            "event-missing" => ("was sealed and is not there any more", "were sealed and are not there any more"),
            "event-added" => ("was put into the log after that stretch was sealed", "were put into the log after that stretch was sealed"),
            _ => ("is not the one that was sealed: it, or an earlier one of its stream, was rewritten",
                "are not those that were sealed: they, or an earlier one of their stream, were rewritten"),
        };
        var stream = first.Stream.Length == 0 ? "an event of no stream" : first.Stream;
        var message = events.Count == 1 ? $"{stream}, version {first.Version} (place {first.Sequence} in the log) {one} (seal {number})."
            : events.Count == last.Version - first.Version + 1 ? $"{stream}, versions {first.Version} to {last.Version} {several} (seal {number})."
            : $"{stream}, {events.Count} versions between {first.Version} and {last.Version} {several} (seal {number}).";
        return new LogFault(fault, first.Stream, first.Version, number, message);
    }

    internal static LogFault OfChain(BrokenLink broken)
    {
        var (fault, what) = broken.Fault switch
        {
            ChainFault.Altered => ("altered", "was changed: its row does not say what its hash was made of"),
            ChainFault.Missing => ("missing", "is missing"),
            ChainFault.OutOfOrder => ("out-of-order", "stands before an earlier event of its stream in the log"),
            ChainFault.NoHash => ("no-hash", "has no hash"),
            ChainFault.WrongHead => ("wrong-head", "is there, but the stream's row says that the stream ends before it"),
            _ => ("foreign", "holds what the platform never writes"),
        };
        return new LogFault(fault, broken.Stream, broken.Version, null, $"{(broken.Stream.Length == 0 ? "An event of no stream" : broken.Stream)}, version {broken.Version} {what}.");
    }
}
