using NodaTime;

namespace Ketman.Calendars.Tests;

public sealed class ExplainingDueTimes
{
    private const int Seed = 20250203;

    private const string Berlin = "Europe/Berlin";
    private const string Office = "mon-fri 09:00-17:00";

    [Fact]
    public void an_explanation_has_no_gap_sums_to_the_budget_and_ends_when_it_is_due()
    {
        Parallel.For(0, 800, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, index =>
        {
            var cases = new RandomCases(Seed + index);
            var (document, from, changes) = cases.Calendar();
            BusinessCalendar.TryCreate(document, out var calendar, out _).ShouldBeTrue();
            for (var question = 0; question < 10; question++)
            {
                var asking = cases.Question(from, changes);
                var pauses = asking.Pauses.Select((pause, number) => new Pause(pause, $"reason {number % 3}")).ToList();
                Holds(calendar!, asking, pauses, $"seed {Seed} + {index}, question {question}: {document.ToJson()}, {asking}");
            }
        });
    }

    [Fact]
    public void every_case_of_the_table_is_explained_as_well()
    {
        foreach (var row in DueTable.Cases)
        {
            var explanation = row.Calendar().Explain(DueCase.At(row.Start)!.Value, DueCase.Length(row.Budget), [.. row.Intervals().Select(pause => new Pause(pause, "pause"))]);

            explanation.Due.ShouldBe(DueCase.At(row.Due), row.Name);
            if (explanation.Due is not null)
                Sound(explanation, row.Name);
        }
    }

    [Fact]
    public void each_skipped_interval_says_why()
    {
        Explain(Office, "2015-09-21T14:00Z", "PT2H", ["2015-09-22"]).ShouldBe(
        [
            "2015-09-21T14:00:00Z 2015-09-21T15:00:00Z Counted",
            "2015-09-21T15:00:00Z 2015-09-21T22:00:00Z Closed",
            "2015-09-21T22:00:00Z 2015-09-22T22:00:00Z Holiday 2015-09-22",
            "2015-09-22T22:00:00Z 2015-09-23T07:00:00Z Closed",
            "2015-09-23T07:00:00Z 2015-09-23T08:00:00Z Counted",
        ]);
    }

    [Fact]
    public void a_pause_is_told_before_a_holiday_and_a_holiday_before_the_hours()
    {
        Explain(Office, "2015-09-21T14:30Z", "PT1H", ["2015-09-22"], "2015-09-21T14:45Z/2015-09-22T10:00Z our reply").ShouldBe(
        [
            "2015-09-21T14:30:00Z 2015-09-21T14:45:00Z Counted",
            "2015-09-21T14:45:00Z 2015-09-22T10:00:00Z Paused our reply",
            "2015-09-22T10:00:00Z 2015-09-22T22:00:00Z Holiday 2015-09-22",
            "2015-09-22T22:00:00Z 2015-09-23T07:00:00Z Closed",
            "2015-09-23T07:00:00Z 2015-09-23T07:45:00Z Counted",
        ]);
    }

    [Fact]
    public void where_pauses_overlap_all_of_their_reasons_are_told_each_once()
    {
        Explain("24x7", "2015-09-21T00:00Z", "PT2H", [], "2015-09-21T01:00Z/2015-09-21T03:00Z a", "2015-09-21T02:00Z/2015-09-21T04:00Z b", "2015-09-21T02:00Z/2015-09-21T05:00Z a").ShouldBe(
        [
            "2015-09-21T00:00:00Z 2015-09-21T01:00:00Z Counted",
            "2015-09-21T01:00:00Z 2015-09-21T02:00:00Z Paused a",
            "2015-09-21T02:00:00Z 2015-09-21T04:00:00Z Paused a, b",
            "2015-09-21T04:00:00Z 2015-09-21T05:00:00Z Paused a",
            "2015-09-21T05:00:00Z 2015-09-21T06:00:00Z Counted",
        ]);
    }

    [Fact]
    public void holidays_in_a_row_are_told_one_by_one_and_a_weekend_is_one_interval()
    {
        Explain(Office, "2025-12-24T15:00Z", "PT2H", ["2025-12-25", "2025-12-26"]).ShouldBe(
        [
            "2025-12-24T15:00:00Z 2025-12-24T16:00:00Z Counted",
            "2025-12-24T16:00:00Z 2025-12-24T23:00:00Z Closed",
            "2025-12-24T23:00:00Z 2025-12-25T23:00:00Z Holiday 2025-12-25",
            "2025-12-25T23:00:00Z 2025-12-26T23:00:00Z Holiday 2025-12-26",
            "2025-12-26T23:00:00Z 2025-12-29T08:00:00Z Closed",
            "2025-12-29T08:00:00Z 2025-12-29T09:00:00Z Counted",
        ]);
    }

