using System.Security.Cryptography;
using System.Text;

namespace Ketman.Proof;

/// <summary>
/// The link of one event to the one before it in its stream, in two steps, so that whoever is shown the digest of an event
/// instead of its content can still follow the chain through it. All texts are UTF-8, all numbers big-endian.
/// <para>
/// The content's digest is SHA-256 over the text <c>ketman-content-2</c> and then everything the event's row says, each behind its
/// length as a 32-bit number (<c>ffffffff</c>: absent): stream, version (64 bits), event id (16 bytes, network order), type, recorded at
/// (microseconds since 1970, 64 bits), recorded by, command id, correlation id, the headers without <c>hash</c> and the data,
/// both in their canonical form (<see cref="CanonicalJson"/>). The headers' random <c>salt</c> keeps a digest from being guessed
/// back to its content. Only the place in the log is not in it, because the database draws that while it inserts; a
/// stretch's seal covers it.
/// </para>
/// <para>
/// The link is SHA-256 over the text <c>ketman-event-2</c>, the previous link (32 bytes, zeros before the first event) and
/// the digest (32 bytes).
/// </para>
/// </summary>
public static class HashChain
{
    /// <summary>The length of a link in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The length of a link in hexadecimal digits.</summary>
    public const int HexLength = 2 * Length;

    [ThreadStatic]
    private static ByteBuffer? _input;

    private static ReadOnlySpan<byte> LinkForm => "ketman-event-2"u8;

    private static ReadOnlySpan<byte> ContentForm => "ketman-content-2"u8;

    /// <summary>The link of an event as it is stored, lower-case hexadecimal.</summary>
    /// <param name="previous">The link of the event before it; null for the first.</param>
    /// <param name="content">What the row says.</param>
    /// <exception cref="System.Text.Json.JsonException">The data hold what jsonb cannot keep, or are no JSON.</exception>
    /// <exception cref="FormatException">The link before is none.</exception>
    public static string Link(string? previous, in LinkedContent content)
    {
        Span<byte> link = stackalloc byte[Length];
        Span<byte> digest = stackalloc byte[Length];
        Parse(previous, link);
        Digest(content, digest);
        Link(link, digest, link);
        return Convert.ToHexStringLower(link);
    }

    /// <summary>The digest of an event's content.</summary>
    /// <param name="content">What the row says.</param>
    /// <param name="digest">Takes <see cref="Length"/> bytes.</param>
    /// <exception cref="System.Text.Json.JsonException">The data hold what jsonb cannot keep, or are no JSON.</exception>
    public static void Digest(in LinkedContent content, Span<byte> digest)
    {
        var input = _input ??= new ByteBuffer();
        input.Length = 0;
        input.Add(ContentForm);
        Add(input, content.Stream);
        Add(input, content.Version);
        Add(input, content.Id);
        Add(input, content.Type);
        Add(input, (content.RecordedAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        Add(input, content.RecordedBy);
        Add(input, content.Causation);
        Add(input, content.Correlation);
        if (content.HeadersBehindHash.IsEmpty)
        {
            AddJson(input, content.Headers, "hash"u8);
        }
        else
        {
            input.AddLength(1 + content.HeadersBehindHash.Length);
            input.Add((byte)'{');
            input.Add(content.HeadersBehindHash);
        }

        AddJson(input, content.Data, default);
        SHA256.HashData(input.Written, digest);
    }

    /// <summary>The link that follows from the one before and from the content's digest.</summary>
    /// <param name="previous">The link before; zeros for the first event.</param>
    /// <param name="digest">The content's digest.</param>
    /// <param name="link">Takes <see cref="Length"/> bytes; may be the same memory as <paramref name="previous"/>.</param>
    public static void Link(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> digest, Span<byte> link)
    {
        Span<byte> input = stackalloc byte[LinkForm.Length + Length + Length];
        LinkForm.CopyTo(input);
        previous.CopyTo(input[LinkForm.Length..]);
        digest.CopyTo(input[(LinkForm.Length + Length)..]);
        SHA256.HashData(input, link);
    }

    private static void Parse(string? previous, Span<byte> link)
    {
        if (previous is null)
        {
            link.Clear();
        }
        else if (Convert.FromHexString(previous, link, out _, out var written) is not System.Buffers.OperationStatus.Done || written != Length)
        {
            throw new FormatException("The link before is no SHA-256 in hexadecimal.");
        }
    }

    private static void Add(ByteBuffer input, string? text)
    {
        if (text is null)
        {
            input.AddLength(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        input.AddLength(length);
        input.Length += Encoding.UTF8.GetBytes(text, input.Room(length));
    }

    private static void Add(ByteBuffer input, long number)
    {
        input.AddLength(sizeof(long));
        input.Add(number);
    }

    private static void Add(ByteBuffer input, Guid id)
    {
        input.AddLength(16);
        id.TryWriteBytes(input.Room(16), bigEndian: true, out var written);
        input.Length += written;
    }

    private static void AddJson(ByteBuffer input, ReadOnlySpan<byte> json, ReadOnlySpan<byte> except)
    {
        input.AddLength(0);
        var from = input.Length;
        CanonicalJson.Write(json, input, except);
        // The length is known only now.
        var end = input.Length;
        input.Length = from - sizeof(int);
        input.AddLength(end - from);
        input.Length = end;
    }
}

/// <summary>What the digest of an event covers.</summary>
public readonly ref struct LinkedContent
{
    /// <summary>Its stream.</summary>
    public required string Stream { get; init; }

    /// <summary>Its place in the stream, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name on disk.</summary>
    public required string Type { get; init; }

    /// <summary>When it was recorded; to the microsecond.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The name of the API key or user.</summary>
    public required string? RecordedBy { get; init; }

    /// <summary>The id of the command that caused it.</summary>
    public required string? Causation { get; init; }

    /// <summary>The trace or conversation it belongs to.</summary>
    public required string? Correlation { get; init; }

    /// <summary>The headers as JSON; their <c>hash</c> is left out.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }

    /// <summary>
    /// From whoever wrote the headers with <c>hash</c> first and otherwise in their canonical form: what follows it, to the end. They
    /// are then not taken apart again. Empty: not known to be so.
    /// </summary>
    internal ReadOnlySpan<byte> HeadersBehindHash { get; init; }

    /// <summary>The data as JSON.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }
}
