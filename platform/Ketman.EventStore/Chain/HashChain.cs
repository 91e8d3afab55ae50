using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.EventStore.Chain;

/// <summary>
/// The link of one event to the one before it in its stream: SHA-256 over everything its row says. The input is the text
/// <c>ketman-event-1</c>, the previous link (32 bytes, zeros before the first event), and then, each behind its length as
/// a 32-bit big-endian number (<c>ffffffff</c>: absent): stream, version (64 bits), event id (16 bytes, network order), type,
/// recorded at (microseconds since 1970, 64 bits), recorded by, command id, correlation id, the headers without <c>hash</c>
/// and the data, both in their canonical form (<see cref="CanonicalJson"/>). Texts are UTF-8. Only the place in the log is not in
/// it, because the database draws that while it inserts; a stretch's seal covers it.
/// </summary>
internal static class HashChain
{
    /// <summary>The length of a link in hexadecimal digits.</summary>
    public const int HexLength = 64;

    [ThreadStatic]
    private static ByteBuffer? _input;

    /// <summary>The link of an event as it is stored, lower-case hexadecimal.</summary>
    /// <param name="previous">The link of the event before it; null for the first.</param>
    /// <param name="content">What the row says.</param>
    /// <exception cref="System.Text.Json.JsonException">The data hold what jsonb cannot keep, or are no JSON.</exception>
    public static string Link(string? previous, in LinkedContent content)
    {
        var input = _input ??= new ByteBuffer();
        input.Length = 0;
        input.Add("ketman-event-1"u8);
        AddPrevious(input, previous);
        Add(input, content.Stream);
        Add(input, content.Version);
        Add(input, content.Id);
        Add(input, content.Type);
        Add(input, (content.RecordedAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        Add(input, content.RecordedBy);
        Add(input, content.Causation);
        Add(input, content.Correlation);
        AddJson(input, content.Headers, "hash"u8);
        AddJson(input, content.Data, default);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input.Written, hash);
        return Convert.ToHexStringLower(hash);
    }

    private static void AddPrevious(ByteBuffer input, string? previous)
    {
        var room = input.Room(SHA256.HashSizeInBytes)[..SHA256.HashSizeInBytes];
        if (previous is null)
        {
            room.Clear();
        }
        else if (Convert.FromHexString(previous, room, out _, out var written) is not System.Buffers.OperationStatus.Done
            || written != SHA256.HashSizeInBytes)
        {
            throw new FormatException("The link before is no SHA-256 in hexadecimal.");
        }

        input.Length += SHA256.HashSizeInBytes;
    }

    private static void Add(ByteBuffer input, string? text)
    {
        if (text is null)
        {
            AddLength(input, -1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        AddLength(input, length);
        input.Length += Encoding.UTF8.GetBytes(text, input.Room(length));
    }

    private static void Add(ByteBuffer input, long number)
    {
        AddLength(input, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(input.Room(sizeof(long)), number);
        input.Length += sizeof(long);
    }

    private static void Add(ByteBuffer input, Guid id)
    {
        AddLength(input, 16);
        id.TryWriteBytes(input.Room(16), bigEndian: true, out var written);
        input.Length += written;
    }

    private static void AddJson(ByteBuffer input, ReadOnlySpan<byte> json, ReadOnlySpan<byte> except)
    {
        AddLength(input, 0);
        var from = input.Length;
        CanonicalJson.Write(json, input, except);
        // The length is known only now.
        var end = input.Length;
        input.Length = from - sizeof(int);
        AddLength(input, end - from);
        input.Length = end;
    }

    private static void AddLength(ByteBuffer input, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(input.Room(sizeof(int)), length);
        input.Length += sizeof(int);
    }
}

/// <summary>What the link of an event covers, besides the link before it.</summary>
internal readonly ref struct LinkedContent
{
    public required string Stream { get; init; }

    public required long Version { get; init; }

    public required Guid Id { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string? RecordedBy { get; init; }

    public required string? Causation { get; init; }

    public required string? Correlation { get; init; }

    public required ReadOnlySpan<byte> Headers { get; init; }

    public required ReadOnlySpan<byte> Data { get; init; }
}
