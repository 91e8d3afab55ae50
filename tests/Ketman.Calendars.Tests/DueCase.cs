using NodaTime;
using NodaTime.Text;

namespace Ketman.Calendars.Tests;

/// <summary>One row of the table: a calendar, what is to be counted, and the due time worked out by hand.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Zone">The calendar's zone.</param>
/// <param name="Hours"><c>24x7</c>, or e.g. <c>mon-fri 09:00-12:00 13:00-17:00; sat 10:00-14:00</c>.</param>
/// <param name="Holidays">Dates with blanks between.</param>
/// <param name="Start">UTC.</param>
/// <param name="Budget">ISO 8601.</param>
/// <param name="Pauses"><c>FROM/TO</c> with blanks between; either side may be missing.</param>
/// <param name="Due">UTC, or <c>never</c>.</param>
public sealed record DueCase(string Name, string Zone, string Hours, string Holidays, string Start, string Budget, string Pauses, string Due)
{
    public BusinessCalendar Calendar() => BusinessCalendar.TryCreate(Document(Zone, Hours, Holidays.Split(' ', StringSplitOptions.RemoveEmptyEntries)), out var calendar, out var errors)
        ? calendar
        : throw new InvalidOperationException($"{Name}: {string.Join(' ', errors)}");

    public Interval[] Intervals() => [.. Pauses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('/'))
        .Select(ends => new Interval(At(ends[0]), At(ends[1])))];

    public static CalendarDocument Document(string zone, string hours, params string[] holidays) => new()
    {
        Zone = zone,
        Hours = hours == CalendarDocument.AroundTheClock ? null : hours.Split("; ")
            .Select(part => part.Split(' '))
            .SelectMany(words => DaysOf(words[0]).Select(day => (Day: day, Windows: words[1..])))
            .ToDictionary(day => day.Day, day => (IReadOnlyList<string>)day.Windows),
        Holidays = holidays,
    };

    public static Instant? At(string text) => text is "" or "never" ? null
        : InstantPattern.General.Parse(text.Length == 17 ? text.Insert(16, ":00") : text).Value;

    public static Duration Length(string text) =>
        IsoDuration.TryParse(text, out var duration, out var error) ? duration : throw new InvalidOperationException($"{text} {error}");

    public override string ToString() => Name;

    private static IEnumerable<string> DaysOf(string range)
    {
        var ends = range.Split('-');
        return CalendarDocument.Days.SkipWhile(day => day != ends[0]).TakeWhile(day => day != ends[^1]).Append(ends[^1]);
    }
}
