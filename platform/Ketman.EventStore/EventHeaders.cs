using System.Text;
using System.Text.Json;
using Ketman.EventStore.Chain;

namespace Ketman.EventStore;

/// <summary>The <c>headers</c> column: what Marten's columns have no place for.</summary>
internal readonly record struct EventHeaders(string? Hash, string? Fingerprint, string? TraceParent)
{
    // Reused: its first kilobyte would be most of what an append allocates.
    [ThreadStatic]
    private static ByteBuffer? _json;

    /// <summary>The JSON without the hash, which is computed over it.</summary>
    public static byte[] Write(string? fingerprint, string? traceParent) => Write(new EventHeaders(null, fingerprint, traceParent));

    /// <summary>The whole JSON. Written by hand, as it is written for every event and its few texts need no escapes as a rule.</summary>
    public static byte[] Write(EventHeaders headers)
    {
        var json = _json ??= new ByteBuffer();
        json.Length = 0;
        json.Add((byte)'{');
        Add(json, "\"hash\":"u8, headers.Hash);
        Add(json, "\"fingerprint\":"u8, headers.Fingerprint);
        Add(json, "\"traceparent\":"u8, headers.TraceParent);
        json.Add((byte)'}');
        return json.Written.ToArray();
    }

    // jsonb puts the shortest name first and writes one blank after a colon, so this is how ours always begin.
    private static ReadOnlySpan<byte> Beginning => "{\"hash\": \""u8;

    /// <summary>The hash alone, or an empty text when there is none.</summary>
    public static string HashOf(ReadOnlySpan<byte> json) =>
        BeginsWithHash(json) ? Encoding.ASCII.GetString(json.Slice(Beginning.Length, HashChain.HexLength)) : Read(json).Hash ?? "";

    /// <summary>Whether two events' headers say the same of their command. May say no where they do, never yes where they do not.</summary>
    public static bool DifferInHashOnly(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        BeginsWithHash(left) && BeginsWithHash(right)
        && left[(Beginning.Length + HashChain.HexLength)..].SequenceEqual(right[(Beginning.Length + HashChain.HexLength)..]);

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

    private static bool BeginsWithHash(ReadOnlySpan<byte> json) =>
        json.StartsWith(Beginning) && json.Length > Beginning.Length + HashChain.HexLength && json[Beginning.Length + HashChain.HexLength] == (byte)'"';

    private static string? Text(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is JsonTokenType.String ? reader.GetString() : null;

    private static void Add(ByteBuffer json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (json.Length > 1)
        {
            json.Add((byte)',');
        }

        json.Add(name);
        json.Add((byte)'"');
        json.Add(JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        json.Add((byte)'"');
    }
}