    [Fact]
    public void the_night_of_a_holiday_is_told_as_the_holiday_to_its_end()
    {
        Explain("mon-fri 22:00-06:00", "2015-09-18T03:00Z", "PT2H", ["2015-09-18"]).ShouldBe(
        [
            "2015-09-18T03:00:00Z 2015-09-18T04:00:00Z Counted",
            "2015-09-18T04:00:00Z 2015-09-19T04:00:00Z Holiday 2015-09-18",
            "2015-09-19T04:00:00Z 2015-09-21T20:00:00Z Closed",
            "2015-09-21T20:00:00Z 2015-09-21T21:00:00Z Counted",
        ]);
    }

    [Fact]
    public void no_budget_has_nothing_to_explain()
    {
        var explanation = BusinessCalendar.Always.Explain(Instant.FromUtc(2015, 9, 21, 0, 0), Duration.Zero, []);

        (explanation.Due, explanation.Why, explanation.Intervals.Count).ShouldBe((explanation.Start, null, 0));
    }

    [Fact]
    public void a_pause_without_end_is_the_last_word()
    {
        var explanation = Explanation(Office, "2015-09-21T14:00Z", "PT2H", [], "2015-09-21T14:30Z/ embargo", "2015-09-22T00:00Z/2015-09-22T12:00Z our reply");

        (explanation.Due, explanation.Why).ShouldBe((null, NeverDue.PausedWithoutEnd));
        explanation.Intervals.Select(Line).ShouldBe(
        [
            "2015-09-21T14:00:00Z 2015-09-21T14:30:00Z Counted",
            "2015-09-21T14:30:00Z 2015-09-22T00:00:00Z Paused embargo",
            "2015-09-22T00:00:00Z 2015-09-22T12:00:00Z Paused embargo, our reply",
            "2015-09-22T12:00:00Z for ever Paused embargo",
        ]);
    }

    [Fact]
    public void beyond_the_calendar_it_says_so()
    {
        var explanation = Explanation(Office, "2199-09-21T14:00Z", "P365D", []);

        (explanation.Due, explanation.Why, explanation.Intervals.Count).ShouldBe((null, NeverDue.BeyondCalendar, 0));
    }

    private static IEnumerable<string> Explain(string hours, string start, string budget, string[] holidays, params string[] pauses) =>
        Explanation(hours, start, budget, holidays, pauses).Intervals.Select(Line);

    private static Explanation Explanation(string hours, string start, string budget, string[] holidays, params string[] pauses)
    {
        BusinessCalendar.TryCreate(DueCase.Document(Berlin, hours, holidays), out var calendar, out _).ShouldBeTrue();
        return calendar!.Explain(DueCase.At(start)!.Value, DueCase.Length(budget), [.. pauses.Select(pause => pause.Split([' ', '/'], 3))
            .Select(words => new Pause(new Interval(DueCase.At(words[0]), DueCase.At(words[1])), words[2]))]);
    }

    private static string Line(ExplainedInterval interval) =>
        $"{interval.From} {interval.To?.ToString() ?? "for ever"} {interval.Kind} {interval.Holiday?.ToString("uuuu-MM-dd", null)}{string.Join(", ", interval.PausedBy)}".TrimEnd();

    private static void Holds(BusinessCalendar calendar, Question asking, List<Pause> pauses, string what)
    {
        var explanation = calendar.Explain(asking.Start, asking.Length, pauses);

        explanation.Due.ShouldBe(calendar.Due(asking.Start, asking.Length, asking.Pauses), what);
        if (explanation.Due is null)
        {
            explanation.Why.ShouldNotBeNull(what);
            return;
        }

        Sound(explanation, what);
        foreach (var interval in explanation.Intervals)
        {
            var paused = pauses.Where(pause => pause.Interval.Contains(interval.From)).Select(pause => pause.Reason).Distinct();
            interval.PausedBy.ShouldBe(paused, ignoreOrder: true, what);
            (interval.Kind is IntervalKind.Paused).ShouldBe(interval.PausedBy.Count > 0, what);
            calendar.Counted(interval.From, interval.To!.Value, asking.Pauses).ShouldBe(interval.Counted ? interval.To.Value - interval.From : Duration.Zero, what);
            if (interval.Holiday is { } holiday)
                calendar.Document.Holidays.ShouldContain(NodaTime.Text.LocalDatePattern.Iso.Format(holiday), what);
        }
    }

    private static void Sound(Explanation explanation, string what)
    {
        var intervals = explanation.Intervals;
        if (explanation.Budget == Duration.Zero)
        {
            intervals.ShouldBeEmpty(what);
            return;
        }

        intervals[0].From.ShouldBe(explanation.Start, what);
        intervals[^1].To.ShouldBe(explanation.Due, what);
        intervals[^1].Counted.ShouldBeTrue(what);
        intervals.Where(interval => interval.Counted).Aggregate(Duration.Zero, (sum, interval) => sum + (interval.To!.Value - interval.From)).ShouldBe(explanation.Budget, what);
        foreach (var (interval, next) in intervals.Zip(intervals.Skip(1)))
        {
            interval.To.ShouldBe(next.From, what);
            (interval.Kind, interval.Holiday, string.Join('|', interval.PausedBy.Order())).ShouldNotBe((next.Kind, next.Holiday, string.Join('|', next.PausedBy.Order())), what);
        }

        intervals.ShouldAllBe(interval => interval.From < interval.To, what);
    }
}
