using System.Collections.Concurrent;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using NodaTime;
using Duration = NodaTime.Duration;

namespace Ketman.Disclosures.Clocks;

/// <summary>When a rule is due in a case, and from which anchor.</summary>
/// <param name="At">The due time; null: never, because it is paused without end.</param>
/// <param name="AnchorId">The event that it counts from.</param>
/// <param name="AnchoredAt">When that was; of a promise, when it was made.</param>
/// <param name="Rule">The part of the rule that decided: it is an <c>after</c>, <c>afterStep</c>, <c>afterBreach</c> or <c>afterDue</c>.</param>
/// <param name="CountedFrom">From when the time of that part is counted: of an anchor that is only known to the day, its end.</param>
public sealed record DueTime(DateTimeOffset? At, Guid AnchorId, Moment AnchoredAt, DueRule Rule, DateTimeOffset CountedFrom);

/// <summary>Reads the due rules of a policy in a case.</summary>
public static class DueTimes
{
    // Durations are few texts of policies; reading one anew for every clock of every case would be most of reading a clock.
    private const int MostKept = 4096;
    private static readonly ConcurrentDictionary<string, Duration> Durations = new(StringComparer.Ordinal);

    /// <summary>When a rule is due; null: it has no anchor yet, or its condition does not hold.</summary>
    /// <param name="state">The case.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="subject">The promise or request that the rule is read for; null: the case.</param>
    public static DueTime? Of(Disclosure state, DueRule rule, Guid? subject = null) => Of(state.StandingFacts, rule, subject, ClockPauses.None);

    /// <summary>The length of a duration as policies write it; policies are validated, so this does not fail.</summary>
    internal static Duration Length(string? time)
    {
        if (time is null)
        {
            return Duration.Zero;
        }

        if (Durations.TryGetValue(time, out var known))
        {
            return known;
        }

        if (!IsoDuration.TryParse(time, out var length, out var error))
        {
            throw new FormatException($"The duration of a pinned policy {error}");
        }

        if (Durations.Count >= MostKept)
        {
            Durations.Clear();
        }

        return Durations[time] = length;
    }

    /// <summary>The first instant by which a length has passed or, in business time, been open; null: never.</summary>
    internal static DateTimeOffset? Count(CaseFacts facts, Counting counted, DateTimeOffset from, Duration length, ReadOnlySpan<Interval> pauses)
    {
        var calendar = counted is Counting.Business && facts.Policy is { } policy ? policy.Calendar : BusinessCalendar.Always;
        return calendar.Due(Instant.FromDateTimeOffset(from), length, pauses) is { } due ? Cut(due.ToDateTimeOffset()) : null;
    }

    /// <summary>When a rule is due, with what stands in its way.</summary>
    internal static DueTime? Of(CaseFacts facts, DueRule rule, Guid? subject, ClockPauses pauses)
    {
        if (rule.IfAbsent is { } absent && facts.Of(absent, subject).Count > 0)
        {
            return null;
        }

        if (rule.If is { } condition)
        {
            return Holds(facts, condition, out var since) && Read(facts, rule, subject, pauses) is { } due
                ? due.At < since ? due with { At = since } : due
                : null;
        }

        return Read(facts, rule, subject, pauses);
    }

    private static DueTime? Read(CaseFacts facts, DueRule rule, Guid? subject, ClockPauses pauses) => rule switch
    {
        { After: { } milestone } => AnchorOf(facts, milestone, subject) is { } anchor ? After(facts, rule, milestone, anchor, subject, pauses) : null,
        { AfterStep: { } step } => StepOf(facts, step) is { } anchor ? Counted(facts, rule, anchor.FactId, anchor.At, anchor.To, pauses) : null,
        { AfterBreach: { } clock } => BreachOf(facts, clock) is { } anchor ? Counted(facts, rule, anchor.FactId, anchor.At, anchor.To, pauses) : null,
        { AfterDue: { } clock } => DueOf(facts, clock) is { } anchor ? Counted(facts, rule, anchor.FactId, anchor.At, anchor.To, pauses) : null,
        { LatestOf: { } parts } => Latest(facts, parts, subject, pauses),
        { EarliestOf: { } parts } => Earliest(facts, parts, subject, pauses),
        { FirstOf: { } parts } => First(facts, parts, subject, pauses),
        _ => null,
    };

    private static DueTime? Latest(CaseFacts facts, IReadOnlyList<DueRule> parts, Guid? subject, ClockPauses pauses)
    {
        DueTime? latest = null;
        foreach (var part in parts)
        {
            if (Of(facts, part, subject, pauses) is not { } due)
            {
                return null;
            }

            latest = latest is null || (latest.At is { } before && (due.At is not { } at || at > before)) ? due : latest;
        }

        return latest;
    }

