using NodaTime;

namespace Ketman.Calendars;

/// <summary>A date taken from an iCalendar file.</summary>
/// <param name="Date">The local date.</param>
/// <param name="Name">What the file calls it; may be empty.</param>
public sealed record ImportedHoliday(LocalDate Date, string Name);

/// <summary>Something in an iCalendar file that was not understood; what it belongs to was left out.</summary>
/// <param name="Line">The line of the file, from 1.</param>
/// <param name="Message">What it is, as a sentence.</param>
public sealed record ICalendarProblem(int Line, string Message);

/// <summary>
/// Holidays from an iCalendar file (RFC 5545), as public holidays are handed out. Events of whole days are understood, once or
/// every year; whatever else there is gets reported with its line, because a holiday that is silently missing is a deadline that
/// is silently wrong.
/// </summary>
/// <param name="Holidays">In order, each date once.</param>
/// <param name="Problems">In the order of the lines; empty when everything was understood.</param>
public sealed record ICalendarHolidays(IReadOnlyList<ImportedHoliday> Holidays, IReadOnlyList<ICalendarProblem> Problems)
{
    private const int LongestText = 4 << 20;
    private const int MostEvents = 10_000;
    private const int MostProblems = 100;

    // Repetitions and days of all events together, so that no file can keep anybody busy.
    private const int MostDays = 1_000_000;

    private static readonly HashSet<string> s_telling = new(StringComparer.Ordinal)
    {
        "ATTACH", "ATTENDEE", "CALSCALE", "CATEGORIES", "CLASS", "COLOR", "COMMENT", "CONFERENCE", "CONTACT", "CREATED", "DESCRIPTION", "DTSTAMP", "GEO",
        "IMAGE", "LAST-MODIFIED", "LOCATION", "METHOD", "NAME", "ORGANIZER", "PRIORITY", "PRODID", "REFRESH-INTERVAL", "RELATED-TO", "RESOURCES",
        "SEQUENCE", "SOURCE", "SUMMARY", "TRANSP", "UID", "URL", "VERSION",
    };

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="firstYear">Dates before this year are of no interest.</param>
    /// <param name="lastYear">Nor are those after this one. Both within <see cref="BusinessCalendar.FirstYear"/> and <see cref="BusinessCalendar.LastYear"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The years are no range, or not ones that a calendar knows.</exception>
    public static ICalendarHolidays Read(string text, int firstYear, int lastYear)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(firstYear, BusinessCalendar.FirstYear);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lastYear, BusinessCalendar.LastYear);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstYear, lastYear);

        var reading = new Reading(firstYear, lastYear);
        if (text.Length > LongestText)
            reading.Report(1, "The file is longer than 4 MiB and was not read.");
        else
            reading.Take(text);
        return reading.Done();
    }

    /// <summary>Whether a property only tells more about an event or a calendar, without moving a date.</summary>
    private static bool IsTelling(string name) => s_telling.Contains(name) || name.StartsWith("X-", StringComparison.Ordinal);

    private sealed class Reading(int firstYear, int lastYear)
    {
        private readonly SortedDictionary<LocalDate, string> _dates = [];
        private readonly List<ICalendarProblem> _problems = [];
        private int _events;
        private int _days;

        public void Report(int line, string message) => _problems.Add(new(line, message));

        public void Take(string text)
        {
            var open = new Stack<ContentLine>();
            var lines = new List<ContentLine>();
            var calendars = 0;
            foreach (var line in ContentLine.ReadAll(text, Report))
            {
                var within = open.TryPeek(out var component) ? component.Value : "";
                switch (line.Name)
                {
                    case "BEGIN":
                        open.Push(line with { Value = line.Value.Trim().ToUpperInvariant() });
                        Begin(open.Peek(), within, lines, ref calendars);
                        break;
                    case "END" when line.Value.Trim().Equals(within, StringComparison.OrdinalIgnoreCase) && within.Length > 0:
                        var begun = open.Pop();
                        if (within == "VEVENT")
                            TakeEvent(begun.Number, lines);
                        break;
                    case "END":
                        Report(line.Number, $"END:{line.Value} ends nothing that was begun.");
                        break;
                    default:
                        if (within == "VEVENT")
                            lines.Add(line);
                        else if (within is "VCALENDAR" or "")
                            TakeProperty(line, within);
                        break;
                }
            }

            foreach (var component in open)
                Report(component.Number, $"BEGIN:{component.Value} has no end; what it holds was left out.");
            if (calendars == 0)
                Report(1, "This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.");
        }

        public ICalendarHolidays Done()
        {
            var problems = _problems.OrderBy(problem => problem.Line).ToList();
            if (problems.Count > MostProblems)
                problems = [.. problems.Take(MostProblems), new(problems[MostProblems].Line, $"There are {problems.Count - MostProblems} more problems from here on.")];
            return new([.. _dates.Select(date => new ImportedHoliday(date.Key, date.Value))], problems);
        }

        private void Begin(ContentLine component, string within, List<ContentLine> lines, ref int calendars)
        {
            switch (component.Value, within)
            {
                case ("VCALENDAR", ""):
                    calendars++;
                    break;
                case ("VEVENT", "VCALENDAR"):
                    lines.Clear();
                    break;
                case (_, "VCALENDAR") when component.Value is not "VTIMEZONE":
                    Report(component.Number, $"{component.Value} is no event of a holiday and was left out.");
                    break;
                case (_, "" or "VEVENT") when component.Value is not "VALARM":
                    Report(component.Number, $"BEGIN:{component.Value} was not expected here and was left out.");
                    break;
            }
        }

        private void TakeProperty(ContentLine line, string within)
        {
            if (within.Length == 0)
                Report(line.Number, $"{line.Name} stands outside of VCALENDAR and was left out.");
            else if (line is { Name: "CALSCALE" } && !line.Value.Trim().Equals("GREGORIAN", StringComparison.OrdinalIgnoreCase))
                Report(line.Number, $"The calendar {line.Value} is not understood; its dates were read as Gregorian ones.");
            else if (line is { Name: "METHOD" } && line.Value.Trim().Equals("CANCEL", StringComparison.OrdinalIgnoreCase))
                Report(line.Number, "The file cancels events; they were read as if they took place.");
            else if (!IsTelling(line.Name))
                Report(line.Number, $"{line.Name} is not understood and was left out.");
        }

        private void TakeEvent(int number, List<ContentLine> lines)
        {
            if (++_events > MostEvents)
            {
                if (_events == MostEvents + 1)
                    Report(number, $"There are more than {MostEvents} events; from here on they were left out.");
                return;
            }

            if (HolidayEvent.Read(number, lines, IsTelling, Report) is not { } read)
                return;
            foreach (var start in read.Starts(lastYear))
            {
                _days += 1 + read.Days;
                if (_days > MostDays)
                {
                    Report(number, "The file has more repetitions than anybody has holidays; the rest was left out.");
                    return;
                }

                foreach (var date in Enumerable.Range(0, read.Days).Select(start.PlusDays))
                {
                    if (date.Year >= firstYear && date.Year <= lastYear)
                        _dates.TryAdd(date, read.Name);
                }
            }
        }
    }
}
