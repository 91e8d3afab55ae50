using NodaTime;

namespace Ketman.Calendars.Tests;

public sealed class Costs
{
    private static readonly Instant s_start = Instant.FromUtc(2025, 2, 3, 9, 0);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(200)]
    public void a_due_time_costs_no_memory(int pauses)
    {
        BusinessCalendar.TryCreate(DueCase.Document("Europe/Berlin", "mon-fri 09:00-17:00", "2025-04-18", "2025-04-21"), out var calendar, out _).ShouldBeTrue();
        Interval[] paused = [.. Enumerable.Range(0, pauses).Select(index => new Interval(s_start + Duration.FromMinutes((pauses - index) * 7), s_start + Duration.FromMinutes(((pauses - index) * 7) + 5)))];
        // The openings of the years that are asked about, and what the runtime makes once per method.
        Ask(calendar!, paused, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(calendar!, paused, 1_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Ask(BusinessCalendar calendar, Interval[] paused, int times)
    {
        for (var time = 0; time < times; time++)
        {
            var start = s_start + Duration.FromMinutes(time);
            var due = calendar.Due(start, Duration.FromHours(1 + (time % 160)), paused);
            if (due is null || calendar.Counted(start, due.Value, paused) != Duration.FromHours(1 + (time % 160)) || !calendar.IsOpen(calendar.NextOpening(start)!.Value))
                throw new InvalidOperationException($"What is due after {start} does not fit what is counted.");
        }
    }
}
