using Ketman.Contracts;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Clocks;

/// <summary>Where a clock stands at a moment.</summary>
public enum ClockStatus
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It stands still.</summary>
    Paused,

    /// <summary>It was stopped in time.</summary>
    Met,

    /// <summary>It was stopped in time, because a grace was granted.</summary>
    MetInGrace,

    /// <summary>Its time ran out, whatever came later.</summary>
    Breached,

    /// <summary>The case ended before its time ran out, so nothing is owed any more.</summary>
    Ended,
}

/// <summary>A clock of a case as the facts known now tell it.</summary>
/// <param name="Terms">Its terms in the pinned policy.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="AnchorId">The event that it runs from.</param>
/// <param name="AnchoredAt">When that was.</param>
/// <param name="DueBefore">When its time would run out without extensions; null: never, because it is paused without end.</param>
/// <param name="DueAt">When its time runs out; null: never, because it is paused without end.</param>
/// <param name="StoppedById">What stopped it: the event that meets it, or the end of the case.</param>
/// <param name="StoppedAt">When.</param>
/// <param name="Ended">Whether it was stopped by the end of the case only.</param>
/// <param name="StoppedBeforeAnchor">The stop happened before the anchor: one of both times is doubtful, so it is flagged and not clamped.</param>
/// <param name="Pauses">What stood in its way, in order.</param>
/// <param name="Extensions">Who gave more time, in order.</param>
public sealed record Clock(
    ClockTerms Terms, Guid? SubjectId, Guid AnchorId, Moment AnchoredAt, DateTimeOffset? DueBefore, DateTimeOffset? DueAt, Guid? StoppedById,
    Moment? StoppedAt, bool Ended, bool StoppedBeforeAnchor, IReadOnlyList<ClockPause> Pauses, IReadOnlyList<ClockExtended> Extensions)
{
    /// <summary>Its name, unique in the case: <c>acknowledgement</c>, or <c>commitment:0198...</c> where it is kept per subject.</summary>
    public string Name => SubjectId is { } subject ? $"{Terms.Name}:{subject:D}" : Terms.Name;

    /// <summary>How its due time came about, before extensions.</summary>
    public required DueTime Due { get; init; }

    /// <summary>When its time runs out with its extensions, were there no earlier policy; null: never.</summary>
    public required DateTimeOffset? DueExtended { get; init; }

    /// <summary>When its time runs out, with every extension but a grace; null: never.</summary>
    public required DateTimeOffset? DueWithoutGrace { get; init; }

    /// <summary>The instant that counts as its stop: of a day, its beginning in the zone of the policy.</summary>
    public required DateTimeOffset? StoppedFrom { get; init; }

    /// <summary>Whether it was stopped in time, or nothing is owed any more.</summary>
    public bool IsInTime => StoppedFrom is not null && !StoppedAfter(DueAt);

    /// <summary>When its time runs out, or ran out, if nothing changes; null: it was stopped in time, or it never does.</summary>
    public DateTimeOffset? BreachAt => IsInTime ? null : DueAt;

    /// <summary>What came of it by being stopped in time; null: it was not, or not by what stops it.</summary>
    public ClockResult? Result => !IsInTime || Ended ? null : StoppedAfter(DueWithoutGrace) ? ClockResult.MetInGrace : ClockResult.Met;

    /// <summary>Where it stands.</summary>
    /// <param name="now">At which time.</param>
    public ClockStatus StatusAt(DateTimeOffset now)
    {
        if (IsInTime && StoppedFrom <= now)
        {
            return Ended ? ClockStatus.Ended : Result is ClockResult.MetInGrace ? ClockStatus.MetInGrace : ClockStatus.Met;
        }

        return DueAt <= now ? ClockStatus.Breached
            : Pauses.Any(pause => pause.From <= now && !(pause.To <= now)) ? ClockStatus.Paused
            : ClockStatus.Running;
    }

    // All of a day is in time when some of it is; the day that begins when a promise's day is over has nothing of it.
    private bool StoppedAfter(DateTimeOffset? due) => StoppedAt is { Precision: Precision.Day } ? StoppedFrom >= due : StoppedFrom > due;
}

/// <summary>A time during which a clock stood still.</summary>
/// <param name="FactId">The event that began it.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when; null: it still does.</param>
/// <param name="Reason"><c>paused</c> (by a lead), <c>information-requested</c>, <c>embargo</c>, or <c>case-ended</c> (and reopened since).</param>
public sealed record ClockPause(Guid FactId, DateTimeOffset From, DateTimeOffset? To, string Reason)
{
    /// <summary>A lead paused it.</summary>
    public const string ByLead = "paused";

    /// <summary>The company asked something and waits for the team.</summary>
    public const string InformationRequested = "information-requested";

    /// <summary>An embargo stood.</summary>
    public const string Embargo = "embargo";

    /// <summary>The case was at an end, and was reopened later.</summary>
    public const string CaseEnded = "case-ended";
}
