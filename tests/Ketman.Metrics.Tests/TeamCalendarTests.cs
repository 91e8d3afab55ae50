using Ketman.Metrics.Cases;
using NodaTime;

namespace Ketman.Metrics.Tests;

/// <summary>The team's days are those of the zone, asked directly.</summary>
public sealed class TeamCalendarTests
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Amsterdam")]
    [InlineData("America/Los_Angeles")]
    [InlineData("Pacific/Auckland")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    public void a_day_is_the_one_that_the_zone_says(string name)
    {
        var calendar = new TeamCalendar(TimeZoneInfo.FindSystemTimeZoneById(name));
        var zone = DateTimeZoneProviders.Tzdb[name];
        var random = new Random(7);
        var changes = zone.GetZoneIntervals(Instant.FromUtc(1995, 1, 1, 0, 0), Instant.FromUtc(2065, 1, 1, 0, 0)).Where(interval => interval.HasStart)
            .SelectMany(interval => new[] { interval.Start.ToDateTimeOffset().AddTicks(-1), interval.Start.ToDateTimeOffset() });
        var years = Enumerable.Range(0, 20_000).Select(_ => new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.NextInt64(200L * 366 * 86_400)));
        foreach (var instant in changes.Concat(years))
        {
            calendar.DateOf(instant).ShouldBe(Instant.FromDateTimeOffset(instant).InZone(zone).Date.ToDateOnly(), $"{instant:O}");
        }
    }
}
