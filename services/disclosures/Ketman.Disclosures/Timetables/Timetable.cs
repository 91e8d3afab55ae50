using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;

namespace Ketman.Disclosures.Timetables;

/// <summary>What sort of thing is due.</summary>
public enum DueKind
{
    /// <summary>A clock runs out.</summary>
    Clock,

    /// <summary>A step of the ladder, which a person takes.</summary>
    Step,

    /// <summary>The countdown of a final notice ends, or the day comes for which a publication is scheduled.</summary>
    Publication,
}

/// <summary>Whose turn it is.</summary>
public enum DueSide
{
    /// <summary>The team's.</summary>
    Us,

    /// <summary>The company's.</summary>
    Company,
}

/// <summary>One thing that is due in a case, or was and still is owed.</summary>
/// <param name="Kind">What sort.</param>
/// <param name="Name">Its name, unique among its kind in the case.</param>
/// <param name="Title">In words.</param>
/// <param name="SubjectId">Of a clock kept per promise or question: which.</param>
/// <param name="OwedBy">Whose turn it is.</param>
/// <param name="DueAt">When its time runs out, or ran out; null: never, because it is paused without an end.</param>
/// <param name="Since">Since when it is owed: its anchor.</param>
/// <param name="Paused">Whether it stands still.</param>
/// <param name="PausedUntil">Until when; null: until somebody lets it run on, or it does not stand still.</param>
/// <param name="Breached">Whether its time has run out.</param>
public sealed record TimetableDue(
    DueKind Kind, string Name, string Title, Guid? SubjectId, DueSide OwedBy, DateTimeOffset? DueAt, Moment Since, bool Paused, DateTimeOffset? PausedUntil, bool Breached);

/// <summary>What is running, coming, or ran out and is still owed in a case.</summary>
/// <param name="Id">The case.</param>
/// <param name="Version">The version of its stream that this follows from.</param>
/// <param name="Dues">What ran out or runs out first, first; what never does, last.</param>
/// <param name="NextWarning">When people are next warned; null: no warning is coming.</param>
public sealed record Timetable(Guid Id, long Version, IReadOnlyList<TimetableDue> Dues, DateTimeOffset? NextWarning)
{
    /// <summary>The timetable of a case: empty when it is not open, because then nothing is owed any more.</summary>
    public static Timetable Of(Guid id, long version, Disclosure state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Status is not DisclosureStatus.Open || state.Erased || state.Pinned is null
            ? new Timetable(id, version, [], null)
            : new Timetable(
                id, version,
                [.. Clocks(state, now).Concat(Steps(state, now)).Concat(Publications(state, now)).OrderBy(due => due.DueAt ?? DateTimeOffset.MaxValue).ThenBy(due => due.Kind).ThenBy(due => due.Name, StringComparer.Ordinal)],
                ClockComings.Of(state, caughtUp: false).Where(coming => coming.Event is DeadlineNear && coming.At > now).Select(coming => (DateTimeOffset?)coming.At).Min());
    }

    // What was stopped is owed no more, late or not.
    private static IEnumerable<TimetableDue> Clocks(Disclosure state, DateTimeOffset now) =>
        CaseClocks.Of(state).Where(clock => clock.StoppedAt is null).Select(clock =>
        {
            var pause = clock.StatusAt(now) is ClockStatus.Paused ? clock.Pauses.FirstOrDefault(one => one.From <= now && !(one.To <= now)) : null;
            return new TimetableDue(
                DueKind.Clock, clock.Name, clock.Terms.Title, clock.SubjectId, clock.Terms.OwedBy is Party.Company ? DueSide.Company : DueSide.Us,
                clock.DueAt, clock.AnchoredAt, pause is not null, pause?.To, clock.DueAt <= now);
        });

    // Those that the platform takes itself are nobody's turn.
    private static IEnumerable<TimetableDue> Steps(Disclosure state, DateTimeOffset now) =>
        LadderSteps.Of(state).Where(step => step.CanBeTaken && step.Terms.TakenBy is StepTaker.Person && step.Due is not null).Select(step => new TimetableDue(
            DueKind.Step, step.Terms.Step, step.Terms.Title, null, DueSide.Us, step.Due!.At, step.Due.AnchoredAt, step.Due.At is null, null, step.Due.At <= now));

    // Until somebody proposed to name it, the company can still move; from then on it is the team that has to.
    private static IEnumerable<TimetableDue> Publications(Disclosure state, DateTimeOffset now)
    {
        var publication = PublicationState.Of(state);
        if (publication is not { Notice: { Arrived: true } notice, Phase: PublicationPhase.Noticed or PublicationPhase.Proposed or PublicationPhase.Approved or PublicationPhase.Scheduled }
            || PublicationRules.Of(state) is not { } rules)
        {
            yield break;
        }

        var ends = PublicationConditions.NoticeEnds(state, notice, rules.NoticePeriod);
        var due = publication.Schedule is { } schedule && schedule.For > ends ? schedule.For : ends;
        yield return new TimetableDue(
            DueKind.Publication, "publication", publication.Schedule is null ? "The notice period ends" : "The publication is scheduled", null,
            publication.Phase is PublicationPhase.Noticed ? DueSide.Company : DueSide.Us, due, notice.Said.OccurredAt, false, null, due <= now);
    }
}
