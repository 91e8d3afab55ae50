using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using NodaTime;

namespace Ketman.Calendars;

/// <summary>
/// When somebody can be expected to work: weekly hours and holidays in a time zone. It says when a budget of time is used up, and
/// why then. Immutable, and safe to use from any number of threads.
/// </summary>
/// <remarks>
/// Time counts while the calendar is open and nothing pauses it. The calendar knows the years <see cref="FirstYear"/> to
/// <see cref="LastYear"/> (UTC); outside of them it is closed. The conventions, each with an example, are in docs/calendars.md.
/// </remarks>
public sealed class BusinessCalendar
{
    /// <summary>Before this year nothing counts.</summary>
    public const int FirstYear = 1950;

    /// <summary>After this year nothing counts: what is not due by its end is never due.</summary>
    public const int LastYear = 2200;

    // A page is 2^55 nanoseconds long, 417 days, so that the page of an instant is a shift away.
    private const int PageShift = 55;

    // More pauses than these are sorted in rented memory instead of on the stack.
    private const int FewPauses = 16;

    private readonly Schedule _schedule;

    // Made when first asked for. Two threads may make the same page at once; both are right.
    private readonly Page?[] _pages = new Page?[PageOf(CalendarTime.EndNanosecond - 1) + 1];

    private BusinessCalendar(Schedule schedule, CalendarDocument document)
    {
        _schedule = schedule;
        Document = document;
    }

    /// <summary>Never closes: every minute counts.</summary>
    public static BusinessCalendar Always { get; } = Create(new CalendarDocument { Zone = DateTimeZone.Utc.Id, Hours = null });

    /// <summary>The zone in which its hours and holidays are meant.</summary>
    public DateTimeZone Zone => _schedule.Zone;

    /// <summary>
    /// The calendar written down in the one way in which equal calendars are written alike: windows merged, days without windows
    /// left out, holidays in order and each once. Reading it gives the same calendar again.
    /// </summary>
    public CalendarDocument Document { get; }

    /// <summary>Makes a calendar of its document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="calendar">The calendar; null when the document has errors.</param>
    /// <param name="errors">Everything that is wrong with it.</param>
    public static bool TryCreate(CalendarDocument document, [NotNullWhen(true)] out BusinessCalendar? calendar, out IReadOnlyList<CalendarError> errors)
    {
        ArgumentNullException.ThrowIfNull(document);
        return TryCompile(CalendarDraft.Of(document), [], out calendar, out errors);
    }

    /// <summary>Makes a calendar of a document in JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="calendar">The calendar; null when the document has errors.</param>
    /// <param name="errors">Everything that is wrong with it: form and content, at once.</param>
    public static bool TryParse(string json, [NotNullWhen(true)] out BusinessCalendar? calendar, out IReadOnlyList<CalendarError> errors)
    {
        ArgumentNullException.ThrowIfNull(json);
        var found = new List<CalendarError>();
        return TryCompile(CalendarDraft.Parse(json, found), found, out calendar, out errors);
    }

    /// <summary>Makes a calendar of a document that stands inside another one.</summary>
    /// <param name="json">The document's JSON object.</param>
    /// <param name="calendar">The calendar; null when the document has errors.</param>
    /// <param name="errors">Everything that is wrong with it; the fields are named from <paramref name="json"/> on.</param>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out BusinessCalendar? calendar, out IReadOnlyList<CalendarError> errors)
    {
        var found = new List<CalendarError>();
        return TryCompile(CalendarDraft.Read(json, found), found, out calendar, out errors);
    }

