using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using NodaTime;
using NodaTime.Text;

namespace Ketman.Disclosures.Clocks;

/// <summary>Tells how a due time came about: by what rule, from which fact, and which time counted and which did not.</summary>
internal sealed class ClockExplaining
{
    private static readonly OffsetDateTimePattern Local = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'sso<Z+HH:mm>");

    private readonly CaseFacts _facts;
    private readonly Clock _clock;
    private readonly DateTimeZone _reader;
    private readonly List<IntervalView> _intervals = [];

    private ClockExplaining(CaseFacts facts, Clock clock, DateTimeZone reader)
    {
        _facts = facts;
        _clock = clock;
        _reader = reader;
    }

    /// <summary>Explains a clock.</summary>
    /// <param name="state">The case.</param>
    /// <param name="clock">One of its clocks.</param>
    /// <param name="now">The time of asking.</param>
    /// <param name="reader">The zone of who asks.</param>
    public static ClockExplanationView Explain(Disclosure state, Clock clock, DateTimeOffset now, DateTimeZone reader)
    {
        // Who was late by an earlier policy was late by its rule, so that is the rule to explain.
        var decided = clock.DueAt is { } due && ClockBreaches.RecordedOf(state.StandingFacts, clock) is { } breach
            ? state with { Pinned = ClockBreaches.PolicyAt(state.StandingFacts, breach.Fact) }
            : state;
        var judged = CaseClocks.Of(decided).FirstOrDefault(known => known.Name == clock.Name) ?? clock;
        return new ClockExplaining(decided.StandingFacts, judged, reader).Tell(ClockTelling.Tell(state, clock, now));
    }

    private ClockExplanationView Tell(ClockView view)
    {
        var due = _clock.Due;
        var pauses = ClockPauses.Of(_facts, _clock.Terms, _clock.SubjectId);
        var rule = RuleOf(ClockReading.RuleOf(_facts, _clock.Terms), pauses, taken: true);
        var budget = due.Rule.Time is { } time ? DueTimes.Length(time) : (Duration?)null;
        var start = due.CountedFrom;
        if (due.Rule.After is Milestone.CommitmentDue)
        {
            start = _facts.When(default, due.AnchoredAt).From;
            var promised = _facts.Of(Milestone.CommitmentDue, _clock.SubjectId)[0].To;
            Count(BusinessCalendar.Always, start, Duration.FromTimeSpan(promised - start), [.. pauses.All.Where(pause => pause.From >= start)]);
        }

        if (budget is { } length && length > Duration.Zero)
        {
            Count(due.Rule.Counted is Counting.Business ? _facts.Policy!.Calendar : BusinessCalendar.Always, due.CountedFrom, length, pauses.All);
        }

        AddWhatCameAfter();
        return new ClockExplanationView(
            _facts.State.Opening!.Handle, view, ClockTelling.Pinned(_facts.State)!, new ZonesView(_facts.Zone.Id, _reader.Id), rule,
            At(start), due.Rule.Time, due.Rule.Counted, _clock.DueAt is { } at ? At(at) : null, _intervals, Breaches());
    }

    private void Count(BusinessCalendar calendar, DateTimeOffset start, Duration budget, IReadOnlyList<ClockPause> pauses)
    {
        var told = calendar.Explain(Instant.FromDateTimeOffset(start), budget, [.. pauses.Select(pause => new Pause(ClockPauses.IntervalOf(pause), pause.Reason))]);
        _intervals.AddRange(told.Intervals.Select(interval => new IntervalView(
            At(interval.From), interval.To is { } to ? At(to) : null, interval.Counted, JsonNamingPolicy.KebabCaseLower.ConvertName(interval.Kind.ToString()),
            interval.Holiday is { } day ? LocalDatePattern.Iso.Format(day) : null, interval.PausedBy.Count == 0 ? null : interval.PausedBy)));
    }

