using NodaTime;

namespace Ketman.Calendars;

/// <summary>
/// Goes from one change to the next (an opening, a holiday, a pause begins or ends) and says what is the case until then. It asks
/// for the due time first, so that an explanation can never disagree with it.
/// </summary>
internal static class Explaining
{
    public static Explanation Explain(BusinessCalendar calendar, Schedule schedule, Instant start, Duration budget, IReadOnlyList<Pause> pauses)
    {
        var due = calendar.Due(start, budget, [.. pauses.Select(pause => pause.Interval)]);
        if (due is { } at)
            return new(start, budget, calendar.Zone, due, null, at > start ? Tell(calendar, schedule, start, at, pauses) : []);

        var endless = pauses.Where(pause => !pause.Interval.HasEnd && (!pause.Interval.HasStart || pause.Interval.Start < CalendarTime.End)).ToList();
        if (endless.Count == 0 || start >= CalendarTime.End)
            return new(start, budget, calendar.Zone, null, NeverDue.BeyondCalendar, []);

        // From the last change on nothing changes any more.
        var last = pauses.SelectMany(Edges).Where(edge => edge < CalendarTime.End).Append(start).Max();
        var intervals = last > start ? Tell(calendar, schedule, start, last, pauses) : [];
        Add(intervals, new(last, null, IntervalKind.Paused, null, Reasons(pauses, endless)));
        return new(start, budget, calendar.Zone, null, NeverDue.PausedWithoutEnd, intervals);
    }

    private static List<ExplainedInterval> Tell(BusinessCalendar calendar, Schedule schedule, Instant start, Instant end, IReadOnlyList<Pause> pauses)
    {
        var intervals = new List<ExplainedInterval>();
        if (start < CalendarTime.First)
            intervals.Add(new(start, CalendarTime.First, IntervalKind.Closed, null, []));

        var (from, to) = (CalendarTime.Of(start), CalendarTime.Of(end));
        var openings = calendar.Openings(from, to).ToList();
        var holidays = schedule.HolidaysWithin(from, to).OrderBy(holiday => holiday.Stretch.From).ToList();
        var pausing = pauses.Select(pause => (Pause: pause, Stretch: Stretch.Of(pause.Interval))).Where(pause => pause.Stretch.From < pause.Stretch.To).ToList();
        var changes = openings.Concat(holidays.Select(holiday => holiday.Stretch)).Concat(pausing.Select(pause => pause.Stretch))
            .SelectMany(stretch => new[] { stretch.From, stretch.To }).Where(change => change > from && change < to)
            .Append(from).Append(to).Distinct().Order().ToList();

        // Each list is ordered by where its stretches begin, so what lies behind is never looked at again.
        var (opening, holiday) = (0, 0);
        for (var index = 0; index + 1 < changes.Count; index++)
        {
            var at = changes[index];
            while (opening < openings.Count && openings[opening].To <= at)
                opening++;
            while (holiday < holidays.Count && holidays[holiday].Stretch.To <= at)
                holiday++;

            var paused = pausing.Where(pause => pause.Stretch.From <= at && at < pause.Stretch.To).Select(pause => pause.Pause).ToList();
            var interval = new ExplainedInterval(Back(at), Back(changes[index + 1]), IntervalKind.Closed, null, []);
            if (paused.Count > 0)
                interval = interval with { Kind = IntervalKind.Paused, PausedBy = Reasons(pauses, paused) };
            else if (opening < openings.Count && openings[opening].From <= at)
                interval = interval with { Kind = IntervalKind.Counted };
            else if (HolidayAt(holidays, holiday, at) is { } date)
                interval = interval with { Kind = IntervalKind.Holiday, Holiday = date };
            Add(intervals, interval);
        }

        return intervals;

        // The bounds as they were given: they may lie outside of the calendar's years.
        Instant Back(long nanosecond) => nanosecond == to ? end : nanosecond == from && start > CalendarTime.First ? start : CalendarTime.ToInstant(nanosecond);
    }

    // A moment on a holiday that the night of another one reaches into belongs to its own day, which is the later one.
    private static LocalDate? HolidayAt(List<(Stretch Stretch, LocalDate Date)> holidays, int first, long at)
    {
        LocalDate? latest = null;
        for (var index = first; index < holidays.Count && holidays[index].Stretch.From <= at; index++)
        {
            if (at < holidays[index].Stretch.To && !(holidays[index].Date < latest))
                latest = holidays[index].Date;
        }

        return latest;
    }

    private static void Add(List<ExplainedInterval> intervals, ExplainedInterval next)
    {
        if (intervals.Count > 0 && intervals[^1].SaysTheSameAs(next))
            intervals[^1] = intervals[^1] with { To = next.To };
        else
            intervals.Add(next);
    }

    // Always in the same order, whichever of two pauses for the same reason is the one that holds: else neighbours that say the same would not look it.
    private static IReadOnlyList<string> Reasons(IReadOnlyList<Pause> all, IReadOnlyList<Pause> holding) =>
        [.. all.Select(pause => pause.Reason).Distinct(StringComparer.Ordinal).Where(reason => holding.Any(pause => pause.Reason == reason))];

    private static IEnumerable<Instant> Edges(Pause pause)
    {
        if (pause.Interval.HasStart)
            yield return pause.Interval.Start;
        if (pause.Interval.HasEnd)
            yield return pause.Interval.End;
    }
}
