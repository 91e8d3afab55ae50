using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ketman.Contracts;

/// <summary>How exactly the time of a fact is known.</summary>
public enum Precision
{
    /// <summary>An instant, to the microsecond that PostgreSQL keeps.</summary>
    Instant,

    /// <summary>A calendar day; no hour is known and none is invented.</summary>
    Day,
}

/// <summary>
/// When a fact happened: an instant (<c>2025-02-03T14:05:00Z</c>) or, where no hour is known, a day (<c>2025-02-03</c>).
/// A day carries no zone: it is the day as the reporter wrote it down.
/// </summary>
[JsonConverter(typeof(MomentJsonConverter))]
public readonly record struct Moment : IComparable<Moment>
{
    private Moment(DateTimeOffset start, Precision precision)
    {
        Start = start;
        Precision = precision;
    }

    /// <summary>The instant in UTC; of a day, its first instant in UTC.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Whether <see cref="Start"/> is an instant or stands for a whole day.</summary>
    public Precision Precision { get; }

    /// <summary>An exact instant, kept in UTC and cut to the microsecond, which is what the event store can keep.</summary>
    public static Moment At(DateTimeOffset instant)
    {
        var utc = instant.ToUniversalTime();
        return new Moment(utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond)), Precision.Instant);
    }

    /// <summary>A day of which no hour is known.</summary>
    public static Moment On(DateOnly day) =>
        new(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero), Precision.Day);

    /// <summary>The date in <paramref name="zone"/>; of a day, that day whatever the zone.</summary>
    public DateOnly DateIn(TimeZoneInfo zone) => DateOnly.FromDateTime(
        Precision is Precision.Day ? Start.UtcDateTime : TimeZoneInfo.ConvertTime(Start, zone).DateTime);

    /// <summary>
    /// Whether this can only lie after <paramref name="now"/>. A day does not until it has begun everywhere on earth
    /// (UTC+14), because the reporter's zone is not known.
    /// </summary>
    public bool IsAfter(DateTimeOffset now) =>
        Precision is Precision.Day ? Start.AddHours(-14) > now : Start > now;

    /// <summary>Orders by <see cref="Start"/>; a day comes before the instants within it.</summary>
    public int CompareTo(Moment other)
    {
        var byStart = Start.CompareTo(other.Start);
        return byStart != 0 ? byStart : other.Precision.CompareTo(Precision);
    }

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(Moment left, Moment right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(Moment left, Moment right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come after <paramref name="right"/>.</summary>
    public static bool operator <=(Moment left, Moment right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(Moment left, Moment right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a day (<c>yyyy-MM-dd</c>) or an instant in ISO 8601 that names its offset.</summary>
    public static bool TryParse(string? text, out Moment moment)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            moment = On(day);
            return true;
        }

        // Without an offset "K" accepts an unspecified time, which would silently become the machine's zone.
        if (text is { Length: >= 17 } && (text.EndsWith('Z') || text[^6] is '+' or '-')
            && DateTimeOffset.TryParseExact(text, InstantFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            moment = At(instant);
            return true;
        }

        moment = default;
        return false;
    }

    /// <summary>The form that <see cref="TryParse"/> reads: a day, or an instant in UTC.</summary>
    public override string ToString() => Precision is Precision.Day
        ? Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : Start.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private static readonly string[] InstantFormats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
}

/// <summary>Writes a <see cref="Moment"/> as one JSON string, so that its precision can never part from its value.</summary>
public sealed class MomentJsonConverter : JsonConverter<Moment>
{
    /// <inheritdoc />
    public override Moment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && (TryReadWritten(ref reader, out var moment) || Moment.TryParse(reader.GetString(), out moment))
            ? moment
            : throw new JsonException("expected a day (2025-02-03) or an instant with its offset (2025-02-03T14:05:00Z)");

    // What is stored is in the form of Write, which the reader takes from its bytes: as text it would be nearly half of what an event costs to read.
    private static bool TryReadWritten(ref Utf8JsonReader reader, out Moment moment)
    {
        var text = reader.ValueSpan;
        if (text.Length == 10 && !reader.ValueIsEscaped && reader.TryGetDateTime(out var day))
        {
            moment = Moment.On(DateOnly.FromDateTime(day));
            return true;
        }

        if (text.Length is >= 20 and <= 28 && text[10] == 'T' && text[19] == (text.Length == 20 ? 'Z' : '.') && text[^1] == 'Z' && !reader.ValueIsEscaped
            && reader.TryGetDateTimeOffset(out var instant))
        {
            moment = Moment.At(instant);
            return true;
        }

        moment = default;
        return false;
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Moment value, JsonSerializerOptions options) =>
        WriteUtf8(writer, value);

    // As ToString gives it, without the text between: moments are written by the ten thousand.
    private static void WriteUtf8(Utf8JsonWriter writer, Moment value)
    {
        Span<byte> text = stackalloc byte[28];
        if (value.Precision is Precision.Day)
        {
            value.Start.UtcDateTime.TryFormat(text, out var written, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..written]);
            return;
        }

        // 2025-02-03T14:05:00.1234560Z, of which the zeros at the end go, and the point with all of them.
        value.Start.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        var end = text[..27].LastIndexOfAnyExcept((byte)'0');
        end = text[end] == '.' ? end : end + 1;
        text[end] = (byte)'Z';
        writer.WriteStringValue(text[..(end + 1)]);
    }
}
