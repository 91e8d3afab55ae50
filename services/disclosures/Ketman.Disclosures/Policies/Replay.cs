using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Ladder;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Policies;

/// <summary>What time brings about in a case.</summary>
public enum ReplayedKind
{
    /// <summary>The time of a clock runs out.</summary>
    Breach,

    /// <summary>A step of the ladder becomes due.</summary>
    Step,

    /// <summary>From then on the policy lets the case be published.</summary>
    Publishable,
}

/// <summary>What differs between two policies in a case.</summary>
/// <param name="Kind">A breach, a step, or that the case may be published.</param>
/// <param name="Name">The clock or the step.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="Before">When it is under the policy that the case has; null: it is not.</param>
/// <param name="After">When it would be under the draft; null: it would not be.</param>
public sealed record ReplayDifference(ReplayedKind Kind, string Name, Guid? SubjectId, DateTimeOffset? Before, DateTimeOffset? After);

/// <summary>Something that time brought about in a replay.</summary>
internal readonly record struct Replayed(ReplayedKind Kind, string Name, Guid? SubjectId, DateTimeOffset At);

/// <summary>Goes through what happened in a case again, in the order in which it happened, and sees what time would have brought about.</summary>
/// <remarks>
/// Facts are taken as they are known now, each at its own time, whenever it was recorded: what was learnt late would otherwise
/// look like the policy's doing. The policy that the case has is replayed in the same way, so that both are compared alike.
/// </remarks>
internal static class Replay
{
    /// <summary>What time brings about until <paramref name="until"/>, as far as it is not taken back again.</summary>
    /// <param name="id">The case.</param>
    /// <param name="history">Its events.</param>
    /// <param name="draft">Under this policy from the opening on; null: under those that it has.</param>
    /// <param name="until">Until when.</param>
    public static IReadOnlyList<Replayed> OfCase(Guid id, IReadOnlyList<PastEvent> history, PolicyText? draft, DateTimeOffset until)
    {
        var stream = DisclosureStream.Aggregate.StreamOf(id);
        var found = new List<(Guid Id, Replayed What)>();
        var state = DisclosureStream.Aggregate.Initial;
        foreach (var happened in Facts(history, draft))
        {
            // What is due at the very time of a fact is met by it.
            var at = happened.Data.OccurredAt.Start;
            Pass(at.AddMicroseconds(-1));
            state = Disclosure.Evolve(state, happened.Id, happened.Data);
            var following = Proceedings.FollowingFrom(state, [(happened.Id, happened.Data)], at).ToList();
            for (var ordinal = 0; ordinal < following.Count; ordinal++)
            {
                state = Disclosure.Evolve(state, DeterministicId.From($"{stream}-replay", $"{happened.Id:D}:{ordinal}"), following[ordinal]);
                TakeBack(following[ordinal]);
            }
        }

        Pass(until);
        return [.. found.Select(one => one.What)];

        // A step that something cancelled was due all the same, unless what it counts from turned out never to have been.
        void TakeBack(IDomainEvent data) => found.RemoveAll(one => data switch
        {
            BreachAnnulled annulled => one.Id == annulled.BreachId,
            EscalationStepCancelled cancelled => one.What.Kind is not ReplayedKind.Breach && one.What.Name == cancelled.Step
                && !LadderSteps.Of(state).Any(step => step.Terms.Step == cancelled.Step && step.Due?.At == one.What.At),
            _ => false,
        });

        void Pass(DateTimeOffset now)
        {
            foreach (var (noticed, data) in Proceedings.UpTo(state, now, DateTimeOffset.MinValue, name => DeterministicId.From(stream, name)))
            {
                state = Disclosure.Evolve(state, noticed, data);
                if (Told(state, data) is { } what)
                {
                    found.Add((noticed, what));
                }
            }
        }
    }