    private static DueTime? Earliest(CaseFacts facts, IReadOnlyList<DueRule> parts, Guid? subject, ClockPauses pauses)
    {
        DueTime? earliest = null;
        foreach (var part in parts)
        {
            if (Of(facts, part, subject, pauses) is { } due)
            {
                earliest = earliest is null || (due.At is { } at && (earliest.At is not { } before || at < before)) ? due : earliest;
            }
        }

        return earliest;
    }

    private static DueTime? First(CaseFacts facts, IReadOnlyList<DueRule> parts, Guid? subject, ClockPauses pauses)
    {
        foreach (var part in parts)
        {
            if (Of(facts, part, subject, pauses) is { } due)
            {
                return due;
            }
        }

        return null;
    }

    // A promise is a date, not a length; what pauses it moves it by its length, as it moves a date that a lead gave.
    private static DueTime After(CaseFacts facts, DueRule rule, Milestone milestone, Happening anchor, Guid? subject, ClockPauses pauses)
    {
        if (milestone is not Milestone.CommitmentDue)
        {
            return Counted(facts, rule, anchor.FactId, anchor.At, anchor.To, pauses);
        }

        var made = facts.Of(Milestone.CommitmentMade, subject ?? anchor.FactId)[0];
        return Moved(made.From, anchor.To, pauses.Intervals) is { } due
            ? Counted(facts, rule, made.FactId, made.At, due, pauses)
            : new DueTime(null, made.FactId, made.At, rule, anchor.To);
    }

    /// <summary>A date, moved by the pauses that begin between when it was given and itself; null: one of them has no end.</summary>
    internal static DateTimeOffset? Moved(DateTimeOffset given, DateTimeOffset date, ReadOnlySpan<Interval> pauses)
    {
        if (pauses.IsEmpty || date <= given)
        {
            return date;
        }

        var from = Instant.FromDateTimeOffset(given);
        var later = new Interval[pauses.Length];
        var count = 0;
        foreach (var pause in pauses)
        {
            if (pause.Start >= from)
            {
                later[count++] = pause;
            }
        }

        return BusinessCalendar.Always.Due(from, Duration.FromTimeSpan(date - given), later.AsSpan(0, count)) is { } due ? Cut(due.ToDateTimeOffset()) : null;
    }

    private static DueTime Counted(CaseFacts facts, DueRule rule, Guid anchor, Moment anchoredAt, DateTimeOffset from, ClockPauses pauses) =>
        new(Count(facts, rule.Counted, from, Length(rule.Time), pauses.Intervals), anchor, anchoredAt, rule, from);

    // What comes again is counted from the last time, so that a word of the company or another final notice starts anew what waits
    // for it; everything else happens once, and saying it again restarts nothing.
    private static Happening? AnchorOf(CaseFacts facts, Milestone milestone, Guid? subject)
    {
        var known = facts.Of(milestone, subject);
        return known.Count == 0 ? null : milestone is Milestone.CompanyWord or Milestone.FinalNotice ? known[^1] : known[0];
    }

    private static Happening? StepOf(CaseFacts facts, string step)
    {
        Happening? first = null;
        foreach (var (id, said) in facts.StepsTaken)
        {
            var at = said.Step == step ? facts.When(id, said.OccurredAt) : (Happening?)null;
            first = first is { } before && (at is not { } taken || before.CompareTo(taken) <= 0) ? first : at;
        }

        return first;
    }

    private static Happening? BreachOf(CaseFacts facts, string clock) => FirstBroken(facts, clock) is { } broken
        ? facts.When(ClockBreaches.RecordedOf(facts, broken)?.Fact.Id ?? broken.AnchorId, Moment.At(broken.BreachAt!.Value))
        : null;

    /// <summary>Of the clocks of this name, the one whose time ran out first; null: that of none did.</summary>
    internal static Clock? FirstBroken(CaseFacts facts, string clock)
    {
        Clock? first = null;
        foreach (var known in facts.Clocks)
        {
            if (known.Terms.Name == clock && known.BreachAt is { } at && (first is null || at < first.BreachAt))
            {
                first = known;
            }
        }

        return first;
    }

    private static Happening? DueOf(CaseFacts facts, string clock)
    {
        Happening? first = null;
        foreach (var known in facts.Clocks)
        {
            if (known.Terms.Name == clock && known.DueBefore is { } at && (first is null || at < first.Value.From))
            {
                first = facts.When(known.AnchorId, Moment.At(at));
            }
        }

        return first;
    }

    private static bool Holds(CaseFacts facts, ClockCondition condition, out DateTimeOffset since)
    {
        since = DateTimeOffset.MinValue;
        foreach (var clock in facts.Clocks)
        {
            if (clock.Terms.Name != condition.Clock)
            {
                continue;
            }

            if (condition.Is is ClockResult.Breached ? clock.BreachAt is not null : clock.Result == condition.Is)
            {
                since = clock.BreachAt ?? since;
                return true;
            }
        }

        return false;
    }

    // The store keeps microseconds: a due time that is finer would not be found again.
    private static DateTimeOffset Cut(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}
