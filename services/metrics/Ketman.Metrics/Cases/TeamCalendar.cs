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
    // A zone that only the operating system knows still works; the tz database's own is preferred, because it is the same everywhere.
    private readonly DateTimeZone _zone =
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone.Id) ?? (DateTimeZone)BclDateTimeZone.FromTimeZoneInfo(zone);

    /// <summary>The zone's name, as statements say it.</summary>
    public string ZoneName => _zone.Id;

    /// <summary>The day of a moment.</summary>
    public DateOnly DateOf(Moment moment) =>
        moment.Precision is Precision.Day ? DateOnly.FromDateTime(moment.Start.UtcDateTime) : DateOf(moment.Start);

    /// <summary>The day on which an instant falls here.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(_zone).Date.ToDateOnly();

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
}
