using System.Diagnostics;
using Ketman.Calendars;
using NodaTime;

namespace Ketman.Benchmarks.Clocks;

/// <summary>
/// What a due time costs on one core: budgets of up to a month of counted time on a business calendar. Beside it stands the way
/// one would write first, from day to day with the zone asked for each opening and closing.
/// </summary>
internal sealed class ClocksBenchmark : IBenchmark
{
    private const int Questions = 1 << 14;
    private const double Aim = 1_000_000;

    // A working month.
    private const int LongestBudgetInMinutes = 22 * 8 * 60;

    private readonly BusinessCalendar _calendar = Create();
    private readonly (Instant Start, Duration Budget, Interval[] Pauses)[] _questions = Draw();

    public string Name => "clocks";

    public Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        var walk = new DayByDay(DateTimeZoneProviders.Tzdb["Europe/Berlin"], Holidays());
        Agree(walk);
        var figures = new List<Figure>();
        Add("due times, business hours, budgets to a month", Aim, Questions * 32, question => _calendar.Due(question.Start, question.Budget, []) is not null);
        Add("the same from day to day, for comparison", null, Questions / 8, question => walk.Due(question.Start, question.Budget) > question.Start);
        Add("due times, business hours, with two pauses", Aim, Questions * 32, question => _calendar.Due(question.Start, question.Budget, question.Pauses) is not null);
        Add("due times, round the clock", Aim, Questions * 32, question => BusinessCalendar.Always.Due(question.Start, question.Budget, []) is not null);
        if (Wanted("bytes per due time"))
        {
            var bytes = BytesPerCall();
            figures.Add(new("bytes per due time", "bytes", bytes, 0, null, null, bytes == 0));
        }

        if (Wanted("clocks of a case"))
        {
            progress.WriteLine("clocks of a case");
            figures.AddRange(CaseFigures.Measure());
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);

        bool Wanted(string name) => only is null || name.Contains(only, StringComparison.Ordinal);

        void Add(string name, double? required, int times, Func<(Instant Start, Duration Budget, Interval[] Pauses), bool> ask)
        {
            if (!Wanted(name))
                return;
            progress.WriteLine(name);
            for (var warming = 0; warming < 3; warming++)
                Rate(times, ask);
            var rate = Rounds.Median(Enumerable.Range(0, 7).Select(_ => Rate(times, ask)));
            figures.Add(new(name, "due/s", rate, null, null, required, required is null || rate >= required));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private double Rate(int times, Func<(Instant Start, Duration Budget, Interval[] Pauses), bool> ask)
    {
        var watch = Stopwatch.StartNew();
        var answered = 0;
        for (var index = 0; index < times; index++)
        {
            if (ask(_questions[index & (Questions - 1)]))
                answered++;
        }

        return answered == times ? times / watch.Elapsed.TotalSeconds : throw new InvalidOperationException("Not every question was answered.");
    }

    // A comparison with something that answers otherwise would say nothing.
    private void Agree(DayByDay walk)
    {
        foreach (var (start, budget, _) in _questions.Take(2_000))
        {
            if (_calendar.Due(start, budget, []) != walk.Due(start, budget))
                throw new InvalidOperationException($"From {start} with {budget} the two ways disagree.");
        }
    }

    private double BytesPerCall()
    {
        const int Calls = 100_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < Calls; index++)
        {
            var (start, budget, pauses) = _questions[index & (Questions - 1)];
            _ = _calendar.Due(start, budget, pauses);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
    }

    private static BusinessCalendar Create()
    {
        var hours = CalendarDocument.Days.Take(5).ToDictionary(day => day, _ => (IReadOnlyList<string>)["09:00-17:00"]);
        var document = new CalendarDocument
        {
            Zone = "Europe/Berlin",
            Hours = hours,
            Holidays = [.. Holidays().Select(NodaTime.Text.LocalDatePattern.Iso.Format)],
        };
        return BusinessCalendar.TryCreate(document, out var calendar, out var errors) ? calendar : throw new InvalidOperationException(string.Join(' ', errors));
    }

    private static HashSet<LocalDate> Holidays() =>
        [.. Enumerable.Range(2020, 12).SelectMany(year => new[] { (1, 1), (5, 1), (10, 3), (12, 25), (12, 26) }.Select(day => new LocalDate(year, day.Item1, day.Item2)))];

    private static (Instant, Duration, Interval[])[] Draw()
    {
        // The same for every run.
        var random = new Random(20250203);
        var first = Instant.FromUtc(2024, 1, 1, 0, 0);
        return [.. Enumerable.Range(0, Questions).Select(_ =>
        {
            var start = first + Duration.FromSeconds(random.Next(2 * 366 * 86_400));
            var pause = start + Duration.FromMinutes(random.Next(3_000));
            var other = start + Duration.FromMinutes(random.Next(3_000));
            return (start, Duration.FromMinutes(random.Next(1, LongestBudgetInMinutes)), new Interval[] { new(pause, pause + Duration.FromHours(5)), new(other, other + Duration.FromHours(30)) });
        })];
    }

    /// <summary>From day to day; no pauses.</summary>
    private sealed class DayByDay(DateTimeZone zone, HashSet<LocalDate> holidays)
    {
        public Instant Due(Instant start, Duration budget)
        {
            for (var date = start.InZone(zone).Date; ; date = date.PlusDays(1))
            {
                if (date.DayOfWeek > IsoDayOfWeek.Friday || holidays.Contains(date))
                    continue;
                var opening = Instant.Max(start, zone.AtLeniently(date.At(new LocalTime(9, 0))).ToInstant());
                var closing = zone.AtLeniently(date.At(new LocalTime(17, 0))).ToInstant();
                if (closing <= opening)
                    continue;
                if (closing - opening >= budget)
                    return opening + budget;
                budget -= closing - opening;
            }
        }
    }
}
