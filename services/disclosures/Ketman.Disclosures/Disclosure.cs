using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

/// <summary>Where a case stands.</summary>
public enum DisclosureStatus
{
    /// <summary>There is no case yet: the state before the first event.</summary>
    Unopened,

    /// <summary>The team works on it.</summary>
    Open,

    /// <summary>It came to a result; what follows from it may still be recorded.</summary>
    Resolved,

    /// <summary>Put away; only what came to light late may be added.</summary>
    Closed,
}

/// <summary>One fact of a case as it is known now.</summary>
/// <param name="Id">The id of the event that recorded it.</param>
/// <param name="Ordinal">Its place among the facts of the case, in the order of recording.</param>
/// <param name="Said">What is known; of a corrected payment, the correction.</param>
/// <param name="Retracted">Whether it was a mistake, and so counts nowhere.</param>
public sealed record Fact(Guid Id, int Ordinal, IDomainEvent Said, bool Retracted = false)
{
    /// <summary>The fact that this one cannot be without: an answer needs its attempt, and is taken back with it.</summary>
    public Guid? RestsOn => Said switch
    {
        OutreachDelivered delivered => delivered.OutreachId,
        OutreachBounced bounced => bounced.OutreachId,
        OutreachAnswered answered => answered.OutreachId,
        DisclosureAcknowledged acknowledged => acknowledged.AnswerId ?? acknowledged.OutreachId,
        CommitmentKept kept => kept.CommitmentId,
        InformationProvided provided => provided.RequestId,
        _ => null,
    };
}

/// <summary>A step of the case itself: it was opened, resolved, closed or reopened.</summary>
/// <param name="Id">The event.</param>
/// <param name="Said">What it says.</param>
public readonly record struct CaseStep(Guid Id, IDomainEvent Said);

/// <summary>
/// A case: one suspicion reported to one company, and all that followed. The state is what decisions need: the facts that
/// stand, and where the case is.
/// </summary>
/// <remarks>
/// Clocks, the ladder and publication are no state of their own: they follow from the facts and the pinned policy (Clocks, Ladder,
/// Publication), so a late or corrected fact moves them all. Who waits for whom on the board is read from the published facts by Metrics.
/// </remarks>
public sealed record Disclosure
{
    private CaseFacts? _standing;

    /// <summary>Where the case stands.</summary>
    public DisclosureStatus Status { get; init; }

    /// <summary>Since when: the opening, or the last step of resolving, closing and reopening.</summary>
    public Moment StatusSince { get; init; }

    /// <summary>How it was opened; null before that.</summary>
    public DisclosureOpened? Opening { get; init; }

    /// <summary>The result, while the case is resolved, or closed after that.</summary>
    public DisclosureResolved? Resolution { get; init; }

    /// <summary>The policy that the case runs under; null: it was opened before there were policies, so nothing runs.</summary>
    public PolicyPinned? Pinned { get; init; }

    /// <summary>Whether its words are erased.</summary>
    public bool Erased { get; init; }

    /// <summary>The steps of the case itself, in the order of recording, which is also that of their times.</summary>
    public ImmutableArray<CaseStep> Course { get; init; } = [];

    /// <summary>Every fact by its id, retracted ones too.</summary>
    public ImmutableDictionary<Guid, Fact> Facts { get; init; } = ImmutableDictionary<Guid, Fact>.Empty;

    /// <summary>The ids of the events that are no facts: the case's own steps, corrections and retractions.</summary>
    public ImmutableHashSet<Guid> Steps { get; init; } = [];

    /// <summary>What its people were told to keep to themselves.</summary>
    public Confidentiality Confidentiality => new(this);

    /// <summary>What the case was marked with last; null: nothing.</summary>
    public Tlp? Mark { get; init; }

    /// <summary>What facts were marked with last, by their ids.</summary>
    public ImmutableDictionary<Guid, Tlp> FactMarks { get; init; } = ImmutableDictionary<Guid, Tlp>.Empty;

    /// <summary>Who alone may know of the case; null: whoever is cleared for it.</summary>
    public IReadOnlyList<string>? RestrictedTo { get; init; }

    /// <summary>Who is in charge; null: nobody.</summary>
    public string? Assignee { get; init; }

