using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;

namespace Ketman.Disclosures.Clocks;

/// <summary>The warnings and breaches that are coming and are not recorded.</summary>
internal static class ClockComings
{
    /// <summary>All of them, in any order.</summary>
    public static IEnumerable<Coming> Of(Disclosure state, bool caughtUp)
    {
        var facts = state.StandingFacts;
        List<Coming>? comings = null;
        foreach (var clock in facts.Clocks)
        {
            if (clock.BreachAt is { } due && ClockBreaches.RecordedOf(facts, clock) is null)
            {
                Add(comings ??= [], facts, clock, due, caughtUp);
            }
        }

        return comings ?? [];
    }

    private static void Add(List<Coming> comings, CaseFacts facts, Clock clock, DateTimeOffset due, bool caughtUp)
    {
        foreach (var before in ClockReading.VariantOf(clock.Terms, facts.Severity)?.WarnBefore ?? clock.Terms.WarnBefore ?? [])
        {
            var at = due - DueTimes.Length(before).ToTimeSpan();
            if (at > clock.Due.CountedFrom && !IsWarned(facts, clock, at, due))
            {
                comings.Add(new Coming(at, $"near:{clock.Name}:{Micros(due)}:{Micros(at)}", new DeadlineNear(Moment.At(at), clock.Terms.Name, clock.SubjectId, due, caughtUp)));
            }
        }

        // A breach that was annulled and holds again, because what disproved it was taken back, is another event.
        var times = ClockBreaches.Recorded(facts, clock);
        var again = times == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{times + 1}");
        comings.Add(new Coming(
            due, $"breach:{clock.Name}:{Micros(due)}{again}",
            new SlaBreached(Moment.At(due), clock.Terms.Name, clock.SubjectId, clock.AnchorId, clock.Terms.OwedBy, caughtUp)));
    }

    private static bool IsWarned(CaseFacts facts, Clock clock, DateTimeOffset at, DateTimeOffset due)
    {
        foreach (var warned in facts.Warnings)
        {
            if (warned.Clock == clock.Terms.Name && warned.SubjectId == clock.SubjectId && warned.DueAt == due && warned.OccurredAt.Start == at)
            {
                return true;
            }
        }

        return false;
    }

    private static string Micros(DateTimeOffset at) =>
        ((at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture);
}
