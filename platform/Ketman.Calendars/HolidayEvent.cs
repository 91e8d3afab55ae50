using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace Ketman.Calendars;

/// <summary>A VEVENT of whole days.</summary>
/// <param name="Name">Its summary.</param>
/// <param name="Start">Its first day.</param>
/// <param name="Days">How many days it takes.</param>
/// <param name="Rule">How it comes again, or null.</param>
/// <param name="More">Further days on which it begins.</param>
/// <param name="Except">Days on which it does not begin after all.</param>
internal sealed record HolidayEvent(string Name, LocalDate Start, int Days, YearlyRule? Rule, IReadOnlyList<LocalDate> More, IReadOnlySet<LocalDate> Except)
{
    private const int MostDays = 366;

    private static readonly LocalDatePattern s_date = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    private static readonly HashSet<string> s_once = new(StringComparer.Ordinal) { "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS", "SUMMARY" };

    /// <summary>The event; null when it is cancelled, or when something in it was not understood, which has then been reported.</summary>
    public static HolidayEvent? Read(int number, IReadOnlyList<ContentLine> lines, Predicate<string> isTelling, Action<int, string> report)
    {
        var sound = true;
        var properties = new Dictionary<string, ContentLine>(StringComparer.Ordinal);
        var more = new List<LocalDate>();
        var except = new HashSet<LocalDate>();
        foreach (var line in lines)
        {
            if (s_once.Contains(line.Name))
            {
                if (!properties.TryAdd(line.Name, line))
                    Refuse(line, $"{line.Name} stands twice in the event");
            }
            else if (line.Name is "EXDATE" or "RDATE")
            {
                foreach (var text in line.Value.Split(','))
                {
                    if (Date(line, text) is not { } date)
                        Refuse(line, $"{line.Name} is not understood: only whole days (yyyymmdd) are");
                    else if (line.Name == "RDATE")
                        more.Add(date);
                    else
                        except.Add(date);
                }
            }
            else if (!isTelling(line.Name))
            {
                Refuse(line, line.Name == "RECURRENCE-ID" ? "A change of one repetition (RECURRENCE-ID) is not understood" : $"{line.Name} is not understood");
            }
        }

        var status = properties.GetValueOrDefault("STATUS")?.Value.Trim().ToUpperInvariant();
        if (status is "CANCELLED")
            return null;
        if (status is not (null or "CONFIRMED" or "TENTATIVE"))
            Refuse(properties["STATUS"], $"The status {status} is not understood");

        if (!properties.TryGetValue("DTSTART", out var begin))
        {
            report(number, "The event has no DTSTART and was left out.");
            return null;
        }

        var start = Date(begin, begin.Value);
        if (start is null)
            Refuse(begin, "DTSTART is not understood: only whole days are (VALUE=DATE, yyyymmdd)");
        var days = start is { } first ? DaysOf(first, properties, Refuse) : null;
        YearlyRule? rule = null;
        if (start is { } from && properties.TryGetValue("RRULE", out var repeats))
        {
            rule = YearlyRule.Parse(repeats.Value, from, out var error);
            if (rule is null)
                Refuse(repeats, error!);
        }

        return sound && start is { } day && days is { } length ? new(Text(properties.GetValueOrDefault("SUMMARY")?.Value ?? ""), day, length, rule, more, except) : null;

        void Refuse(ContentLine line, string what)
        {
            report(line.Number, $"{what}; the event was left out.");
            sound = false;
        }
    }

    /// <summary>The days on which it begins, up to the end of a year.</summary>
    public IEnumerable<LocalDate> Starts(int lastYear) =>
        (Rule?.Dates(Start, lastYear) ?? [Start]).Concat(More).Where(date => !Except.Contains(date));

    internal static LocalDate? DateOf(string text) => s_date.Parse(text) is { Success: true, Value: var date } ? date : null;

    private static LocalDate? Date(ContentLine line, string text) =>
        line.Parameters.GetValueOrDefault("VALUE", "DATE").Equals("DATE", StringComparison.OrdinalIgnoreCase) ? DateOf(text.Trim()) : null;

    private static int? DaysOf(LocalDate start, Dictionary<string, ContentLine> properties, Action<ContentLine, string> refuse)
    {
        int days;
        ContentLine line;
        if (properties.TryGetValue("DTEND", out var end))
        {
            line = end;
            if (properties.ContainsKey("DURATION"))
            {
                refuse(line, "An event has either DTEND or DURATION");
                return null;
            }

            if (Date(line, line.Value) is not { } after || after <= start)
            {
                refuse(line, "DTEND is not understood: it is the whole day after the last one (VALUE=DATE, yyyymmdd), so it comes after DTSTART");
                return null;
            }

            days = Period.DaysBetween(start, after);
        }
        else if (properties.TryGetValue("DURATION", out var duration))
        {
            line = duration;
            var text = line.Value.Trim().TrimStart('+');
            if (text.Length is < 3 or > 6 || text[0] != 'P' || text[^1] is not ('D' or 'W') || !int.TryParse(text[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            {
                refuse(line, "DURATION is not understood: only whole days (P2D) and weeks (P1W) are");
                return null;
            }

            days = text[^1] == 'W' ? 7 * count : count;
        }
        else
        {
            return 1;
        }

        if (days <= MostDays)
            return days;
        refuse(line, "A holiday of more than a year is not understood");
        return null;
    }

    // The escapes of RFC 5545; a new line in a name becomes a blank.
    private static string Text(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '\\' && at + 1 < value.Length)
                text.Append(value[++at] is 'n' or 'N' ? ' ' : value[at]);
            else
                text.Append(value[at]);
        }

        return text.ToString().Trim();
    }
}
