using System.Globalization;

namespace Ketman.Calendars;

/// <summary>A stretch of opening hours in minutes of local time, counted from the midnight of the day on which it begins.</summary>
/// <param name="Start">From 0 to 1439.</param>
/// <param name="End">After <paramref name="Start"/>; past 1440 it runs into the next day.</param>
internal readonly record struct Window(int Start, int End)
{
    public const int Day = 24 * 60;

    /// <summary>Reads <c>09:00-17:00</c>.</summary>
    /// <returns>Null, and what would be right in <paramref name="error"/>.</returns>
    public static Window? Parse(string text, out string? error)
    {
        error = null;
        if (text.Length != 11 || text[5] != '-' || Minutes(text.AsSpan(0, 5)) is not { } start || Minutes(text.AsSpan(6)) is not { } end)
            error = "must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.";
        else if (start == Day)
            error = "begins at 24:00, which is the next day; write it there, beginning at 00:00.";
        else if (start == end)
            error = "ends when it begins; for the whole day write 00:00-24:00.";
        else
            return new Window(start, end > start ? end : end + Day);
        return null;
    }

    /// <summary>The union of the windows of one day, in order: what overlaps or touches becomes one.</summary>
    public static Window[] Merge(IEnumerable<Window> windows)
    {
        var merged = new List<Window>();
        foreach (var window in windows.OrderBy(window => window.Start))
        {
            if (merged.Count > 0 && window.Start <= merged[^1].End)
                merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, window.End) };
            else
                merged.Add(window);
        }

        return [.. merged];
    }

    /// <summary>
    /// The union of <paramref name="windows"/> as a document writes it. Where it reaches round the clock into the next day there
    /// are no words for the union, and its parts stand as they were given.
    /// </summary>
    public static IReadOnlyList<string> Canonical(IReadOnlyList<Window> windows) =>
        [.. Merge(windows).SelectMany(whole => Written(whole, windows)).Select(window => window.ToString())];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Start / 60:00}:{Start % 60:00}-{Ending / 60:00}:{Ending % 60:00}");

    private static IEnumerable<Window> Written(Window whole, IReadOnlyList<Window> parts) => whole.End - whole.Start < Day || whole is { Start: 0, End: Day }
        ? [whole]
        : parts.Where(part => part.Start >= whole.Start && part.End <= whole.End).Distinct().OrderBy(part => part.Start).ThenBy(part => part.End);

    // Midnight as the end of a day is 24:00.
    private int Ending => End <= Day ? End : End - Day;

    private static int? Minutes(ReadOnlySpan<char> text) =>
        text[2] == ':' && Number(text[..2]) is { } hour && Number(text[3..]) is { } minute && minute < 60 && (hour * 60) + minute <= Day
            ? (hour * 60) + minute
            : null;

    private static int? Number(ReadOnlySpan<char> digits) =>
        char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[1]) ? ((digits[0] - '0') * 10) + digits[1] - '0' : null;
}
