using Ketman.Contracts;
using NodaTime;

namespace Ketman.Disclosures.Clocks;

/// <summary>Something that happened, between when and when: what is known to the day only happened at some time of that day.</summary>
/// <param name="FactId">The event.</param>
/// <param name="At">When, as it is known.</param>
/// <param name="From">Not before this; of a day, its first instant in the zone of the policy.</param>
/// <param name="To">Not after this; of a day, the first instant of the next. Of an instant, that instant.</param>
internal readonly record struct Happening(Guid FactId, Moment At, DateTimeOffset From, DateTimeOffset To) : IComparable<Happening>
{
    /// <summary>Reads when something happened.</summary>
    /// <param name="factId">The event.</param>
    /// <param name="at">When, as it is known.</param>
    /// <param name="zone">Where days are meant.</param>
    public static Happening Of(Guid factId, Moment at, DateTimeZone zone)
    {
        if (at.Precision is Precision.Instant)
        {
            return new(factId, at, at.Start, at.Start);
        }

        var day = LocalDate.FromDateOnly(DateOnly.FromDateTime(at.Start.UtcDateTime));
        return new(factId, at, zone.AtStartOfDay(day).ToInstant().ToDateTimeOffset(), zone.AtStartOfDay(day.PlusDays(1)).ToInstant().ToDateTimeOffset());
    }

    /// <summary>Whether this certainly lies before the other.</summary>
    public bool Precedes(Happening other) => At.Precision is Precision.Day ? To <= other.From : To < other.From;

    /// <summary>
    /// Orders by the beginning; a day comes before the instants within it. The ids only make it one order for every order in which
    /// the facts were recorded.
    /// </summary>
    public int CompareTo(Happening other)
    {
        var order = From.CompareTo(other.From);
        order = order != 0 ? order : other.To.CompareTo(To);
        return order != 0 ? order : FactId.CompareTo(other.FactId);
    }
}
