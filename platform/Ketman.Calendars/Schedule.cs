using System.Runtime.InteropServices;
using NodaTime;

namespace Ketman.Calendars;

/// <summary>Weekly hours and holidays in a zone, and how they fall on the line of time.</summary>
internal sealed class Schedule
{
    // A window may run into the day after the next, and a zone may skip a whole day (Samoa, 30 December 2011).
    private const int DaysBefore = 4;
    private const int DaysAfter = 2;

    private readonly HashSet<LocalDate> _holidays;

    /// <param name="zone">Its zone.</param>
    /// <param name="week">The merged windows of each day, Monday first; null: around the clock.</param>
    /// <param name="holidays">In order, each once.</param>
    public Schedule(DateTimeZone zone, Window[][]? week, LocalDate[] holidays)
    {
        Zone = zone;
        Week = week ?? [.. Enumerable.Repeat<Window[]>([new(0, Window.Day)], 7)];
        NeverCloses = week is null && holidays.Length == 0;
        Holidays = holidays;
        _holidays = [.. holidays];
    }

    public DateTimeZone Zone { get; }

    public IReadOnlyList<LocalDate> Holidays { get; }

    private Window[][] Week { get; }

    private bool NeverCloses { get; }

    /// <summary>When it is open between two instants: ordered, apart from one another.</summary>
    public Stretch[] Openings(long from, long to)
    {
        if (NeverCloses)
            return [new(from, to)];

        var stretches = new List<Stretch>();
        var last = DateAt(to).PlusDays(DaysAfter);
        for (var date = DateAt(from).PlusDays(-DaysBefore); date <= last; date = date.PlusDays(1))
        {
            if (!_holidays.Contains(date))
                AddWindows(date, from, to, stretches);
        }

        var union = CollectionsMarshal.AsSpan(stretches);
        return union[..Stretch.Union(union)].ToArray();
    }

    /// <summary>
    /// What is closed on account of a holiday between two instants: the local day itself, and what the windows that would have
    /// begun on it take of the day after. They may overlap.
    /// </summary>
    public IEnumerable<(Stretch Stretch, LocalDate Date)> HolidaysWithin(long from, long to)
    {
        var first = DateAt(from).PlusDays(-DaysBefore);
        var last = DateAt(to).PlusDays(DaysAfter);
        var stretches = new List<Stretch>();
        foreach (var date in Holidays.Where(date => date >= first && date <= last))
        {
            stretches.Clear();
            Add(new Stretch(NanosecondAt(date, 0), NanosecondAt(date, Window.Day)), from, to, stretches);
            AddWindows(date, from, to, stretches);
            foreach (var stretch in stretches)
                yield return (stretch, date);
        }
    }

    private void AddWindows(LocalDate date, long from, long to, List<Stretch> stretches)
    {
        foreach (var window in Week[(int)date.DayOfWeek - 1])
            Add(new Stretch(NanosecondAt(date, window.Start), NanosecondAt(date, window.End)), from, to, stretches);
    }

    private static void Add(Stretch stretch, long from, long to, List<Stretch> stretches)
    {
        var within = new Stretch(Math.Max(stretch.From, from), Math.Min(stretch.To, to));
        // Also what a clock change has left nothing of, or turned round.
        if (within.From < within.To)
            stretches.Add(within);
    }

    // A local time in a gap moves forward by the length of the gap, of one that comes twice it is the first.
    private long NanosecondAt(LocalDate date, int minute) =>
        CalendarTime.Of(Zone.AtLeniently(date.AtMidnight().PlusMinutes(minute)).ToInstant());

    private LocalDate DateAt(long nanosecond) => CalendarTime.ToInstant(nanosecond).InZone(Zone).Date;
}
