using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Ketman.Vocabulary;

namespace Ketman.Cli.Import;

/// <summary>Why a line was not recorded.</summary>
/// <param name="Field">The member, when it is one.</param>
/// <param name="Reason">What is wrong, and what would be right.</param>
internal sealed record LineFlaw(string? Field, string Reason);

/// <summary>A line that can be sent: an item of a batch.</summary>
/// <param name="Type">Its command.</param>
/// <param name="Target">What it acts on, or null when it creates something.</param>
/// <param name="Key">The idempotency key: the line's own, or one that follows from its content.</param>
/// <param name="OwnKey">Whether the line gave the key, so that others may name its fact by it.</param>
/// <param name="Item">The item of the batch request, as JSON.</param>
/// <param name="Creates">The handle that it makes known, in the form references are compared in; null when the platform draws it, or it creates nothing.</param>
/// <param name="References">What else it names.</param>
internal sealed record ImportItem(
    LineType Type, string? Target, string Key, bool OwnKey, byte[] Item, string? Creates, IReadOnlyList<(Refers To, string Text)> References)
{
    /// <summary>What the line acts on, e.g. <c>disclosure:halcyon-2025-02</c>; null for a thing whose handle the platform draws.</summary>
    public string? Stream => (Target?.ToLowerInvariant() ?? Creates) is { } handle ? $"{Type.Aggregate}:{handle}" : null;
}

