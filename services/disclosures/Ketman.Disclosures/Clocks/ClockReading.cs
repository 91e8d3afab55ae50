using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Clocks;

/// <summary>Reads the clocks of a case out of its facts.</summary>
internal static class ClockReading
{
    /// <summary>Every clock that has its anchor, in the order of the policy; one kept per subject, in the order of their anchors.</summary>
    public static IReadOnlyList<Clock> Read(CaseFacts facts)
    {
        if (facts.Policy is not { } policy)
        {
            return [];
        }

        List<Clock> clocks = [];
        foreach (var terms in policy.Document.Clocks)
        {
            if (terms.Per is ClockScope.Case)
            {
                Add(clocks, facts, terms, null);
                continue;
            }

            foreach (var subject in facts.Of(terms.Per is ClockScope.Commitment ? Milestone.CommitmentMade : Milestone.UpdateRequested))
            {
                Add(clocks, facts, terms, subject.FactId);
            }
        }

        return clocks;
    }

    private static void Add(List<Clock> clocks, CaseFacts facts, ClockTerms terms, Guid? subject)
    {
        var pauses = ClockPauses.Of(facts, terms, subject);
        if (DueTimes.Of(facts, RuleOf(facts, terms), subject, pauses) is not { } due)
        {
            return;
        }

        var anchor = facts.When(due.AnchorId, due.AnchoredAt);
        var stop = StopOf(facts, terms, subject, anchor, out var ended);
        if (stop is { } over && pauses.Before(over.To) is { } counted && counted != pauses)
        {
            // What pauses after the stop pauses other clocks; otherwise one that was met in time would show no due time any more.
            pauses = counted;
            due = DueTimes.Of(facts, RuleOf(facts, terms), subject, pauses) ?? due;
        }

        var (at, withoutGrace, extensions) = Extended(facts, terms, subject, due.At, pauses);
        var moved = ByMigration(facts, at);
        var lateBefore = ClockBreaches.UnderEarlierPolicy(facts, terms.Name, subject);
        clocks.Add(new Clock(
            terms, subject, due.AnchorId, due.AnchoredAt, due.At, lateBefore ?? moved, stop?.FactId, stop?.At, ended,
            stop is { } stopped && !ended && stopped.Precedes(anchor), Within(pauses, anchor.From, moved), extensions)
        {
            Due = due,
            DueExtended = at,
            DueWithoutGrace = lateBefore ?? ByMigration(facts, withoutGrace),
            StoppedFrom = stop?.From,
        });
    }

    /// <summary>The rule that holds for the severity of the case.</summary>
    public static DueRule RuleOf(CaseFacts facts, ClockTerms terms) => VariantOf(terms, facts.Severity)?.Due ?? terms.Due;

    /// <summary>The terms for a severity, where it has its own.</summary>
    internal static SeverityVariant? VariantOf(ClockTerms terms, Ketman.Contracts.Severity severity)
    {
        foreach (var variant in terms.Variants ?? [])
        {
            if (variant.Severity == severity)
            {
                return variant;
            }
        }

        return null;
    }

    // A word of the company is what answers: one before the anchor answered something else. Everything else is done once, so it counts
    // even when it is said to have happened before the anchor, which is then flagged.
    private static Happening? StopOf(CaseFacts facts, ClockTerms terms, Guid? subject, Happening anchor, out bool ended)
    {
        Happening? stop = null;
        foreach (var milestone in terms.StoppedBy)
        {
            foreach (var one in facts.Of(milestone, subject))
            {
                if (milestone is Milestone.CompanyWord && one.Precedes(anchor))
                {
                    continue;
                }

                stop = stop is { } before && before.CompareTo(one) <= 0 ? stop : one;
                break;
            }
        }

        ended = facts.End is { } end && (stop is not { } stopped || end.From < stopped.From);
        return ended ? facts.End : stop;
    }

    private static (DateTimeOffset? At, DateTimeOffset? WithoutGrace, IReadOnlyList<ClockExtended> Extensions) Extended(
        CaseFacts facts, ClockTerms terms, Guid? subject, DateTimeOffset? due, ClockPauses pauses)
    {
        List<ClockExtended>? extensions = null;
        foreach (var extension in facts.Extensions)
        {
            if (extension.Clock == terms.Name && extension.SubjectId == subject)
            {
                (extensions ??= []).Add(extension);
            }
        }

        if (extensions is null)
        {
            return (due, due, []);
        }

        extensions.Sort((one, other) => Order(facts, one).CompareTo(Order(facts, other)));
        var ordinary = extensions.FindLast(extension => !extension.Grace);
        return (Until(facts, extensions[^1], due, pauses), ordinary is null ? due : Until(facts, ordinary, due, pauses), extensions);
    }

    private static (DateTimeOffset, DateTimeOffset) Order(CaseFacts facts, ClockExtended extension) =>
        (facts.When(default, extension.OccurredAt).From, extension.Until);

    // An extension gives time and never takes any; a pause that begins after it was given moves it.
    private static DateTimeOffset? Until(CaseFacts facts, ClockExtended extension, DateTimeOffset? due, ClockPauses pauses) =>
        due is not { } before ? null
        : DueTimes.Moved(facts.When(default, extension.OccurredAt).To, extension.Until, pauses.Intervals) is not { } until ? null
        : until > before ? until : before;

    // Nobody is late by a policy that did not hold yet: what it calls due before the case was moved to it is due when it was moved.
    private static DateTimeOffset? ByMigration(CaseFacts facts, DateTimeOffset? due)
    {
        if (facts.State.Pinned is not { Reason: not null } pinned)
        {
            return due;
        }

        var moved = facts.When(default, pinned.OccurredAt).To;
        return due < moved ? moved : due;
    }

    private static IReadOnlyList<ClockPause> Within(ClockPauses pauses, DateTimeOffset from, DateTimeOffset? to) =>
        pauses.All.Count == 0 ? [] : [.. pauses.All.Where(pause => !(pause.To <= from) && !(pause.From >= to))];
}