    // What moved the due time after it was counted: extensions first, then that the policy did not hold before the case was moved to it.
    private void AddWhatCameAfter()
    {
        if (_clock is not { DueBefore: { } before, DueAt: { } due } || due <= before)
        {
            return;
        }

        var extended = _clock.DueExtended ?? before;
        if (extended > before)
        {
            _intervals.Add(new IntervalView(At(before), At(extended), false, "extended", null, [.. _clock.Extensions.Select(one => one.By).Distinct()]));
        }

        if (due > extended)
        {
            _intervals.Add(new IntervalView(At(extended), At(due), false, "policy-changed", null, null));
        }
    }

    private List<BreachView> Breaches() =>
    [
        .. _facts.Breaches.Where(breach => breach.Said.Clock == _clock.Terms.Name && breach.Said.SubjectId == _clock.SubjectId).OrderBy(breach => breach.Fact.Ordinal)
            .Select(breach => new BreachView(breach.Fact.Id, breach.Said.OccurredAt.Start, AnnulmentOf(breach.Fact.Id))),
    ];

    private AnnulmentView? AnnulmentOf(Guid breach) => _facts.State.Standing<BreachAnnulled>().Where(annulled => annulled.Said.BreachId == breach)
        .Select(annulled => new AnnulmentView(annulled.Id, annulled.Said.OccurredAt, FactOf(annulled.Said.FactId, annulled.Said.OccurredAt))).FirstOrDefault();

    // A retraction is no fact, and is no step of the case either; it was recorded with the annulment.
    private FactRefView FactOf(Guid id, Moment annulledAt) => _facts.State.Facts.TryGetValue(id, out var fact)
        ? new FactRefView(id, ClockTelling.TypeOf(_facts.State, id), fact.Said.OccurredAt)
        : _facts.State.Course.FirstOrDefault(step => step.Id == id).Said is { } step
            ? new FactRefView(id, ClockTelling.TypeOf(_facts.State, id), step.OccurredAt)
            : new FactRefView(id, DisclosureStream.Events.NameOf(typeof(FactRetracted)), annulledAt);

    private RuleView RuleOf(DueRule rule, ClockPauses pauses, bool taken)
    {
        var due = DueTimes.Of(_facts, rule, _clock.SubjectId, pauses);
        var parts = rule.LatestOf ?? rule.EarliestOf ?? rule.FirstOf;
        var why = due is { At: not null } ? null
            : due is not null ? "paused-without-end"
            : rule.IfAbsent is { } absent && _facts.Of(absent, _clock.SubjectId).Count > 0 ? "condition"
            : "no-anchor";
        return new RuleView(Says(rule), taken && due is not null, due?.At, why, parts is null ? null :
            [.. parts.Select(part => RuleOf(part, pauses, taken && due is not null && DueTimes.Of(_facts, part, _clock.SubjectId, pauses) == due))]);
    }

    private static string Says(DueRule rule)
    {
        var said = rule switch
        {
            { LatestOf: not null } => "latest-of",
            { EarliestOf: not null } => "earliest-of",
            { FirstOf: not null } => "first-of",
            { AfterStep: { } step } => $"{rule.Time} after step {step}",
            { AfterBreach: { } clock } => $"{rule.Time} after the breach of {clock}",
            { AfterDue: { } clock } => $"{rule.Time} after {clock} is due",
            { After: Milestone.CommitmentDue, Time: null or "PT0S" } => "at the promised time",
            _ => $"{rule.Time ?? "PT0S"}{(rule.Counted is Counting.Business ? " business" : "")} after {Word(rule.After)}",
        };
        return rule.IfAbsent is { } absent ? $"{said}, unless {Word(absent)}" : said;
    }

    private static string Word(Milestone? milestone) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{milestone}");

    private TimeView At(DateTimeOffset at) => At(Instant.FromDateTimeOffset(at));

    private TimeView At(Instant at) => new(
        InstantPattern.General.Format(at), Local.Format(at.InZone(_facts.Zone).ToOffsetDateTime()), Local.Format(at.InZone(_reader).ToOffsetDateTime()));
}
