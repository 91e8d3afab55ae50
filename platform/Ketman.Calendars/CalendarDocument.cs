using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ketman.Calendars;

/// <summary>
/// A calendar as it is written down: <c>{"zone":"Europe/Berlin","hours":{"mon":["09:00-17:00"]},"holidays":["2015-09-22"]}</c>,
/// or with <c>"hours":"24x7"</c>. It holds what was written, right or wrong; <see cref="BusinessCalendar"/> says which.
/// </summary>
[JsonConverter(typeof(CalendarDocumentConverter))]
public sealed record CalendarDocument
{
    /// <summary>What stands in <c>hours</c> for a calendar that never closes but on its holidays.</summary>
    public const string AroundTheClock = "24x7";

    /// <summary>The names of the days in <c>hours</c>, Monday first.</summary>
    public static IReadOnlyList<string> Days { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The time zone by its name in the IANA database, e.g. <c>Asia/Kathmandu</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>
    /// By the name of the day (<see cref="Days"/>), the windows that begin on it, e.g. <c>09:00-17:00</c>; a day that is absent is
    /// closed. Null: <see cref="AroundTheClock"/>.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>>? Hours { get; init; }

    /// <summary>Local dates (<c>2015-09-22</c>) on which no window begins.</summary>
    public IReadOnlyList<string> Holidays { get; init; } = [];

    /// <summary>Reads a document strictly.</summary>
    /// <param name="json">The text.</param>
    /// <param name="document">The document; null when there are errors.</param>
    /// <param name="errors">Every member that is unknown, there twice, missing, or of the wrong type. Whether a zone exists or a time is one, <see cref="BusinessCalendar.TryCreate"/> says.</param>
    public static bool TryParse(string json, out CalendarDocument? document, out IReadOnlyList<CalendarError> errors)
    {
        var found = new List<CalendarError>();
        var draft = CalendarDraft.Parse(json, found);
        document = found.Count == 0 ? draft.ToDocument() : null;
        errors = found;
        return document is not null;
    }

    /// <summary>The document as JSON on one line, days in the order of the week.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        // A name such as America/Port-au-Prince needs no escaping, and a "+" in one is not to become \u002B.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the document as one JSON object.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("zone", Zone);
        if (Hours is null)
        {
            writer.WriteString("hours", AroundTheClock);
        }
        else
        {
            writer.WriteStartObject("hours");
            foreach (var day in Days.Where(Hours.ContainsKey).Concat(Hours.Keys.Except(Days).Order(StringComparer.Ordinal)))
                WriteList(writer, day, Hours[day]);
            writer.WriteEndObject();
        }

        WriteList(writer, "holidays", Holidays);
        writer.WriteEndObject();
    }

    /// <summary>Whether the same is written in both, whatever the order of the days.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(CalendarDocument? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}

/// <summary>Lets a calendar stand inside other documents; as strict as <see cref="CalendarDocument.TryParse"/>.</summary>
internal sealed class CalendarDocumentConverter : JsonConverter<CalendarDocument>
{
    public override CalendarDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var errors = new List<CalendarError>();
        var draft = CalendarDraft.Read(json.RootElement, errors);
        return errors.Count == 0 ? draft.ToDocument() : throw new JsonException(string.Join(' ', errors));
    }

    public override void Write(Utf8JsonWriter writer, CalendarDocument value, JsonSerializerOptions options) => value.Write(writer);
}
