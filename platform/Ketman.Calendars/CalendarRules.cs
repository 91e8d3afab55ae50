using NodaTime;
using NodaTime.Text;

namespace Ketman.Calendars;

/// <summary>What makes a document a calendar.</summary>
internal static class CalendarRules
{
    private const int MostWindows = 48;
    private const int MostHolidays = 10_000;

    // Every problem is told, but nobody reads thousands of them.
    private const int MostErrors = 100;

    /// <summary>Adds everything that is wrong to <paramref name="errors"/>; what it returns is whole only when there is nothing.</summary>
    public static (Schedule? Schedule, CalendarDocument? Document) Check(CalendarDraft draft, List<CalendarError> errors)
    {
        var zone = Zone(draft, errors);
        var week = draft.Hours is null ? null : Week(draft.Hours, errors);
        var holidays = Holidays(draft.Holidays, errors);
        if (errors.Count > MostErrors)
        {
            var more = errors.Count - MostErrors;
            errors.RemoveRange(MostErrors, more);
            errors.Add(new("", $"There are {more} more errors."));
        }

        if (errors.Count > 0)
            return default;

        var document = new CalendarDocument
        {
            Zone = zone!.Id,
            Hours = week is null ? null : CalendarDocument.Days.Zip(week).Where(day => day.Second.Count > 0)
                .ToDictionary(day => day.First, day => Window.Canonical(day.Second)),
            Holidays = [.. holidays.Select(LocalDatePattern.Iso.Format)],
        };
        return (new Schedule(zone, week is null ? null : [.. week.Select(Window.Merge)], holidays), document);
    }

    private static DateTimeZone? Zone(CalendarDraft draft, List<CalendarError> errors)
    {
        if (draft.Zone is not { } name)
            return null;

        // The provider would also make up zones such as UTC+05:45, which others cannot read.
        if (DateTimeZoneProviders.Tzdb.Ids.Contains(name))
            return DateTimeZoneProviders.Tzdb[name];

        var near = DateTimeZoneProviders.Tzdb.Ids.FirstOrDefault(id => id.Equals(name.Trim().Replace(' ', '_'), StringComparison.OrdinalIgnoreCase));
        errors.Add(new("zone", near is null
            ? $"is no time zone that is known: \"{name}\"; use a name of the IANA database, e.g. Europe/Berlin or UTC."
            : $"is no time zone that is known: \"{name}\"; did you mean {near}?"));
        return null;
    }

    private static List<Window>[] Week(IReadOnlyDictionary<string, IReadOnlyList<string?>> hours, List<CalendarError> errors)
    {
        var week = CalendarDocument.Days.Select(_ => new List<Window>()).ToArray();
        var faults = errors.Count;
        foreach (var (name, windows) in hours)
        {
            var field = $"hours.{name}";
            var day = CalendarDocument.Days.Index().Where(known => known.Item == name).Select(known => (int?)known.Index).FirstOrDefault();
            if (day is null)
                errors.Add(new(field, $"is no day; the days are {string.Join(", ", CalendarDocument.Days)}."));
            if (windows.Count > MostWindows)
                errors.Add(new(field, $"has {windows.Count} windows; a day can have {MostWindows}."));

            foreach (var (index, text) in windows.Index())
            {
                if (text is null)
                    continue;
                if (Window.Parse(text, out var error) is not { } window)
                    errors.Add(new($"{field}[{index}]", error!));
                else if (day is { } known)
                    week[known].Add(window);
            }
        }

        // Something that could not be read may have been the opening.
        if (errors.Count == faults && hours.Values.SelectMany(windows => windows).All(window => window is not null) && week.All(day => day.Count == 0))
            errors.Add(new("hours", "has no window, so nothing would ever be due; give at least one, e.g. {\"mon\": [\"09:00-17:00\"]}, or \"24x7\"."));
        return week;
    }

    private static LocalDate[] Holidays(IReadOnlyList<string?> dates, List<CalendarError> errors)
    {
        if (dates.Count > MostHolidays)
            errors.Add(new("holidays", $"has {dates.Count} dates; a calendar can have {MostHolidays}."));

        var holidays = new SortedSet<LocalDate>();
        foreach (var (index, text) in dates.Index())
        {
            if (text is null)
                continue;
            if (LocalDatePattern.Iso.Parse(text) is not { Success: true, Value: var date })
                errors.Add(new($"holidays[{index}]", "must be a date of the calendar as yyyy-mm-dd, e.g. 2015-09-22."));
            else if (date.Year is < BusinessCalendar.FirstYear or > BusinessCalendar.LastYear)
                errors.Add(new($"holidays[{index}]", $"must be in the years {BusinessCalendar.FirstYear} to {BusinessCalendar.LastYear}."));
            else
                holidays.Add(date);
        }

        return [.. holidays];
    }
}
