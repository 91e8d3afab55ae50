using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Metrics.Cases;
using NodaTime;

namespace Ketman.Metrics.Figures;

/// <summary>
/// Business time by the team's calendar: Monday to Friday, nine to five in the team's zone, no holidays. The calendars of companies and of policies
/// are known to Disclosures only.
/// </summary>
internal sealed class BusinessTime
{
    private readonly TeamCalendar _team;
    private readonly BusinessCalendar? _calendar;

    public BusinessTime(TeamCalendar team)
    {
        _team = team;
        var hours = CalendarDocument.Days.Take(5).ToDictionary(day => day, _ => (IReadOnlyList<string>)["09:00-17:00"]);
        // A zone that only the operating system knows has no business calendar.
        _calendar = BusinessCalendar.TryCreate(new CalendarDocument { Zone = team.ZoneName, Hours = hours }, out var calendar, out _) ? calendar : null;
    }

    /// <summary>The calendar in words; null: there is none, because the team's zone is not in the tz database.</summary>
    public string? Words => _calendar is null ? null : $"Monday to Friday, 09:00 to 17:00, {_team.ZoneName}, no holidays";

    /// <summary>The business time between two moments, by the rules of <see cref="TeamCalendar.Elapsed"/>: whole days where one of them is only known to the day.</summary>
    public TimeSpan? Between(Moment from, Moment to)
    {
        if (_calendar is null)
        {
            return null;
        }

        var exact = from.Precision is Precision.Instant && to.Precision is Precision.Instant;
        var (start, end) = exact ? (from.Start, to.Start) : (_team.StartOf(_team.DateOf(from)), _team.StartOf(_team.DateOf(to)));
        return _calendar.Counted(Instant.FromDateTimeOffset(start), Instant.FromDateTimeOffset(end), []).ToTimeSpan();
    }
}
