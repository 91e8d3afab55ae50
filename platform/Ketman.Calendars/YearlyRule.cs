using System.Globalization;
using NodaTime;

namespace Ketman.Calendars;

/// <summary>An RRULE with FREQ=YEARLY, as far as dates of the year go: by month, and day of the month or weekday of the month.</summary>
/// <param name="Every">Every how many years.</param>
/// <param name="Count">How many dates there are at most.</param>
/// <param name="Until">The last date that can be.</param>
/// <param name="Months">The months, in order.</param>
/// <param name="MonthDays">The days of the month; negative ones count from its end.</param>
/// <param name="Weekdays">Instead of those, which of a month's weekdays: the fourth Thursday, the last (-1) Monday.</param>
internal sealed record YearlyRule(
    int Every, int? Count, LocalDate? Until, IReadOnlyList<int> Months, IReadOnlyList<int> MonthDays, IReadOnlyList<(int Which, IsoDayOfWeek Day)>? Weekdays)
{
    private const int MostCount = 10_000;

    private static readonly string[] s_weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>Reads a rule for an event that begins on a date.</summary>
    /// <returns>Null when something in it is not understood, which <paramref name="error"/> then tells, as a sentence without its end.</returns>
    public static YearlyRule? Parse(string value, LocalDate start, out string? error)
    {
        var (every, count, until, yearly) = (1, (int?)null, (LocalDate?)null, false);
        IReadOnlyList<int>? months = null, monthDays = null;
        IReadOnlyList<(int Which, IsoDayOfWeek Day)>? weekdays = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        error = null;
        foreach (var part in value.Trim().ToUpperInvariant().Split(';'))
        {
            var (name, text) = part.Split('=', 2) is [var before, var after] ? (before, after) : (part, "");
            var sound = seen.Add(name) && name switch
            {
                "FREQ" => yearly = text == "YEARLY",
                "INTERVAL" => Number(text, 1, 1_000) is { } number && (every = number) > 0,
                "COUNT" => (count = Number(text, 1, MostCount)) is not null,
                // Some write the end of the last day as a time; the day is what counts.
                "UNTIL" => (until = HolidayEvent.DateOf(text.Split('T')[0])) is not null,
                "BYMONTH" => (months = Numbers(text, 1, 12)) is not null,
                "BYMONTHDAY" => (monthDays = Numbers(text, -31, 31)) is not null,
                "BYDAY" => (weekdays = WeekdaysOf(text)) is not null,
                // Where a week begins says nothing about dates of the year.
                "WKST" => true,
                _ => false,
            };
            if (!sound)
            {
                error = $"{part} in RRULE is not understood";
                return null;
            }
        }

        if (!yearly)
            error = "An RRULE without FREQ=YEARLY is not understood";
        else if (count is not null && until is not null)
            error = "An RRULE has either COUNT or UNTIL";
        else if (weekdays is not null && (months is null || monthDays is not null))
            error = "BYDAY in RRULE is understood with BYMONTH alone";
        if (error is not null)
            return null;

        // Days of the month without a month are those of every month.
        var rule = new YearlyRule(every, count, until, months ?? (monthDays is null ? [start.Month] : [.. Enumerable.Range(1, 12)]), monthDays ?? [start.Day], weekdays);
        if (rule.In(start.Year).Contains(start))
            return rule;
        error = "An RRULE of which DTSTART is no date is not understood";
        return null;
    }

    /// <summary>Its dates from the start of the event to the end of a year.</summary>
    public IEnumerable<LocalDate> Dates(LocalDate start, int lastYear)
    {
        var given = 0;
        for (var year = start.Year; year <= lastYear; year += Every)
        {
            foreach (var date in In(year).Where(date => date >= start))
            {
                if (date > Until || given++ == Count)
                    yield break;
                yield return date;
            }
        }
    }

    // Days that a month does not have are no dates: the 29th of February comes every fourth year.
    private IEnumerable<LocalDate> In(int year) => Months.SelectMany(month =>
    {
        var length = CalendarSystem.Iso.GetDaysInMonth(year, month);
        var days = Weekdays?.Select(weekday => DayOf(weekday.Which, weekday.Day, year, month, length)) ?? MonthDays.Select(day => day > 0 ? day : length + 1 + day);
        return days.Where(day => day >= 1 && day <= length).Distinct().Order().Select(day => new LocalDate(year, month, day));
    });

    private static int DayOf(int which, IsoDayOfWeek weekday, int year, int month, int length)
    {
        var first = 1 + (((int)weekday - (int)new LocalDate(year, month, 1).DayOfWeek + 7) % 7);
        var last = first + ((length - first) / 7 * 7);
        return which > 0 ? first + (7 * (which - 1)) : last + (7 * (which + 1));
    }

    // Only with a number: every Sunday of a month is no holiday.
    private static List<(int Which, IsoDayOfWeek Day)>? WeekdaysOf(string text)
    {
        var weekdays = text.Split(',').Select(part => part.Length > 2 && Array.IndexOf(s_weekdays, part[^2..]) is >= 0 and var day && Number(part[..^2], -5, 5) is { } which and not 0
            ? (Which: which, Day: (IsoDayOfWeek)(day + 1))
            : default).ToList();
        return weekdays.TrueForAll(weekday => weekday.Which != 0) ? weekdays : null;
    }

    private static IReadOnlyList<int>? Numbers(string text, int least, int most)
    {
        var numbers = text.Split(',').Select(part => Number(part, least, most)).ToList();
        return numbers.TrueForAll(number => number is not (null or 0)) ? [.. numbers.Select(number => number!.Value).Distinct().Order()] : null;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
