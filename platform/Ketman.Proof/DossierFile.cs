using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ketman.Proof;

/// <summary>
/// The file form of a dossier: JSON whose last two lines are <c>  "signature": "..."</c> and <c>}</c>. The signature is over every byte
/// before those two lines, so no byte of the file is outside of what is signed. <c>docs/proof.md</c> says it all.
/// </summary>
public static class DossierFile
{
    internal const string Format = "ketman-dossier";
    internal const int FormatVersion = 1;
    internal const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How the line of the signature begins; 128 hexadecimal digits follow.</summary>
    internal static ReadOnlySpan<byte> SignatureLine => "  \"signature\": \""u8;

    /// <summary>How the file ends after those digits.</summary>
    internal static ReadOnlySpan<byte> End => "\"\n}\n"u8;

    /// <summary>Writes and signs it.</summary>
    public static byte[] Write(Dossier dossier, Ed25519PrivateKey signing)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("format"u8, Format);
            json.WriteNumber("formatVersion"u8, FormatVersion);
            json.WriteString("marking"u8, dossier.Marking);
            json.WriteString("service"u8, dossier.Service);
            json.WriteString("stream"u8, dossier.Stream);
            json.WriteString("reference"u8, dossier.Reference);
            json.WriteString("exportedAt"u8, Time(dossier.ExportedAt));
            json.WriteNumber("through"u8, dossier.Events.Count);
            json.WriteNumber("sealedThrough"u8, dossier.SealedThrough);
            json.WriteString("signedBy"u8, signing.Public.Id);
            json.WriteStartArray("summary"u8);
            foreach (var line in DossierSummary.Of(dossier))
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteStartArray("events"u8);
            foreach (var each in dossier.Events)
            {
                Write(json, each);
            }

            json.WriteEndArray();
            json.WriteStartArray("seals"u8);
            foreach (var (statement, signature) in dossier.Seals)
            {
                json.WriteStartObject();
                json.WriteString("statement"u8, statement.Statement());
                json.WriteString("signature"u8, signature);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("keys"u8);
            foreach (var key in dossier.Keys)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, key.Id);
                json.WriteString("publicKey"u8, key.ToPem());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        // The closing brace makes room for the signature.
        byte[] signed = [.. buffer.WrittenSpan[..^2], .. ",\n"u8];
        return [.. signed, .. SignatureLine, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(signing.Sign(signed))), .. End];
    }

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, DossierEvent each)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, each.Version);
        json.WriteNumber("sequence"u8, each.Sequence);
        json.WriteString("digest"u8, each.Digest);
        json.WriteString("link"u8, each.Link);
        if (each.Content is { } content)
        {
            json.WriteStartObject("content"u8);
            json.WriteString("id"u8, content.Id);
            json.WriteString("type"u8, content.Type);
            json.WriteString("recordedAt"u8, Time(content.RecordedAt));
            json.WriteString("recordedBy"u8, content.RecordedBy);
            json.WriteString("command"u8, content.Command);
            json.WriteString("correlation"u8, content.Correlation);
            json.WriteString("headers"u8, content.Headers);
            json.WriteString("data"u8, content.Data);
            json.WriteEndObject();
        }

        if (each.Keys is { Count: > 0 } keys)
        {
            json.WriteStartObject("keys"u8);
            foreach (var (subject, key) in keys)
            {
                json.WriteString(subject, key);
            }

            json.WriteEndObject();
        }

        if (each.Seal is { } seal)
        {
            json.WriteStartObject("seal"u8);
            json.WriteNumber("number"u8, seal.Number);
            json.WriteNumber("index"u8, seal.Index);
            json.WriteStartArray("path"u8);
            foreach (var hash in seal.Path)
            {
                json.WriteStringValue(hash);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