    /// <summary>
    /// The earliest instant, not before <paramref name="start"/>, by which <paramref name="budget"/> has been counted. So a budget
    /// that ends at closing time is due at closing, and none at all is due at the start, whatever the hour.
    /// </summary>
    /// <param name="start">When counting begins.</param>
    /// <param name="budget">How much is to be counted.</param>
    /// <param name="pauses">When nothing counts: in any order, they may overlap, touch, be empty, and have no beginning or end.</param>
    /// <returns>Null when it is never due: a pause has no end, or the years of the calendar are over before.</returns>
    /// <remarks>Allocates nothing (but the openings of a year when it is first asked about).</remarks>
    public Instant? Due(Instant start, Duration budget, ReadOnlySpan<Interval> pauses)
    {
        if (budget <= Duration.Zero)
            return start;
        if (start >= CalendarTime.End || budget > CalendarTime.End - CalendarTime.First)
            return null;

        var from = CalendarTime.Of(start);
        var left = budget.ToInt64Nanoseconds();
        var due = pauses.Length switch
        {
            0 => Advance(from, left),
            <= FewPauses => Due(from, left, pauses, stackalloc Stretch[FewPauses]),
            _ => DueAmongMany(from, left, pauses),
        };
        return due is { } at ? CalendarTime.ToInstant(at) : null;
    }

    /// <summary>How much time counts between two instants; nothing when <paramref name="to"/> is not after <paramref name="from"/>.</summary>
    /// <param name="from">Where counting begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="pauses">When nothing counts; as in <see cref="Due(Instant, Duration, ReadOnlySpan{Interval})"/>.</param>
    public Duration Counted(Instant from, Instant to, ReadOnlySpan<Interval> pauses)
    {
        var within = new Stretch(CalendarTime.Of(from), CalendarTime.Of(to));
        if (within.From >= within.To)
            return Duration.Zero;

        return Duration.FromNanoseconds(pauses.Length switch
        {
            0 => Between(within.From, within.To),
            <= FewPauses => Counted(within, pauses, stackalloc Stretch[FewPauses]),
            _ => CountedAmongMany(within, pauses),
        });
    }

    /// <summary>The first instant from <paramref name="at"/> on at which it is open: <paramref name="at"/> itself when it is.</summary>
    /// <param name="at">From when on.</param>
    /// <returns>Null when it does not open any more in the years of the calendar.</returns>
    public Instant? NextOpening(Instant at)
    {
        if (at >= CalendarTime.End)
            return null;

        var from = CalendarTime.Of(at);
        for (var index = PageOf(from); index < _pages.Length; index++)
        {
            var page = PageAt(index);
            var opening = page.FirstEndingAfter(from);
            if (opening < page.Count)
                return page[opening].From <= from && at >= CalendarTime.First ? at : CalendarTime.ToInstant(Math.Max(from, page[opening].From));
        }

        return null;
    }

    /// <summary>Whether time counts at an instant. An opening begins with its first instant and ends before the instant of closing.</summary>
    /// <param name="at">The instant.</param>
    public bool IsOpen(Instant at)
    {
        if (at < CalendarTime.First || at >= CalendarTime.End)
            return false;
        var nanosecond = CalendarTime.Of(at);
        return PageAt(PageOf(nanosecond)).IsOpen(nanosecond);
    }

    /// <summary>Tells how a due time comes about: every interval from the start to it, counted or skipped, and why.</summary>
    /// <param name="start">When counting begins.</param>
    /// <param name="budget">How much is to be counted.</param>
    /// <param name="pauses">When nothing counts, and for which reason.</param>
    public Explanation Explain(Instant start, Duration budget, IReadOnlyList<Pause> pauses)
    {
        ArgumentNullException.ThrowIfNull(pauses);
        return Explaining.Explain(this, _schedule, start, budget, pauses);
    }

    /// <summary>When it is open between two instants: ordered, apart from one another but where a page ends.</summary>
    internal IEnumerable<Stretch> Openings(long from, long to)
    {
        for (var index = PageOf(from); index < _pages.Length; index++)
        {
            var page = PageAt(index);
            for (var opening = page.FirstEndingAfter(from); opening < page.Count; opening++)
            {
                if (page[opening].From >= to)
                    yield break;
                yield return new Stretch(Math.Max(page[opening].From, from), Math.Min(page[opening].To, to));
            }
        }
    }

