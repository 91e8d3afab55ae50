using Ketman.Disclosures.Policies;
using NodaTime;

namespace Ketman.Disclosures.Clocks;

/// <summary>
/// What stands in a clock's way. Where a pause is only known to the day, it lasts from the day's beginning to the day's end: nobody is
/// called late on a guess.
/// </summary>
internal sealed class ClockPauses
{
    /// <summary>Nothing does.</summary>
    public static readonly ClockPauses None = new([]);

    private ClockPauses(IReadOnlyList<ClockPause> all)
    {
        All = all;
        Intervals = [.. all.Select(IntervalOf)];
    }

    /// <summary>Each of them, in the order of their beginnings; they may overlap.</summary>
    public IReadOnlyList<ClockPause> All { get; }

    /// <summary>The same as the calendar takes them.</summary>
    public Interval[] Intervals { get; }

    /// <summary>Those of one clock.</summary>
    public static ClockPauses Of(CaseFacts facts, ClockTerms terms, Guid? subject)
    {
        List<ClockPause> pauses = [];
        foreach (var (id, said) in facts.Pauses)
        {
            if (said.Clock is null || (said.Clock == terms.Name && (said.SubjectId is null || said.SubjectId == subject)))
            {
                var to = facts.Resumed.TryGetValue(id, out var resumed) ? facts.When(id, resumed.OccurredAt).To : (DateTimeOffset?)null;
                pauses.Add(new ClockPause(id, facts.When(id, said.OccurredAt).From, to, ClockPause.ByLead));
            }
        }

        foreach (var (ended, reopened) in facts.Rests)
        {
            pauses.Add(new ClockPause(ended.FactId, ended.From, reopened.To, ClockPause.CaseEnded));
        }

        foreach (var cause in terms.PausedBy ?? [])
        {
            AddOf(pauses, facts, cause);
        }

        if (pauses.Count == 0)
        {
            return None;
        }

        pauses.RemoveAll(pause => pause.To <= pause.From);
        pauses.Sort((one, other) => (one.From, one.FactId).CompareTo((other.From, other.FactId)));
        return new ClockPauses(pauses);
    }

    /// <summary>Those that begin before a time; the same object when all of them do.</summary>
    public ClockPauses Before(DateTimeOffset time) =>
        All.All(pause => pause.From < time) ? this : new ClockPauses([.. All.Where(pause => pause.From < time)]);

    /// <summary>As the calendar takes a pause.</summary>
    public static Interval IntervalOf(ClockPause pause) => new(
        Instant.FromDateTimeOffset(pause.From), pause.To is { } to ? Instant.FromDateTimeOffset(to) : null);

    private static void AddOf(List<ClockPause> pauses, CaseFacts facts, PauseCause cause)
    {
        if (cause is PauseCause.Embargo)
        {
            EmbargoTimes.AddTo(pauses, facts);
            return;
        }

        foreach (var (id, said) in facts.Questions)
        {
            DateTimeOffset? to = null;
            foreach (var answer in facts.Provided)
            {
                var at = answer.RequestId == id ? facts.When(id, answer.OccurredAt).To : (DateTimeOffset?)null;
                to = to is null || at < to ? at ?? to : to;
            }

            pauses.Add(new ClockPause(id, facts.When(id, said.OccurredAt).From, to, ClockPause.InformationRequested));
        }
    }
}
