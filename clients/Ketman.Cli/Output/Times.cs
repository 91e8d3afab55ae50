using System.Globalization;

namespace Ketman.Cli.Output;

/// <summary>Times as people read and write them; the API knows only days and instants with an offset.</summary>
internal static class Times
{
    private static readonly string[] LocalFormats = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    private static readonly string[] InstantFormats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>An instant in <paramref name="zone"/> with its offset; a day and everything else as it is.</summary>
    public static string Show(string text, TimeZoneInfo zone)
    {
        if (!LooksLikeInstant(text)
            || !DateTimeOffset.TryParseExact(text, InstantFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            return text;
        }

        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return local.Offset == TimeSpan.Zero
            ? local.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : local.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// What was typed, in the API's form: <c>2025-02-03</c> stays a day, a time without offset is one in <paramref name="zone"/>,
    /// <c>today</c> and <c>yesterday</c> are days there. Null when it is none of these.
    /// </summary>
    public static string? Read(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        switch (text)
        {
            case "today":
                return Day(today);
            case "yesterday":
                return Day(today.AddDays(-1));
            case "now":
                return now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return Day(day);
        if (DateTime.TryParseExact(text, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            // A time that a clock change skipped does not exist; the offset before the change reads it as a wall clock not yet put forward.
            var offset = zone.GetUtcOffset(local);
            return new DateTimeOffset(local, offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        }

        return LooksLikeInstant(text)
            && DateTimeOffset.TryParseExact(text, InstantFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : null;
    }

    /// <summary>A span as one says it: <c>12 s</c>, <c>4 h 5 min</c>, <c>3 d 2 h</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
        _ => span.Hours == 0 || span.Days > 13 ? $"{span.Days} d" : $"{span.Days} d {span.Hours} h",
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static bool LooksLikeInstant(string text) =>
        text is { Length: >= 17 and <= 33 } && (text[^1] is 'Z' || text[^6] is '+' or '-') && text[10] is 'T';
}
