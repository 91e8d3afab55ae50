using NodaTime;

namespace Ketman.Calendars;

/// <summary>When nothing counts, and why.</summary>
/// <param name="Interval">From when to when; may have no beginning or no end.</param>
/// <param name="Reason">What pauses it, e.g. <c>waiting for our reply</c>.</param>
public sealed record Pause(Interval Interval, string Reason);

/// <summary>What an interval of an explanation is. Where several apply, the last one in this list is told.</summary>
public enum IntervalKind
{
    /// <summary>The calendar is open and nothing pauses it: the time counts.</summary>
    Counted,

    /// <summary>Outside of the weekly hours.</summary>
    Closed,

    /// <summary>Closed on account of a holiday: the rest of that local day, and what its windows would have taken of the next.</summary>
    Holiday,

    /// <summary>Paused.</summary>
    Paused,
}

/// <summary>Why there is no due time.</summary>
public enum NeverDue
{
    /// <summary>A pause that has no end begins before the budget is counted.</summary>
    PausedWithoutEnd,

    /// <summary>The years of the calendar are over before the budget is counted.</summary>
    BeyondCalendar,
}

/// <summary>A stretch of time that counts or is skipped, for one reason.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends, and the next one begins; null for the last of an explanation without a due time: it has no end.</param>
/// <param name="Kind">Whether it counts, and why not.</param>
/// <param name="Holiday">Which holiday, when it is one.</param>
/// <param name="PausedBy">What pauses it, each reason once, in the order in which the reasons were first given; else empty.</param>
public sealed record ExplainedInterval(Instant From, Instant? To, IntervalKind Kind, LocalDate? Holiday, IReadOnlyList<string> PausedBy)
{
    /// <summary>Whether its time counts.</summary>
    public bool Counted => Kind is IntervalKind.Counted;

    /// <summary>Whether the same is told of both, so that they are one interval when they touch.</summary>
    internal bool SaysTheSameAs(ExplainedInterval other) =>
        Kind == other.Kind && Holiday == other.Holiday && PausedBy.SequenceEqual(other.PausedBy, StringComparer.Ordinal);
}

/// <summary>How a due time comes about.</summary>
/// <param name="Start">When counting begins.</param>
/// <param name="Budget">How much is to be counted.</param>
/// <param name="Zone">The calendar's zone.</param>
/// <param name="Due">The due time; null: never, see <paramref name="Why"/>.</param>
/// <param name="Why">Why there is none; null when there is one.</param>
/// <param name="Intervals">
/// From the start to the due time, without a gap, neighbours told apart by what is said of them. The counted ones sum to the
/// budget, and the last one is counted and ends when it is due; there are none when there is no budget. Without a due time the
/// last one is the pause without an end; beyond the calendar none are told.
/// </param>
public sealed record Explanation(
    Instant Start, Duration Budget, DateTimeZone Zone, Instant? Due, NeverDue? Why, IReadOnlyList<ExplainedInterval> Intervals);