    /// <summary>What differs, in the order of time.</summary>
    public static IReadOnlyList<ReplayDifference> Between(IReadOnlyList<Replayed> before, IReadOnlyList<Replayed> after)
    {
        var keys = before.Concat(after).Select(one => (one.Kind, one.Name, one.SubjectId)).Distinct();
        return
        [
            .. keys.SelectMany(key => Pairs(key, TimesOf(before, key), TimesOf(after, key)))
                .Where(difference => difference.Before != difference.After)
                .OrderBy(difference => difference.Before ?? difference.After).ThenBy(difference => difference.Name, StringComparer.Ordinal),
        ];
    }

    private static List<DateTimeOffset> TimesOf(IReadOnlyList<Replayed> happened, (ReplayedKind Kind, string Name, Guid? SubjectId) key) =>
        [.. happened.Where(one => (one.Kind, one.Name, one.SubjectId) == key).Select(one => one.At).Order()];

    // The same clock can run out several times (its time moved); what is the same on both sides is not said.
    private static IEnumerable<ReplayDifference> Pairs(
        (ReplayedKind Kind, string Name, Guid? SubjectId) key, List<DateTimeOffset> before, List<DateTimeOffset> after)
    {
        var (gone, come) = (before.Except(after).ToList(), after.Except(before).ToList());
        for (var at = 0; at < Math.Max(gone.Count, come.Count); at++)
        {
            yield return new ReplayDifference(
                key.Kind, key.Name, key.SubjectId, at < gone.Count ? gone[at] : null, at < come.Count ? come[at] : null);
        }
    }

    private static Replayed? Told(Disclosure state, IDomainEvent data) => data switch
    {
        SlaBreached breach => new Replayed(ReplayedKind.Breach, breach.Clock, breach.SubjectId, breach.OccurredAt.Start),
        EscalationStepDue due => new Replayed(
            Policy.Of(state.Pinned!).Document.Ladder.Any(step => step.Step == due.Step && step.Kind is StepKind.Publishable)
                ? ReplayedKind.Publishable : ReplayedKind.Step,
            due.Step, null, due.OccurredAt.Start),
        _ => null,
    };

    /// <summary>What happened and stands, in the order of its times; with a draft, it is what the case is opened under.</summary>
    private static IEnumerable<PastEvent> Facts(IReadOnlyList<PastEvent> history, PolicyText? draft)
    {
        var known = history.Aggregate(DisclosureStream.Aggregate.Initial, (state, one) => Disclosure.Evolve(state, one.Id, one.Data));
        var facts = history.Where(one => !IsOfTime(one.Data) && !(draft is not null && one.Data is PolicyPinned))
            .Where(one => one.Data is not (FactRetracted or PaymentCorrected) && known.Facts.GetValueOrDefault(one.Id) is not { Retracted: true })
            .Select((one, index) => (One: one, Index: index)).OrderBy(pair => pair.One.Data.OccurredAt).ThenBy(pair => pair.Index).Select(pair => pair.One).ToList();
        // A fact may be older than the opening, a merge say; the case begins with the opening all the same.
        var opening = facts.First(one => one.Data is DisclosureOpened);
        facts.Remove(opening);
        return draft is null
            ? [opening, .. facts]
            : [opening, new PastEvent(DeterministicId.From("replay", $"{opening.Id:D}:{draft.Digest}"), Pinned(history, draft, opening.Data.OccurredAt)), .. facts];
    }

    // What the platform noticed is what a replay finds out anew.
    private static bool IsOfTime(IDomainEvent data) =>
        data is DeadlineNear or SlaBreached or BreachAnnulled or EscalationStepDue or EscalationStepCancelled or PublicationStopped
            or EscalationStepTaken { OutreachId: null, By: "platform" };

    private static PolicyPinned Pinned(IReadOnlyList<PastEvent> history, PolicyText draft, Moment at)
    {
        var calendar = history.Select(one => one.Data).OfType<PolicyPinned>().LastOrDefault(pin => pin.Calendar is not null)?.Calendar;
        return new PolicyPinned(at, draft.Document.Name, 0, draft.Text, draft.Document.CompanyCalendar ? calendar : null, null);
    }
}