    private static BusinessCalendar Create(CalendarDocument document) => TryCreate(document, out var calendar, out var errors)
        ? calendar
        : throw new InvalidOperationException(string.Join(' ', errors));

    private static bool TryCompile(
        CalendarDraft draft, List<CalendarError> found, [NotNullWhen(true)] out BusinessCalendar? calendar, out IReadOnlyList<CalendarError> errors)
    {
        var (schedule, document) = CalendarRules.Check(draft, found);
        errors = found;
        calendar = found.Count == 0 ? new BusinessCalendar(schedule!, document!) : null;
        return calendar is not null;
    }

    private long? Due(long at, long left, ReadOnlySpan<Interval> pauses, Span<Stretch> room)
    {
        foreach (var pause in UnionOf(pauses, room))
        {
            if (pause.To <= at)
                continue;
            if (pause.From > at)
            {
                var counted = Between(at, pause.From);
                if (counted >= left)
                    break;
                left -= counted;
            }

            at = pause.To;
        }

        return Advance(at, left);
    }

    private long? DueAmongMany(long at, long left, ReadOnlySpan<Interval> pauses)
    {
        var room = ArrayPool<Stretch>.Shared.Rent(pauses.Length);
        try
        {
            return Due(at, left, pauses, room);
        }
        finally
        {
            ArrayPool<Stretch>.Shared.Return(room);
        }
    }

    private long Counted(Stretch within, ReadOnlySpan<Interval> pauses, Span<Stretch> room)
    {
        var counted = 0L;
        var at = within.From;
        foreach (var pause in UnionOf(pauses, room))
        {
            if (pause.To <= at)
                continue;
            if (pause.From >= within.To)
                break;
            if (pause.From > at)
                counted += Between(at, pause.From);
            at = pause.To;
        }

        return at < within.To ? counted + Between(at, within.To) : counted;
    }

    private long CountedAmongMany(Stretch within, ReadOnlySpan<Interval> pauses)
    {
        var room = ArrayPool<Stretch>.Shared.Rent(pauses.Length);
        try
        {
            return Counted(within, pauses, room);
        }
        finally
        {
            ArrayPool<Stretch>.Shared.Return(room);
        }
    }

    private static ReadOnlySpan<Stretch> UnionOf(ReadOnlySpan<Interval> pauses, Span<Stretch> room)
    {
        for (var index = 0; index < pauses.Length; index++)
            room[index] = Stretch.Of(pauses[index]);
        return room[..Stretch.Union(room[..pauses.Length])];
    }

    // The open time between two instants.
    private long Between(long from, long to)
    {
        var first = PageOf(from);
        // The end of the calendar's years may be the end of a page as well.
        var last = PageOf(to - 1);
        if (first == last)
        {
            var page = PageAt(first);
            return page.CountedBefore(to) - page.CountedBefore(from);
        }

        var counted = PageAt(first).Total - PageAt(first).CountedBefore(from) + PageAt(last).CountedBefore(to);
        for (var index = first + 1; index < last; index++)
            counted += PageAt(index).Total;
        return counted;
    }

    // The first instant by which there was so much open time since an instant, or null.
    private long? Advance(long from, long open)
    {
        if (from >= CalendarTime.EndNanosecond)
            return null;

        var index = PageOf(from);
        var page = PageAt(index);
        var counted = page.CountedBefore(from) + open;
        while (counted > page.Total)
        {
            if (++index == _pages.Length)
                return null;
            counted -= page.Total;
            page = PageAt(index);
        }

        return page.Reach(counted);
    }

    private static int PageOf(long at) => (int)((at - CalendarTime.FirstNanosecond) >> PageShift);

    private Page PageAt(int index) => Volatile.Read(ref _pages[index]) ?? MakePage(index);

    private Page MakePage(int index)
    {
        var from = CalendarTime.FirstNanosecond + ((long)index << PageShift);
        var page = new Page(_schedule.Openings(from, Math.Min(from + (1L << PageShift), CalendarTime.EndNanosecond)));
        Volatile.Write(ref _pages[index], page);
        return page;
    }
}