/// <summary>A line of the file: an item, or a flaw that keeps it from being sent.</summary>
/// <param name="Number">Its number in the file.</param>
/// <param name="NextNumber">The number of the line after it.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Next">Where the next one begins.</param>
/// <param name="Source">The line as JSON where it is readable, else as it stands.</param>
/// <param name="Item">What is sent, or null.</param>
/// <param name="Flaw">Why nothing is sent, or null.</param>
internal sealed record ImportLine(
    long Number, long NextNumber, long Offset, long Next, ReadOnlyMemory<byte> Source, ImportItem? Item, LineFlaw? Flaw)
{
    /// <summary>A member that an errors file adds to a line; reading it again ignores it.</summary>
    public const string ErrorMember = "$error";

    private const int LongestKey = 200;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };

    public static ImportLine Read(RawRecord record, CsvHeader? csv)
    {
        if (record.Flaw is { } broken)
            return Flawed(record, record.Bytes, null, broken);
        if (!Utf8.IsValid(record.Bytes.Span))
            return Flawed(record, record.Bytes, null, "not valid UTF-8");

        var json = record.Bytes;
        if (csv is not null)
        {
            var (converted, field, flaw) = csv.ToJson(record);
            if (flaw is not null)
                return Flawed(record, record.Bytes, field, flaw);
            json = converted;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(record, json, document.RootElement);
        }
        catch (JsonException e)
        {
            return Flawed(record, json, null, e.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "a member comes more than once"
                : $"not valid JSON (column {(e.BytePositionInLine ?? 0) + 1})");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: well-formed JSON, but no text.
            return Flawed(record, json, null, "text must be valid Unicode");
        }
    }

    private static ImportLine Read(RawRecord record, ReadOnlyMemory<byte> json, JsonElement line)
    {
        if (line.ValueKind is not JsonValueKind.Object)
            return Flawed(record, json, null, "expected a JSON object such as {\"type\":\"log-outreach\",...}");
        if (!line.TryGetProperty("type", out var named) || named.ValueKind is not JsonValueKind.String)
            return Flawed(record, json, "type", "missing: every line says what it is, e.g. \"type\":\"log-outreach\"");
        if (LineTypes.Find(named.GetString()!) is not { } type)
        {
            var near = LineTypes.Nearest(named.GetString()!);
            return Flawed(record, json, "type", near is null ? "no such type; docs/import.md lists them" : $"no such type; did you mean {near}?");
        }

        string? target = null;
        string? key = null;
        foreach (var member in line.EnumerateObject())
        {
            var name = member.Name;
            if (name == type.TargetMember)
            {
                target = member.Value.ValueKind is JsonValueKind.String ? member.Value.GetString() : null;
                if (string.IsNullOrWhiteSpace(target))
                    return Flawed(record, json, name, $"expected the {name}'s handle or id");
            }
            else if (name == "key")
            {
                key = member.Value.ValueKind is JsonValueKind.String ? member.Value.GetString()! : "";
                if (key.Length is 0 or > LongestKey || key.Any(c => c is < '!' or > '~'))
                    return Flawed(record, json, name, $"expected 1 to {LongestKey} visible ASCII characters without spaces");
            }
            else if (name is not ("type" or ErrorMember) && type.FieldNamed(name) is null)
            {
                var near = Spelling.Nearest(name, type.Fields.Select(field => field.Name).Append(type.TargetMember ?? "type"));
                return Flawed(record, json, name.Length > 64 ? name[..64] : name,
                    $"{type.Name} has no such member{(near is null ? "" : $"; did you mean {near}?")}");
            }
        }

        if (type.TargetMember is { } wanted && target is null)
            return Flawed(record, json, wanted, $"missing: which {wanted} is meant");

        var ownKey = key is not null;
        key ??= KeyOf(line);
        var item = new ImportItem(type, target, key, ownKey, ItemOf(line, type, target, key), CreatedBy(line, type), ReferencesOf(line, type));
        return new ImportLine(record.Line, record.NextLine, record.Offset, record.Next, json, item, null);
    }

    private static byte[] ItemOf(JsonElement line, LineType type, string? target, string key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteString("command", type.Name);
        if (target is not null)
            json.WriteString("target", target);
        json.WriteString("key", key);
        json.WriteStartObject("body");
        foreach (var member in line.EnumerateObject().Where(member => IsBody(member.Name, type)))
            member.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsBody(string name, LineType type) => name is not ("type" or "key" or ErrorMember) && name != type.TargetMember;

    /// <summary>
    /// A key that follows from what the line says and not from how it is written: order of members, spaces and escapes do not
    /// matter. Two lines that say the same are therefore one fact, unless they bear keys of their own.
    /// </summary>
    private static string KeyOf(JsonElement line)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
            WriteCanonical(json, line, top: true);
        return "line-" + Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan).AsSpan(0, 16));
    }

    private static void WriteCanonical(Utf8JsonWriter json, JsonElement value, bool top)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    if (top && member.Name == ErrorMember)
                        continue;
                    json.WritePropertyName(member.Name);
                    WriteCanonical(json, member.Value, top: false);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    WriteCanonical(json, element, top: false);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.GetString());
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static string? CreatedBy(JsonElement line, LineType type)
    {
        // An assessment is named like its account.
        if (type is { Creates: true, Aggregate: "assessment" })
            return Text(line, "account")?.ToLowerInvariant();
        if (!type.Creates || Text(line, "handle") is not { } handle)
            return null;
        return (type.Aggregate is "account" ? $"{Text(line, "platform")}:{handle}" : handle).ToLowerInvariant();
    }

    private static List<(Refers To, string Text)> ReferencesOf(JsonElement line, LineType type)
    {
        var found = new List<(Refers, string)>();
        foreach (var field in type.Fields.Where(field => field.Refers is not Refers.ToNothing))
        {
            if (!line.TryGetProperty(field.Name, out var value))
                continue;
            if (value.ValueKind is JsonValueKind.String)
                found.Add((field.Refers, value.GetString()!));
            else if (value.ValueKind is JsonValueKind.Array)
                found.AddRange(value.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).Select(one => (field.Refers, one.GetString()!)));
        }

        return found;
    }

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static ImportLine Flawed(RawRecord record, ReadOnlyMemory<byte> source, string? field, string reason) =>
        new(record.Line, record.NextLine, record.Offset, record.Next, source, null, new LineFlaw(field, reason));

    /// <summary>The line for an errors file: what it said, and why that failed. It can be mended and imported as it is.</summary>
    public byte[] WithError(string file, LineFlaw flaw)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        var readable = WriteMembers(json);
        json.WriteStartObject(ErrorMember);
        json.WriteString("file", file);
        json.WriteNumber("line", Number);
        if (flaw.Field is not null)
            json.WriteString("field", flaw.Field);
        json.WriteString("reason", flaw.Reason);
        if (!readable && Source.Length > 0)
            json.WriteString("text", Encoding.UTF8.GetString(Source.Span[..Math.Min(Source.Length, 2000)]));
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private bool WriteMembers(Utf8JsonWriter json)
    {
        try
        {
            using var document = JsonDocument.Parse(Source, Strict);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                return false;
            var members = document.RootElement.EnumerateObject().Where(member => member.Name != ErrorMember).ToList();
            foreach (var member in members)
                member.WriteTo(json);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
