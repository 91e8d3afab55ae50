using Ketman.Contracts;
using NodaTime;
using NodaTime.TimeZones;

namespace Ketman.Metrics.Cases;

/// <summary>
/// The team's zone: which day a moment belongs to, when a day is over, and what came first. A day that was reported without an
/// hour is that day whatever the zone.
/// </summary>
public sealed class TeamCalendar(TimeZoneInfo zone) : IComparer<Moment>
{
    private readonly DateTimeZone _zone = ZoneOf(zone);

    // Facts are put into the order of their days millions of times over; asking the zone each time would take most of a fold.
    private readonly Stretch[] _stretches = StretchesOf(ZoneOf(zone));

    /// <summary>The zone's name, as statements say it.</summary>
    public string ZoneName => _zone.Id;

    /// <summary>The day of a moment.</summary>
    public DateOnly DateOf(Moment moment) =>
        moment.Precision is Precision.Day ? DateOnly.FromDateTime(moment.Start.UtcDateTime) : DateOf(moment.Start);

    /// <summary>The day on which an instant falls here.</summary>
    public DateOnly DateOf(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks;
        var (low, high) = (0, _stretches.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _stretches[middle].From <= ticks ? (middle, high) : (low, middle - 1);
        }

        var stretch = _stretches[low];
        return ticks >= stretch.From && ticks < stretch.Until
            ? DateOnly.FromDateTime(new DateTime(ticks + stretch.Offset))
            : Instant.FromDateTimeOffset(instant).InZone(_zone).Date.ToDateOnly();
    }

    /// <summary>The first instant of a day, in UTC.</summary>
    public DateTimeOffset StartOf(DateOnly day) => _zone.AtStartOfDay(LocalDate.FromDateOnly(day)).ToInstant().ToDateTimeOffset();

    /// <summary>When something due at <paramref name="moment"/> is overdue: a day is due at its end.</summary>
    public DateTimeOffset EndOf(Moment moment) =>
        moment.Precision is Precision.Day ? StartOf(DateOf(moment).AddDays(1)) : moment.Start;

    /// <summary>
    /// The time between two moments: exact between instants, whole days where one of them is only known to the day. Never
    /// negative: what is known only to the day may seem to come first.
    /// </summary>
    public TimeSpan Elapsed(Moment from, Moment to)
    {
        var elapsed = from.Precision is Precision.Instant && to.Precision is Precision.Instant
            ? to.Start - from.Start
            : TimeSpan.FromDays(DateOf(to).DayNumber - DateOf(from).DayNumber);
        return elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;
    }

    /// <summary>Orders by day, and within it what is known only to the day before what is known to the instant.</summary>
    public int Compare(Moment x, Moment y)
    {
        var byDate = DateOf(x).CompareTo(DateOf(y));
        return byDate != 0 ? byDate
            : x.Precision != y.Precision ? y.Precision.CompareTo(x.Precision)
            : x.Start.CompareTo(y.Start);
    }

    // A zone that only the operating system knows still works; the tz database's own is preferred, because it is the same everywhere.
    private static DateTimeZone ZoneOf(TimeZoneInfo zone) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone.Id) ?? (DateTimeZone)BclDateTimeZone.FromTimeZoneInfo(zone);

    // The years in which facts lie and promises may be due; of others the zone is asked.
    private static Stretch[] StretchesOf(DateTimeZone zone) =>
    [
        .. zone.GetZoneIntervals(Instant.FromUtc(1999, 1, 1, 0, 0), Instant.FromUtc(2060, 1, 1, 0, 0)).Select(interval => new Stretch(
            interval.HasStart ? interval.Start.ToDateTimeUtc().Ticks : TimeSpan.TicksPerDay,
            interval.HasEnd ? interval.End.ToDateTimeUtc().Ticks : DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay,
            interval.WallOffset.Ticks)),
    ];

    // In ticks of UTC, and what is to be added to them.
    private readonly record struct Stretch(long From, long Until, long Offset);
}
