using NodaTime;

namespace Ketman.Calendars.Tests;

/// <summary>
/// What a calendar means, told as slowly and as plainly as it can be: minute after minute, is it open, is it paused? It shares no
/// code with the library: windows are merged minute by minute, and local times are found by trying the offsets of the zone.
/// </summary>
internal sealed class MinuteWalk
{
    private const int Day = 24 * 60;

    // A change of the zone further away than this cannot concern a local time: offsets go from -12 to +14 hours.
    private static readonly Duration Around = Duration.FromHours(40);

    private readonly DateTimeZone _zone;
    private readonly List<(int Start, int End)>[] _week;
    private readonly HashSet<LocalDate> _holidays;

    public MinuteWalk(CalendarDocument document)
    {
        _zone = DateTimeZoneProviders.Tzdb[document.Zone];
        _holidays = [.. document.Holidays.Select(date => NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value)];
        _week = [.. CalendarDocument.Days.Select(day => Merge(document.Hours is null ? ["00:00-24:00"] : document.Hours.GetValueOrDefault(day, [])))];
    }

    /// <summary>Walks until the budget is reached, at most for some days.</summary>
    /// <returns>When that was, or null; and until when was walked, and how many minutes counted.</returns>
    public (Instant? Due, Instant End, int Counted) Walk(Instant start, int budget, IReadOnlyList<Interval> pauses, int days)
    {
        if (budget == 0)
            return (start, start, 0);

        var (minute, counted) = (start.ToUnixTimeSeconds() / 60, 0);
        var paused = pauses.Select(pause => (
            From: pause.HasStart ? pause.Start.ToUnixTimeSeconds() / 60 : long.MinValue,
            To: pause.HasEnd ? pause.End.ToUnixTimeSeconds() / 60 : long.MaxValue)).ToArray();
        for (var day = 0; day < days; day++)
        {
            var windows = WindowsAround(minute);
            for (var end = minute + Day; minute < end; minute++)
            {
                if (!Within(windows, minute) || Within(paused, minute))
                    continue;
                if (++counted == budget)
                    return (At(minute + 1), At(minute + 1), counted);
            }
        }

        return (null, At(minute), counted);
    }

    public bool IsOpen(Instant at) => Within(WindowsAround(at.ToUnixTimeSeconds() / 60), at.ToUnixTimeSeconds() / 60);

    private static bool Within((long From, long To)[] stretches, long minute)
    {
        foreach (var (from, to) in stretches)
        {
            if (from <= minute && minute < to)
                return true;
        }

        return false;
    }

    // Whatever may be open in the day that begins with a minute: what begins on one of the dates around it, and is no holiday.
    private (long From, long To)[] WindowsAround(long minute)
    {
        var date = At(minute + (_zone.GetUtcOffset(At(minute)).Seconds / 60)).InUtc().Date;
        return [.. Enumerable.Range(-4, 8).Select(date.PlusDays).Where(day => !_holidays.Contains(day))
            .SelectMany(day => _week[(int)day.DayOfWeek - 1].Select(window => (From: MinuteOf(day, window.Start), To: MinuteOf(day, window.End))))
            .Where(window => window.From < minute + Day && window.To > minute)];
    }

    private long MinuteOf(LocalDate date, int minutes)
    {
        var asIfUtc = (date.AtMidnight() + Period.FromMinutes(minutes)).InUtc().ToInstant();
        var (before, after) = (_zone.GetUtcOffset(asIfUtc - Around), _zone.GetUtcOffset(asIfUtc + Around));
        if (before == after)
            return (asIfUtc.ToUnixTimeSeconds() - before.Seconds) / 60;

        // Near a change: the first instant at which clocks show it; when they never do, what they would show had they not been put forward.
        var offsets = new[] { before, after };
        var shown = offsets.Select(offset => (Instant: asIfUtc - Length(offset), Offset: offset)).Where(one => _zone.GetUtcOffset(one.Instant) == one.Offset).ToList();
        var found = shown.Count > 0 ? shown.Min(one => one.Instant) : asIfUtc - Length(offsets.Min());
        return found.ToUnixTimeSeconds() / 60;
    }

    private static List<(int Start, int End)> Merge(IReadOnlyList<string> windows)
    {
        var open = new bool[(3 * Day) + 1];
        foreach (var window in windows)
        {
            var (start, end) = (Minutes(window[..5]), Minutes(window[6..]));
            for (var minute = start; minute < (end > start ? end : end + Day); minute++)
                open[minute] = true;
        }

        var merged = new List<(int, int)>();
        for (int minute = 0, start = 0; minute < open.Length; minute++)
        {
            if (open[minute] && (minute == 0 || !open[minute - 1]))
                start = minute;
            if (!open[minute] && minute > 0 && open[minute - 1])
                merged.Add((start, minute));
        }

        return merged;
    }

    private static Duration Length(Offset offset) => Duration.FromSeconds(offset.Seconds);

    private static int Minutes(string time) => (int.Parse(time[..2]) * 60) + int.Parse(time[3..]);

    private static Instant At(long minute) => Instant.FromUnixTimeSeconds(minute * 60);
}
