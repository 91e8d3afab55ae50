using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>Months that tests look at.</summary>
internal static class Months
{
    public static readonly TeamCalendar Utc = new(TimeZoneInfo.Utc);

    /// <summary>A month that is over, in UTC.</summary>
    public static StatementMonth Of(int year, int month, TeamCalendar? calendar = null) =>
        new(new DateOnly(year, month, 1), calendar ?? Utc, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static StatementMonth February { get; } = Of(2025, 2);
}
