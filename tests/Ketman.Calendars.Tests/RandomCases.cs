using NodaTime;

namespace Ketman.Calendars.Tests;

/// <summary>
/// Calendars and what is asked of them, drawn at random from a seed: all zones of the world, half of the questions near a change
/// of their clocks. Everything falls on whole minutes.
/// </summary>
internal sealed class RandomCases(int seed)
{
    private const int MinutesOfADay = 24 * 60;

    private static readonly string[] Zones = [.. DateTimeZoneProviders.Tzdb.Ids.Order(StringComparer.Ordinal)];

    private static readonly string[] Odd =
    [
        "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo", "Asia/Beirut",
        "Antarctica/Troll", "Europe/Berlin", "America/New_York", "Asia/Tehran", "Africa/Casablanca", "Africa/Cairo", "America/Havana",
        "Asia/Gaza", "America/Asuncion", "Pacific/Kwajalein", "Asia/Pyongyang", "America/Caracas", "Europe/Dublin", "America/Nuuk",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A calendar, and a stretch of about a year in which to ask it, so that it is laid out once for many questions.</summary>
    public (CalendarDocument Document, Instant From, IReadOnlyList<Instant> Changes) Calendar()
    {
        var id = Chance(50) ? Odd[_random.Next(Odd.Length)] : Zones[_random.Next(Zones.Length)];
        var zone = DateTimeZoneProviders.Tzdb[id];
        var from = Instant.FromUtc(_random.Next(1990, 2036), 1, 1, 0, 0);
        Instant[] changes = [.. zone.GetZoneIntervals(from, from + Duration.FromDays(330)).Where(one => one.HasStart && one.Start > from).Select(one => one.Start)];
        var holidays = Enumerable.Range(0, _random.Next(20)).Select(_ => from.InUtc().Date.PlusDays(_random.Next(360)))
            .Concat(changes.Where(_ => Chance(50)).Select(change => change.InZone(zone).Date.PlusDays(_random.Next(-2, 3))))
            .Select(NodaTime.Text.LocalDatePattern.Iso.Format);
        return (new CalendarDocument { Zone = id, Hours = Chance(15) ? null : Hours(), Holidays = Chance(20) ? [] : [.. holidays] }, from, changes);
    }

    public Question Question(Instant from, IReadOnlyList<Instant> changes)
    {
        var start = changes.Count > 0 && Chance(60)
            ? changes[_random.Next(changes.Count)] - Duration.FromMinutes(Chance(50) ? _random.Next(4 * 60) : _random.Next(4 * MinutesOfADay))
            : from + Duration.FromMinutes(_random.Next(330 * MinutesOfADay));
        var budget = _random.Next(100) switch { < 3 => 0, < 60 => _random.Next(1, 4 * 60), < 95 => _random.Next(1, 12 * 60), < 99 => _random.Next(1, 40 * 60), _ => _random.Next(1, 200 * 60) };
        var pauses = Enumerable.Range(0, Chance(40) ? 0 : Chance(5) ? _random.Next(10, 40) : _random.Next(1, 5)).Select(_ => Pause(start)).ToArray();
        return new(start, budget, pauses);
    }

    public int Next(int bound) => _random.Next(bound);

    private Interval Pause(Instant start)
    {
        var begin = start + Duration.FromMinutes(_random.Next(-MinutesOfADay, 3 * MinutesOfADay));
        var end = begin + Duration.FromMinutes(Chance(5) ? 0 : Chance(70) ? _random.Next(4 * 60) : _random.Next(2 * MinutesOfADay));
        return new(Chance(2) ? null : begin, Chance(1) ? null : end);
    }

    private Dictionary<string, IReadOnlyList<string>> Hours()
    {
        var hours = new Dictionary<string, IReadOnlyList<string>>();
        while (hours.Values.All(windows => windows.Count == 0))
        {
            var grid = Chance(60) ? 30 : Chance(50) ? 15 : 1;
            foreach (var day in CalendarDocument.Days.Where(_ => Chance(75)))
                hours[day] = [.. Enumerable.Range(0, Chance(60) ? 1 : _random.Next(4)).Select(_ => Window(grid))];
        }

        return hours;
    }

    private string Window(int grid)
    {
        // Often at night, where the clocks change.
        var start = (Chance(50) ? _random.Next(4 * 60) : _random.Next(MinutesOfADay)) / grid * grid;
        var end = Chance(10) ? MinutesOfADay : (Chance(30) ? _random.Next(4 * 60) : _random.Next(MinutesOfADay)) / grid * grid;
        return start == end ? Window(grid) : $"{start / 60:00}:{start % 60:00}-{end / 60:00}:{end % 60:00}";
    }

    private bool Chance(int percent) => _random.Next(100) < percent;
}

/// <summary>What is asked of a calendar.</summary>
internal sealed record Question(Instant Start, int Budget, Interval[] Pauses)
{
    public Duration Length => Duration.FromMinutes(Budget);

    public override string ToString() => $"start {Start}, budget {Budget} minutes, pauses [{string.Join(", ", Pauses)}]";
}
