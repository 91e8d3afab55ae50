using System.Collections.Concurrent;
using NodaTime;

namespace Ketman.Calendars.Tests;

public sealed class AgainstTheMinuteWalk(ITestOutputHelper output)
{
    private const int Seed = 20150922;
    private const int Calendars = 4_000;
    private const int QuestionsEach = 25;

    // A question that is not answered within so many days is compared up to there.
    private const int DaysWalked = 40;

    [Fact]
    public void a_hundred_thousand_random_questions_are_answered_as_by_walking_minute_by_minute()
    {
        var failures = new ConcurrentBag<string>();
        var (asked, reached) = (0, 0);

        Parallel.For(0, Calendars, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, (index, loop) =>
        {
            var cases = new RandomCases(Seed + index);
            var (document, from, changes) = cases.Calendar();
            BusinessCalendar.TryCreate(document, out var calendar, out var errors).ShouldBeTrue($"{document.ToJson()}: {string.Join(' ', errors)}");
            // Half of them as they are written back: that must mean the same.
            if (index % 2 == 1)
                BusinessCalendar.TryParse(calendar!.Document.ToJson(), out calendar, out _).ShouldBeTrue(document.ToJson());
            var walk = new MinuteWalk(document);
            for (var question = 0; question < QuestionsEach; question++)
            {
                var asking = cases.Question(from, changes);
                Interlocked.Increment(ref asked);
                if (Disagreement(calendar!, walk, asking, ref reached) is { } disagreement)
                {
                    failures.Add($"seed {Seed} + {index}, question {question}: {document.ToJson()}, {asking}: {disagreement}");
                    loop.Stop();
                    return;
                }
            }
        });

        output.WriteLine($"{asked} questions from seed {Seed}, {reached} of them due within {DaysWalked} days.");
        failures.ShouldBeEmpty();
        asked.ShouldBe(100_000);
        reached.ShouldBeGreaterThan(90_000, "a question that is not answered says little");
    }

    private static string? Disagreement(BusinessCalendar calendar, MinuteWalk walk, Question asking, ref int reached)
    {
        var due = calendar.Due(asking.Start, asking.Length, asking.Pauses);
        var (expected, end, counted) = walk.Walk(asking.Start, asking.Budget, asking.Pauses, DaysWalked);
        if (expected is { } at)
        {
            Interlocked.Increment(ref reached);
            if (due != at)
                return $"is due at {due}, not at {at}";
        }
        else if (due <= end)
        {
            return $"is due at {due}, but until {end} only {counted} minutes count";
        }

        var length = calendar.Counted(asking.Start, end, asking.Pauses);
        if (length != Duration.FromMinutes(counted))
            return $"until {end} there are {length} counted, not {counted} minutes";
        if (calendar.IsOpen(asking.Start) != walk.IsOpen(asking.Start))
            return $"is {(calendar.IsOpen(asking.Start) ? "open" : "closed")} at the start";
        var opening = calendar.NextOpening(asking.Start);
        return opening is null || (calendar.IsOpen(opening.Value) && calendar.Counted(asking.Start, opening.Value, []) == Duration.Zero)
            ? null
            : $"the next opening is not {opening}";
    }
}