    /// <summary>The words by which it is found.</summary>
    public ImmutableSortedSet<string> Tags { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The earliest acknowledgement that stands; null: no human of the company has answered yet.</summary>
    public Moment? AcknowledgedAt => Standing<DisclosureAcknowledged>().Select(known => (Moment?)known.Said.OccurredAt).Min();

    /// <summary>Whether the company asked for privacy.</summary>
    public bool WantsPrivacy => Standing<PrivacyRequested>().Any();

    /// <summary>
    /// What stands, sorted for whoever asks for milestones and clocks. It is worked out when first asked for and kept: a decision asks
    /// many times. A copy of the state carries it along, so what it was worked out from is checked.
    /// </summary>
    internal CaseFacts StandingFacts => _standing is { } known && ReferenceEquals(known.State, this) ? known : _standing = new CaseFacts(this);

    /// <summary>Whether an event with this id is recorded, by which a repeated command is recognised.</summary>
    public bool HasRecorded(Guid id) => Facts.ContainsKey(id) || Steps.Contains(id);

    /// <summary>The facts of one kind that stand, with their ids, in the order of recording.</summary>
    public IEnumerable<(Guid Id, TEvent Said)> Standing<TEvent>()
        where TEvent : class, IDomainEvent =>
        Facts.Values.Where(fact => fact is { Retracted: false, Said: TEvent }).OrderBy(fact => fact.Ordinal)
            .Select(fact => (fact.Id, (TEvent)fact.Said));

    /// <summary>Folds one event; never validates, never throws.</summary>
    public static Disclosure Evolve(Disclosure state, Guid id, IDomainEvent happened) => happened switch
    {
        DisclosureOpened opened => state.Became(DisclosureStatus.Open, id, opened) with { Opening = opened },
        DisclosureResolved resolved => state.Became(DisclosureStatus.Resolved, id, resolved) with { Resolution = resolved },
        DisclosureClosed closed => state.Became(DisclosureStatus.Closed, id, closed),
        DisclosureReopened reopened => state.Became(DisclosureStatus.Open, id, reopened) with { Resolution = null },
        DisclosureErased => state.Step(id) with { Erased = true },
        FactRetracted retracted => state.Step(id).Replace(retracted.FactId, fact => fact with { Retracted = true }),
        PaymentCorrected corrected => state.Step(id).Replace(corrected.PaymentId, fact => fact with { Said = corrected.AsPayment() }),
        DisclosureMarked marked => state.Step(id) with { Mark = marked.Marking },
        FactMarked marked => state.Step(id) with { FactMarks = state.FactMarks.SetItem(marked.FactId, marked.Marking) },
        DisclosureRestricted restricted => state.Step(id) with { RestrictedTo = restricted.People },
        DisclosureUnrestricted => state.Step(id) with { RestrictedTo = null },
        DisclosureAssigned assigned => state.Step(id) with { Assignee = assigned.To },
        DisclosureUnassigned => state.Step(id) with { Assignee = null },
        DisclosureTagged tagged => state.Step(id) with { Tags = state.Tags.Add(tagged.Tag) },
        DisclosureUntagged untagged => state.Step(id) with { Tags = state.Tags.Remove(untagged.Tag) },
        PolicyPinned pinned => state.Know(id, pinned) with { Pinned = pinned },
        _ => state.Know(id, happened),
    };

    /// <summary>Finds a fact that a command refers to, or says which rule the reference breaks.</summary>
    /// <param name="id">The fact's id.</param>
    /// <param name="what">What it should be, as the rule's name begins: <c>outreach</c> gives <c>outreach-unknown</c>.</param>
    /// <param name="said">The fact.</param>
    /// <param name="broken">The broken rule.</param>
    internal bool TryGet<TEvent>(
        Guid id, string what, [NotNullWhen(true)] out TEvent? said, [NotNullWhen(false)] out BrokenRule? broken)
        where TEvent : class, IDomainEvent
    {
        var fact = Facts.GetValueOrDefault(id);
        said = fact is { Retracted: false } ? fact.Said as TEvent : null;
        broken = said is not null ? null
            : fact is { Retracted: true, Said: TEvent }
                ? new BrokenRule($"{what}-retracted", $"This {what} was retracted, so it counts nowhere; record what really happened anew.")
                : new BrokenRule($"{what}-unknown", $"The case has no such {what}; name it by its id, or by the key that it was recorded with.");
        return said is not null;
    }

    private Disclosure Know(Guid id, IDomainEvent happened) => this with { Facts = Facts.SetItem(id, new Fact(id, Facts.Count, happened)) };

    private Disclosure Step(Guid id) => this with { Steps = Steps.Add(id) };

    private Disclosure Became(DisclosureStatus status, Guid id, IDomainEvent step) => Step(id) with
    {
        Status = status,
        StatusSince = step.OccurredAt,
        Course = Course.Add(new CaseStep(id, step)),
    };

    private Disclosure Replace(Guid id, Func<Fact, Fact> change) =>
        Facts.TryGetValue(id, out var fact) ? this with { Facts = Facts.SetItem(id, change(fact)) } : this;
}
