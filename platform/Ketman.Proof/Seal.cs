using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Proof;

/// <summary>What a seal states about one stretch of a service's log. It is signed as text, so that it can be read and checked by hand.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Service">Whose log.</param>
/// <param name="First">The first place in the log that it covers: the one after the last of the seal before.</param>
/// <param name="Last">The last place. Numbers within that no event has were rolled back, for good.</param>
/// <param name="Events">How many events stand in it.</param>
/// <param name="Root">The root of the Merkle tree over them, lower-case hexadecimal.</param>
/// <param name="Previous">SHA-256 of the statement of the seal before, lower-case hexadecimal; zeros for the first.</param>
/// <param name="SealedAt">When, in UTC to the microsecond.</param>
/// <param name="KeyId">The fingerprint of the key that signs.</param>
public sealed record Seal(
    long Number, string Service, long First, long Last, long Events, string Root, string Previous, DateTimeOffset SealedAt, string KeyId)
{
    /// <summary>What the first seal has for the hash of the seal before.</summary>
    public static string NoPrevious { get; } = new('0', HashChain.HexLength);

    private static readonly string[] s_names = ["number", "service", "first", "last", "events", "root", "previous", "sealed-at", "key"];

    private const string Form = "ketman-seal-1";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The text that is signed: a line for the form, then one <c>name: value</c> for each member, each ended by a line feed.</summary>
    public byte[] Statement()
    {
        var invariant = CultureInfo.InvariantCulture;
        string[] values =
        [
            Number.ToString(invariant), Service, First.ToString(invariant), Last.ToString(invariant), Events.ToString(invariant),
            Root, Previous, SealedAt.UtcDateTime.ToString(TimeForm, invariant), KeyId,
        ];
        return Encoding.UTF8.GetBytes($"{Form}\n{string.Concat(s_names.Zip(values, (name, value) => $"{name}: {value}\n"))}");
    }

    /// <summary>By what the next seal refers to this one.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Statement()));

    /// <summary>Reads a statement; null when it is not exactly one.</summary>
    public static Seal? Read(string statement)
    {
        var lines = statement.Split('\n');
        if (lines.Length != s_names.Length + 2 || lines[0] != Form)
        {
            return null;
        }

        var values = new string[s_names.Length];
        for (var at = 0; at < values.Length; at++)
        {
            if (!lines[at + 1].StartsWith(s_names[at] + ": ", StringComparison.Ordinal))
            {
                return null;
            }

            values[at] = lines[at + 1][(s_names[at].Length + 2)..];
        }

        if (!Whole(values[0], out var number) || !Whole(values[2], out var first) || !Whole(values[3], out var last) || !Whole(values[4], out var events)
            || !DateTimeOffset.TryParseExact(values[7], TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sealedAt))
        {
            return null;
        }

        var seal = new Seal(number, values[1], first, last, events, values[5], values[6], sealedAt, values[8]);
        // Whatever is written otherwise than we write it is not what was signed.
        return Encoding.UTF8.GetString(seal.Statement()) == statement ? seal : null;
    }

    private static bool Whole(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>An event as a seal covers it: a leaf of its tree.</summary>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Link">Its link, which covers its content and everything before it in its stream; zeros where the row has none.</param>
public sealed record SealedEvent(long Sequence, string Stream, long Version, ReadOnlyMemory<byte> Link)
{
    private const byte LeafPrefix = 0;

    /// <summary>SHA-256 over 00, the place (64 bits), the length of the stream's name (32 bits) and the name, the version (64 bits) and the link.</summary>
    public byte[] Leaf()
    {
        var input = new ByteBuffer();
        input.Add(LeafPrefix);
        input.Add(Sequence);
        var length = Encoding.UTF8.GetByteCount(Stream);
        input.AddLength(length);
        input.Length += Encoding.UTF8.GetBytes(Stream, input.Room(length));
        input.Add(Version);
        input.Add(Link.Span);
        return SHA256.HashData(input.Written);
    }
}
