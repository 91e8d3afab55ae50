using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ketman.Proof;

namespace Ketman.EventStore;

/// <summary>The <c>headers</c> column: what Marten's columns have no place for.</summary>
internal readonly record struct EventHeaders(string? Hash, string? Fingerprint, string? TraceParent)
{
    private const int SaltLength = 22;

    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:");

    // Reused: its first kilobyte would be most of what an append allocates.
    [ThreadStatic]
    private static ByteBuffer? _json;

    // As written, and as jsonb gives it back: the shortest name first, one blank after a colon and a comma.
    private static ReadOnlySpan<byte> WrittenHash => "{\"hash\":\""u8;

    private static ReadOnlySpan<byte> WrittenSalt => "\",\"salt\":\""u8;

    private static ReadOnlySpan<byte> ReadHash => "{\"hash\": \""u8;

    private static ReadOnlySpan<byte> ReadSalt => "\", \"salt\": \""u8;

    /// <summary>The JSON for all events of one command, with empty places for what differs: see <see cref="Salt"/>.</summary>
    /// <returns>And whether what follows the hash is in canonical form: see <see cref="BehindHash"/>.</returns>
    public static (byte[] Json, bool IsCanonical) Form(string? fingerprint, string? traceParent)
    {
        var json = _json ??= new ByteBuffer();
        json.Length = 0;
        json.Add(WrittenHash);
        Fill(json, HashChain.HexLength);
        json.Add(WrittenSalt);
        Fill(json, SaltLength);
        json.Add((byte)'"');
        // In the order of jsonb, so that nobody needs to put them in it.
        var isCanonical = Add(json, ",\"fingerprint\":"u8, fingerprint) & Add(json, ",\"traceparent\":"u8, traceParent);
        json.Add((byte)'}');
        return (json.Written.ToArray(), isCanonical);
    }

    /// <summary>The members that follow the hash in what <see cref="Form"/> made, with the closing brace.</summary>
    public static ReadOnlySpan<byte> BehindHash(byte[] headers) => headers.AsSpan(WrittenHash.Length + HashChain.HexLength + "\","u8.Length);

    /// <summary>
    /// Puts in one event's salt; its hash is still to come. Without the salt, whoever sees the digest of a withheld event
    /// could try contents until one fits: events of one command share everything else that cannot be guessed.
    /// </summary>
    public static void Salt(byte[] headers) =>
        Base64Url.EncodeToUtf8(Salts.Next(), headers.AsSpan(WrittenHash.Length + HashChain.HexLength + WrittenSalt.Length, SaltLength));

    /// <summary>Random bytes, drawn for many events at once: the generator's call alone would cost an append a twentieth of its rate.</summary>
    private static class Salts
    {
        private const int Length = 16;
        private const int Many = 64;

        [ThreadStatic]
        private static byte[]? _drawn;

        [ThreadStatic]
        private static int _used;

        public static ReadOnlySpan<byte> Next()
        {
            if (_drawn is null || _used == Many)
            {
                RandomNumberGenerator.Fill(_drawn ??= new byte[Many * Length]);
                _used = 0;
            }

            return _drawn.AsSpan(Length * _used++, Length);
        }
    }

    /// <summary>Puts in the hash, which is computed over the rest.</summary>
    public static void PutHash(byte[] headers, string hash) => Encoding.ASCII.GetBytes(hash, headers.AsSpan(WrittenHash.Length));

    /// <summary>The hash alone, or an empty text when there is none.</summary>
    public static string HashOf(ReadOnlySpan<byte> json) =>
        BeginsWithHash(json) ? Encoding.ASCII.GetString(json.Slice(ReadHash.Length, HashChain.HexLength)) : Read(json).Hash ?? "";

    /// <summary>Whether two events' headers say the same of their command. May say no where they do, never yes where they do not.</summary>
    public static bool OfOneCommand(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        BeginsWithHashAndSalt(left) && BeginsWithHashAndSalt(right) && left[CommandAt..].SequenceEqual(right[CommandAt..]);

    /// <summary>Reads them; members that another writer put there are passed over.</summary>
    public static EventHeaders Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return default;
        }

        string? hash = null, fingerprint = null, traceParent = null;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1)
            {
                continue;
            }

            if (reader.ValueTextEquals("hash"u8))
            {
                hash = Text(ref reader);
            }
            else if (reader.ValueTextEquals("fingerprint"u8))
            {
                fingerprint = Text(ref reader);
            }
            else if (reader.ValueTextEquals("traceparent"u8))
            {
                traceParent = Text(ref reader);
            }
        }

        return new EventHeaders(hash, fingerprint, traceParent);
    }

    private static int CommandAt => ReadHash.Length + HashChain.HexLength + ReadSalt.Length + SaltLength;

    private static bool BeginsWithHash(ReadOnlySpan<byte> json) =>
        json.StartsWith(ReadHash) && json.Length > ReadHash.Length + HashChain.HexLength && json[ReadHash.Length + HashChain.HexLength] == (byte)'"';

    private static bool BeginsWithHashAndSalt(ReadOnlySpan<byte> json) =>
        BeginsWithHash(json) && json.Length > CommandAt && json[(ReadHash.Length + HashChain.HexLength)..].StartsWith(ReadSalt)
        && json[CommandAt] == (byte)'"';

    private static string? Text(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is JsonTokenType.String ? reader.GetString() : null;

    // Whether it needed no escape.
    private static bool Add(ByteBuffer json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            return true;
        }

        json.Add(name);
        json.Add((byte)'"');
        // Hexadecimal as a rule: what needs no escape is written as it is.
        var isPlain = !value.AsSpan().ContainsAnyExcept(Plain);
        if (!isPlain)
        {
            json.Add(JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        }
        else
        {
            json.Length += Encoding.ASCII.GetBytes(value, json.Room(value.Length));
        }

        json.Add((byte)'"');
        return isPlain;
    }

    private static void Fill(ByteBuffer json, int length)
    {
        json.Room(length)[..length].Fill((byte)'0');
        json.Length += length;
    }
}
