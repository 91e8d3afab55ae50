using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ketman.Calendars;
using Ketman.Cli.Output;
using NodaTime;
using NodaTime.Text;

namespace Ketman.Cli.Commands;

/// <summary>An explanation as people and as programs read it.</summary>
internal static class ExplanationView
{
    public static byte[] ToJson(Explanation explanation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("start", Utc(explanation.Start));
            writer.WriteString("budget", IsoDuration.Format(explanation.Budget));
            writer.WriteString("zone", explanation.Zone.Id);
            writer.WriteString("due", Utc(explanation.Due));
            if (explanation.Why is { } why)
                writer.WriteString("why", why is NeverDue.PausedWithoutEnd ? "paused-without-end" : "beyond-calendar");
            writer.WriteStartArray("intervals");
            foreach (var interval in explanation.Intervals)
                Write(writer, interval);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Show(Session session, Explanation explanation, DateTimeZone reader)
    {
        // The same zone is not shown twice.
        DateTimeZone[] zones = [.. new[] { DateTimeZone.Utc, explanation.Zone, reader }.DistinctBy(zone => zone.Id is "Etc/UTC" ? "UTC" : zone.Id)];
        session.Screen.Facts(
        [
            ("Start", Everywhere(explanation.Start, zones)),
            ("Budget", Length(explanation.Budget)),
            ("Due", explanation switch
            {
                { Due: { } due } => Everywhere(due, zones),
                { Why: NeverDue.PausedWithoutEnd } => "never: it is paused without an end",
                _ => $"never: not by the end of {BusinessCalendar.LastYear}, where calendars end",
            }),
        ]);
        session.Screen.Line();
        session.Screen.Table(
            [.. zones.Select(zone => new Column(zone.Id)), new Column("Counted", Right: true), new Column("Why")],
            [.. explanation.Intervals.Select(interval => (string?[])
            [
                .. zones.Select(zone => Span(interval, zone)),
                interval.Counted ? Length(interval.To!.Value - interval.From) : null,
                Why(interval),
            ])],
            "There is nothing to count.");
    }

    private static void Write(Utf8JsonWriter writer, ExplainedInterval interval)
    {
        writer.WriteStartObject();
        writer.WriteString("from", Utc(interval.From));
        writer.WriteString("to", Utc(interval.To));
        writer.WriteBoolean("counted", interval.Counted);
        writer.WriteString("reason", interval.Kind switch
        {
            IntervalKind.Counted => "counted",
            IntervalKind.Closed => "closed",
            IntervalKind.Holiday => "holiday",
            _ => "paused",
        });
        if (interval.Holiday is { } holiday)
            writer.WriteString("holiday", LocalDatePattern.Iso.Format(holiday));
        if (interval.PausedBy.Count > 0)
        {
            writer.WriteStartArray("pausedBy");
            foreach (var reason in interval.PausedBy)
                writer.WriteStringValue(reason);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static string Why(ExplainedInterval interval) => interval.Kind switch
    {
        IntervalKind.Counted => "counted",
        IntervalKind.Closed => "closed",
        IntervalKind.Holiday => $"holiday {LocalDatePattern.Iso.Format(interval.Holiday!.Value)}",
        _ => $"paused by {string.Join(", ", interval.PausedBy)}",
    };

    // To the second: calendars open on whole minutes, and fractions come from the start alone.
    private static string? Utc(Instant? at) => at is { } instant ? InstantPattern.General.Format(instant) : null;

    private static string Everywhere(Instant at, DateTimeZone[] zones) => string.Join(" = ", zones.Select(zone => $"{At(at, zone)} {zone.Id}"));

    private static string Span(ExplainedInterval interval, DateTimeZone zone)
    {
        if (interval.To is not { } to)
            return $"{At(interval.From, zone)} ...";
        var (begin, end) = (interval.From.InZone(zone), to.InZone(zone));
        return $"{At(interval.From, zone)} - {(begin.Date == end.Date ? Time(end) : At(to, zone))}";
    }

    private static string At(Instant at, DateTimeZone zone)
    {
        var local = at.InZone(zone);
        return $"{local.ToString("ddd uuuu-MM-dd", CultureInfo.InvariantCulture)} {Time(local)}";
    }

    private static string Time(ZonedDateTime local) => local.ToString(local.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Length(Duration duration)
    {
        var (hours, minutes, seconds) = ((duration.Days * 24L) + duration.Hours, duration.Minutes, duration.Seconds);
        string[] parts = [hours > 0 ? $"{hours} h" : "", minutes > 0 ? $"{minutes} min" : "", seconds > 0 ? $"{seconds} s" : ""];
        return parts.Any(part => part.Length > 0) ? string.Join(' ', parts.Where(part => part.Length > 0)) : "0 s";
    }
}
