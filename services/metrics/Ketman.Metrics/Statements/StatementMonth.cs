using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ketman.Contracts;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>The month that a statement tells of, in the team's zone.</summary>
public sealed class StatementMonth
{
    private const string Format = "yyyy-MM";

    /// <summary>The month that begins with <paramref name="first"/>, looked at from <paramref name="now"/>.</summary>
    public StatementMonth(DateOnly first, TeamCalendar calendar, DateTimeOffset now)
    {
        First = new DateOnly(first.Year, first.Month, 1);
        Last = First.AddDays(DateTime.DaysInMonth(first.Year, first.Month) - 1);
        Calendar = calendar;
        From = calendar.StartOf(First);
        Until = calendar.StartOf(Last.AddDays(1));
        AsOf = now < Until ? now : Until;
    }

    /// <summary>Its first day.</summary>
    public DateOnly First { get; }

    /// <summary>Its last day.</summary>
    public DateOnly Last { get; }

    /// <summary>Its first instant.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The first instant after it.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>The time up to which it is told: its end, or now while it lasts.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>The last day of which it tells.</summary>
    public DateOnly LastDayTold => Calendar.DateOf(AsOf.AddTicks(-1));

    /// <summary>Whether it is over.</summary>
    public bool Complete => AsOf == Until;

    /// <summary>Whether it has not begun.</summary>
    public bool IsFuture => AsOf < From;

    /// <summary>The team's zone.</summary>
    public TeamCalendar Calendar { get; }

    /// <summary>Whether something happened within it.</summary>
    public bool Contains(Moment moment) => Contains(Calendar.DateOf(moment));

    /// <summary>Whether a day lies within it.</summary>
    public bool Contains(DateOnly day) => day >= First && day <= Last;

    /// <summary>The month as <c>2025-02</c>.</summary>
    public override string ToString() => First.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads <c>2025-02</c>; nothing before 2000, where no fact can lie.</summary>
    public static bool TryParse(
        string? text, TeamCalendar calendar, DateTimeOffset now, [NotNullWhen(true)] out StatementMonth? month)
    {
        month = DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is >= 2000 and < 9999
            ? new StatementMonth(first, calendar, now)
            : null;
        return month is not null;
    }
}
