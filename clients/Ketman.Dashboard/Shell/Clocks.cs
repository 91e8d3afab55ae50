using System.Globalization;

namespace Ketman.Dashboard.Shell;

/// <summary>Times as people read them: never without their zone, and a day never with an hour that nobody knows.</summary>
internal static class Clocks
{
    private const int DayLength = 10;

    /// <summary>E.g. <c>3 Feb 2025, 15:05 UTC+1</c>, or <c>3 Feb 2025</c> for a day.</summary>
    public static string Show(string at, TimeZoneInfo zone) =>
        at.Length == DayLength && DateOnly.TryParseExact(at, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.ToString("d MMM yyyy", CultureInfo.InvariantCulture)
            : DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? Show(instant, zone)
            : at;

    /// <summary>The same as a part of a page.</summary>
    public static Html Tag(string at, TimeZoneInfo zone) => Html.Of($"""<time datetime="{at}">{Show(at, zone)}</time>""");

    /// <summary>An instant in a zone.</summary>
    public static string Show(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return local.ToString("d MMM yyyy, HH:mm ", CultureInfo.InvariantCulture) + Offset(local.Offset);
    }

    /// <summary>Only the hour, for where the day stands already.</summary>
    public static string Hour(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return local.ToString("HH:mm ", CultureInfo.InvariantCulture) + Offset(local.Offset);
    }

    /// <summary>The two largest units of a span, e.g. <c>2 d 3 h</c>; at least <c>1 min</c>.</summary>
    public static string Span(TimeSpan span)
    {
        span = span.Duration();
        return span switch
        {
            { TotalDays: >= 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d"),
            { TotalDays: >= 1 } when span.Hours > 0 => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h"),
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d"),
            { TotalHours: >= 1 } when span.Minutes > 0 => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, span.Minutes)} min"),
        };
    }

    private static string Offset(TimeSpan offset) => offset == TimeSpan.Zero
        ? "UTC"
        : (offset < TimeSpan.Zero ? "UTC-" : "UTC+") + offset.ToString(offset.Minutes == 0 ? "%h" : @"h\:mm", CultureInfo.InvariantCulture);
}
