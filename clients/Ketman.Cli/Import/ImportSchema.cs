using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ketman.Vocabulary;

namespace Ketman.Cli.Import;

/// <summary>The JSON Schema of an import line, from the same catalogue that reads the lines; docs/import.schema.json is its output.</summary>
internal static class ImportSchema
{
    private const string MomentPattern = @"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2}))?$";

    private const string DecimalPattern = @"^-?\d+(\.\d+)?$";

    public static string Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("$id", "urn:ketman:import-line");
            json.WriteString("title", "A line of a Ketman import file");
            json.WriteString("description", "One fact. A JSON Lines file holds one such object on each line; docs/import.md explains them.");
            json.WriteStartArray("oneOf");
            foreach (var type in LineTypes.All)
            {
                json.WriteStartObject();
                json.WriteString("$ref", $"#/$defs/{type.Name}");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("$defs");
            WriteMoment(json);
            foreach (var type in LineTypes.All)
                Write(json, type);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteMoment(Utf8JsonWriter json)
    {
        json.WriteStartObject("moment");
        json.WriteString("description", "A day (2025-02-03), or an instant with its offset (2025-02-03T14:05:00Z).");
        json.WriteString("type", "string");
        json.WriteString("pattern", MomentPattern);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LineType type)
    {
        json.WriteStartObject(type.Name);
        json.WriteString("title", type.Name);
        json.WriteString("description", type.Meaning);
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteStartObject("type");
        json.WriteString("const", type.Name);
        json.WriteEndObject();
        if (type.TargetMember is { } target)
            WriteText(json, target, $"The {target} it is about: its {(target is "account" or "assessment" ? "platform:handle" : "handle")} or id.", 1, 300, null);
        WriteText(json, "key", "The idempotency key: the same key again changes nothing, and later lines may name this fact by it. Left out: it follows from the line's content.", 1, 200, "^[!-~]+$");
        json.WriteStartObject(ImportLine.ErrorMember);
        json.WriteString("description", "What an errors file adds to a failed line; ignored.");
        json.WriteEndObject();
        foreach (var field in type.Fields)
            Write(json, field);
        json.WriteEndObject();

        json.WriteStartArray("required");
        foreach (var name in new[] { "type", type.TargetMember }.OfType<string>().Concat(type.Fields.Where(field => field.Required).Select(field => field.Name)))
            json.WriteStringValue(name);
        json.WriteEndArray();
        WriteAlternatives(json, type.AtLeastOneOf);
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("examples");
        foreach (var example in type.Examples)
        {
            using var document = JsonDocument.Parse(example);
            document.RootElement.WriteTo(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAlternatives(Utf8JsonWriter json, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return;

        json.WriteStartArray("anyOf");
        foreach (var name in names)
        {
            json.WriteStartObject();
            json.WriteStartArray("required");
            json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Field field)
    {
        if (field.Kind is FieldKind.Text)
        {
            WriteText(json, field.Name, Sentence(field), 1, field.MaxLength, field.Pattern);
            return;
        }

        json.WriteStartObject(field.Name);
        json.WriteString("description", Sentence(field));
        switch (field.Kind)
        {
            case FieldKind.Moment:
                json.WriteString("$ref", "#/$defs/moment");
                break;
            case FieldKind.Integer:
                json.WriteString("type", "integer");
                break;
            case FieldKind.YesNo:
                json.WriteString("type", "boolean");
                break;
            case FieldKind.Choice:
                WriteChoices(json, field);
                break;
            case FieldKind.Decimal:
                json.WriteStartArray("type");
                json.WriteStringValue("number");
                json.WriteStringValue("string");
                json.WriteEndArray();
                json.WriteString("pattern", DecimalPattern);
                break;
            default:
                json.WriteString("type", "array");
                json.WriteStartObject("items");
                json.WriteString("type", "string");
                if (field.Choices.Count > 0)
                    WriteChoices(json, field);
                else
                    json.WriteNumber("maxLength", field.MaxLength ?? 200);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteChoices(Utf8JsonWriter json, Field field)
    {
        json.WriteStartArray("enum");
        foreach (var choice in field.Choices)
            json.WriteStringValue(choice);
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string description, int shortest, int? longest, string? pattern)
    {
        json.WriteStartObject(name);
        json.WriteString("description", description);
        json.WriteString("type", "string");
        json.WriteNumber("minLength", shortest);
        if (longest is { } most)
            json.WriteNumber("maxLength", most);
        if (pattern is not null)
            json.WriteString("pattern", pattern);
        json.WriteEndObject();
    }

    private static string Sentence(Field field) => char.ToUpperInvariant(field.Meaning[0]) + field.Meaning[1..] + ".";
}
