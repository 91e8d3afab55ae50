using NodaTime;

namespace Ketman.Calendars;

/// <summary>A stretch of time between two instants in the numbers of <see cref="CalendarTime"/>.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends; not part of it.</param>
internal readonly record struct Stretch(long From, long To) : IComparable<Stretch>
{
    public int CompareTo(Stretch other) => From.CompareTo(other.From);

    public static Stretch Of(Interval interval) => new(
        interval.HasStart ? CalendarTime.Of(interval.Start) : CalendarTime.FirstNanosecond,
        interval.HasEnd ? CalendarTime.Of(interval.End) : CalendarTime.EndNanosecond);

    /// <summary>Joins in place whatever overlaps or touches.</summary>
    /// <returns>How many are left, ordered and apart from one another, at the beginning of <paramref name="stretches"/>.</returns>
    public static int Union(Span<Stretch> stretches)
    {
        if (stretches.Length < 2)
            return stretches.Length;

        stretches.Sort();
        var last = 0;
        foreach (var stretch in stretches[1..])
        {
            ref var before = ref stretches[last];
            if (stretch.From > before.To)
                stretches[++last] = stretch;
            else if (stretch.To > before.To)
                before = before with { To = stretch.To };
        }

        return last + 1;
    }
}
