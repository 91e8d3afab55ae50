using Ketman.Contracts;
using Ketman.Contracts.Disclosures;

namespace Ketman.Metrics.Cases;

/// <summary>What became of a commitment.</summary>
public enum PromiseState
{
    /// <summary>Its time has not run out.</summary>
    Open,

    /// <summary>Kept in time.</summary>
    Kept,

    /// <summary>Kept, but after its time.</summary>
    KeptLate,

    /// <summary>Its time ran out, and it is not kept.</summary>
    Missed,

    /// <summary>The case was resolved before its time ran out, so nothing is owed any more.</summary>
    Settled,
}

/// <summary>A date that the company promised, and what became of it.</summary>
/// <param name="Made">The promise.</param>
/// <param name="Kept">The event that it was kept by.</param>
/// <param name="OverdueAt">When its time runs out: a day at its end in the team's zone.</param>
/// <param name="State">What became of it.</param>
public sealed record Promise(Known<CommitmentMade> Made, Known<CommitmentKept>? Kept, DateTimeOffset OverdueAt, PromiseState State)
{
    /// <summary>The promises of a case, in the order in which they were made, as they stand at <paramref name="now"/>.</summary>
    public static IReadOnlyList<Promise> Of(Case known, DateTimeOffset now)
    {
        var kept = known.Of<CommitmentKept>().ToLookup(fact => fact.Said.CommitmentId);
        var resolved = known.Status is CaseStatus.Open ? null
            : known.Of<DisclosureResolved>().Select(fact => (Moment?)fact.At).LastOrDefault()
                ?? known.Of<DisclosureClosed>().Select(fact => (Moment?)fact.At).LastOrDefault();
        return [.. known.Of<CommitmentMade>().Select(made => Judge(known.Calendar, made, FirstOf(kept[made.Id]), resolved, now))];
    }

    private static Promise Judge(
        TeamCalendar calendar, Known<CommitmentMade> made, Known<CommitmentKept>? kept, Moment? resolved, DateTimeOffset now)
    {
        var overdueAt = calendar.EndOf(made.Said.Due);
        var state = kept is { } keeping ? IsInTime(calendar, keeping.At, made.Said.Due) ? PromiseState.Kept : PromiseState.KeptLate
            : resolved is { } end && IsInTime(calendar, end, made.Said.Due) ? PromiseState.Settled
            : now >= overdueAt ? PromiseState.Missed
            : PromiseState.Open;
        return new Promise(made, kept, overdueAt, state);
    }

    // Where one of the two is only known to the day, the whole day is in time: nobody is called late on a guess.
    private static bool IsInTime(TeamCalendar calendar, Moment done, Moment due) =>
        done.Precision is Precision.Instant && due.Precision is Precision.Instant
            ? done.Start <= due.Start
            : calendar.DateOf(done) <= calendar.DateOf(due);

    private static Known<CommitmentKept>? FirstOf(IEnumerable<Known<CommitmentKept>> kept) =>
        kept.Select(fact => (Known<CommitmentKept>?)fact).FirstOrDefault();
}
