using NodaTime;

namespace Ketman.Calendars;

/// <summary>
/// Instants as nanoseconds since 1970, between the bounds of the years that a calendar knows. A plain number is what makes millions
/// of due times a second possible; nanoseconds, so that nothing an <see cref="Instant"/> can say is rounded. The years are fewer
/// than the 292 whose length such a number can hold.
/// </summary>
internal static class CalendarTime
{
    public static readonly Instant First = Instant.FromUtc(BusinessCalendar.FirstYear, 1, 1, 0, 0);

    public static readonly Instant End = Instant.FromUtc(BusinessCalendar.LastYear + 1, 1, 1, 0, 0);

    public static readonly long FirstNanosecond = (First - NodaConstants.UnixEpoch).ToInt64Nanoseconds();

    public static readonly long EndNanosecond = (End - NodaConstants.UnixEpoch).ToInt64Nanoseconds();

    /// <summary>The instant's number; of one outside of the bounds, the bound's.</summary>
    public static long Of(Instant instant) =>
        instant <= First ? FirstNanosecond : instant >= End ? EndNanosecond : (instant - NodaConstants.UnixEpoch).ToInt64Nanoseconds();

    public static Instant ToInstant(long nanosecond) => NodaConstants.UnixEpoch + Duration.FromNanoseconds(nanosecond);
}
