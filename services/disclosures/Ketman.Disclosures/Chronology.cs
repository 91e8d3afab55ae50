using Ketman.Contracts;
using NodaTime;

namespace Ketman.Disclosures;

/// <summary>Comparing moments of which some are only known to the day.</summary>
internal static class Chronology
{
    // A day lasts from its beginning at UTC+14 to its end at UTC-12, because the reporter's zone is not known.
    private static readonly TimeSpan EarliestZone = TimeSpan.FromHours(14);
    private static readonly TimeSpan LatestEnd = TimeSpan.FromHours(24 + 12);

    /// <summary>
    /// Whether <paramref name="first"/> certainly lies before <paramref name="second"/>: a rule must not refuse what may be
    /// true, such as an answer known to the minute to a mail known to the day.
    /// </summary>
    public static bool Precedes(this Moment first, Moment second) => (first.Precision, second.Precision) switch
    {
        (Precision.Day, Precision.Instant) => first.Start + LatestEnd <= second.Start,
        (Precision.Instant, Precision.Day) => first.Start < second.Start - EarliestZone,
        _ => first.Start < second.Start,
    };

    /// <summary>The day of a moment in <paramref name="zone"/>; of a day, that day whatever the zone.</summary>
    public static LocalDate DayIn(this Moment moment, DateTimeZone zone) => moment.Precision is Precision.Day
        ? LocalDate.FromDateTime(moment.Start.UtcDateTime)
        : Instant.FromDateTimeOffset(moment.Start).InZone(zone).Date;
}
