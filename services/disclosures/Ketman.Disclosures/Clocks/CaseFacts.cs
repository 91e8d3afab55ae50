using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using NodaTime;

namespace Ketman.Disclosures.Clocks;

/// <summary>
/// The facts of a case that stand, sorted once for whatever asks for milestones and clocks: clocks are read after every append, so
/// looking through all facts again for each of them would be most of the cost of an append.
/// </summary>
internal sealed class CaseFacts
{
    private static readonly int Kinds = Enum.GetValues<Milestone>().Length;

    private readonly List<Happening>?[] _milestones = new List<Happening>?[Kinds];
    private readonly List<(Guid Id, Guid Account, Moment At)> _workers = [];
    private readonly List<(Guid Id, Guid Account, Moment At)> _revocations = [];
    private readonly List<(Guid Id, Guid Outreach)> _answered = [];
    private readonly List<(Guid Id, DisclosureAcknowledged Said)> _acknowledgements = [];
    private readonly HashSet<Guid> _annulled = [];
    private bool _arrivalsRead;
    private IReadOnlyList<Clock>? _clocks;

    /// <summary>Sorts the facts of a state.</summary>
    public CaseFacts(Disclosure state)
    {
        State = state;
        Policy = state.Pinned is { } pinned ? Policy.Of(pinned) : null;
        Zone = Policy?.Calendar.Zone ?? DateTimeZone.Utc;
        foreach (var fact in state.Facts.Values)
        {
            if (!fact.Retracted)
            {
                Sort(fact);
            }
        }

        Follow(state.Course);
        foreach (var milestone in _milestones)
        {
            milestone?.Sort();
        }
    }

    /// <summary>What it was read from.</summary>
    public Disclosure State { get; }

    /// <summary>The pinned policy; null: none.</summary>
    public Policy? Policy { get; }

    /// <summary>Where days are meant.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The end of the case, when it has ended and was not reopened.</summary>
    public Happening? End { get; private set; }

    /// <summary>From when to when the case was at an end, and then was reopened.</summary>
    public List<(Happening Ended, Happening Reopened)> Rests { get; } = [];

    /// <summary>The promises, in any order.</summary>
    public List<(Guid Id, CommitmentMade Said)> Commitments { get; } = [];

    /// <summary>The promises that were kept, in any order.</summary>
    public List<(Guid Id, CommitmentKept Said)> Kept { get; } = [];

    /// <summary>The questions of the team, in any order.</summary>
    public List<(Guid Id, UpdateRequested Said)> UpdateRequests { get; } = [];

    /// <summary>The pauses by a lead, in any order.</summary>
    public List<(Guid Id, ClockPaused Said)> Pauses { get; } = [];

    /// <summary>Their ends, by the pause.</summary>
    public Dictionary<Guid, ClockResumed> Resumed { get; } = [];

    /// <summary>The questions of the company, in any order.</summary>
    public List<(Guid Id, InformationRequested Said)> Questions { get; } = [];

    /// <summary>The answers to them, in any order.</summary>
    public List<InformationProvided> Provided { get; } = [];

    /// <summary>The embargoes, in any order.</summary>
    public List<(Guid Id, EmbargoSet Said)> Embargoes { get; } = [];

    /// <summary>When embargoes were lifted, in any order.</summary>
    public List<EmbargoLifted> Lifted { get; } = [];

    /// <summary>The extensions, in any order.</summary>
    public List<ClockExtended> Extensions { get; } = [];

    /// <summary>The steps of the ladder that were taken, in any order.</summary>
    public List<(Guid Id, EscalationStepTaken Said)> StepsTaken { get; } = [];

    /// <summary>The warnings that were given, in any order.</summary>
    public List<DeadlineNear> Warnings { get; } = [];

    /// <summary>The breaches that were recorded, annulled ones too, in any order.</summary>
    public List<(Fact Fact, SlaBreached Said)> Breaches { get; } = [];

    /// <summary>The policies that the case was put under, in any order.</summary>
    public List<Fact> Pins { get; } = [];

    /// <summary>The latest severity that was assessed.</summary>
    public Severity Severity { get; private set; }

    /// <summary>The clocks; worked out when first asked for.</summary>
    public IReadOnlyList<Clock> Clocks => _clocks ??= ClockReading.Read(this);

    /// <summary>Whether a breach was annulled.</summary>
    public bool IsAnnulled(Guid breach) => _annulled.Contains(breach);

    /// <summary>Reads when something happened.</summary>
    public Happening When(Guid id, Moment at) => Happening.Of(id, at, Zone);

    /// <summary>The occurrences of a milestone in the case as a whole, in order.</summary>
    public IReadOnlyList<Happening> Of(Milestone milestone)
    {
        if (milestone is Milestone.FirstDelivered && !_arrivalsRead)
        {
            _arrivalsRead = true;
            if (Arrivals.First(this, _milestones[(int)milestone], _answered, _acknowledgements) is { } first)
            {
                _milestones[(int)milestone] = [first];
            }
        }
        else if (milestone is Milestone.AccessRevoked && _revocations.Count > 0)
        {
            _milestones[(int)milestone] ??= Revocations.Complete(this, _workers, _revocations);
        }

        return _milestones[(int)milestone] ?? (IReadOnlyList<Happening>)[];
    }

    /// <summary>The occurrences of a milestone for one promise or request; of the case as a whole where it is none of theirs.</summary>
    public IReadOnlyList<Happening> Of(Milestone milestone, Guid? subject) => (milestone, subject) switch
    {
        (_, null) => Of(milestone),
        (Milestone.CommitmentMade, { } id) => [.. Commitments.Where(made => made.Id == id).Select(made => When(made.Id, made.Said.OccurredAt))],
        (Milestone.CommitmentDue, { } id) => [.. Commitments.Where(made => made.Id == id).Select(made => When(made.Id, made.Said.Due))],
        (Milestone.CommitmentKept, { } id) => [.. Kept.Where(kept => kept.Said.CommitmentId == id).Select(kept => When(kept.Id, kept.Said.OccurredAt)).Order()],
        (Milestone.UpdateRequested, { } id) => [.. UpdateRequests.Where(asked => asked.Id == id).Select(asked => When(asked.Id, asked.Said.OccurredAt))],
        _ => Of(milestone),
    };

    private void Sort(Fact fact)
    {
        switch (fact.Said)
        {
            case OutreachAttempted said:
                AddEarliest(Milestone.FirstAttempt, fact, said);
                break;
            case OutreachDelivered said:
                AddEarliest(Milestone.FirstDelivered, fact, said);
                break;
            case OutreachAnswered said:
                _answered.Add((fact.Id, said.OutreachId));
                if (!said.Automatic)
                {
                    Add(Milestone.CompanyWord, fact, said);
                }

                break;
            case DisclosureAcknowledged said:
                _acknowledgements.Add((fact.Id, said));
                AddEarliest(Milestone.Acknowledged, fact, said);
                Add(Milestone.CompanyWord, fact, said);
                break;
            case ReactionClassified { Reaction: not Reaction.Silent } said:
                Add(Milestone.CompanyWord, fact, said);
                if (said.Reaction is not Reaction.Deferred)
                {
                    Add(Milestone.Triaged, fact, said);
                }

                break;
            case CommitmentMade said:
                Commitments.Add((fact.Id, said));
                Add(Milestone.CommitmentMade, fact, said);
                Add(Milestone.CompanyWord, fact, said);
                (_milestones[(int)Milestone.CommitmentDue] ??= []).Add(When(fact.Id, said.Due));
                break;
            case CommitmentKept said:
                Kept.Add((fact.Id, said));
                Add(Milestone.CommitmentKept, fact, said);
                break;
            case UpdateRequested said:
                UpdateRequests.Add((fact.Id, said));
                Add(Milestone.UpdateRequested, fact, said);
                break;
            case UpdateReceived:
                Add(Milestone.CompanyWord, fact, fact.Said);
                break;
            case WorkerConfirmed said:
                _workers.Add((fact.Id, said.AccountId, said.OccurredAt));
                break;
            case EngagementEstablished said:
                _workers.Add((fact.Id, said.AccountId, said.OccurredAt));
                break;
            case AccessRevoked said:
                _revocations.Add((fact.Id, said.AccountId, said.OccurredAt));
                break;
            case PrivacyRequested:
                Add(Milestone.PrivacyRequested, fact, fact.Said);
                Add(Milestone.CompanyWord, fact, fact.Said);
                break;
            case InformationRequested said:
                Questions.Add((fact.Id, said));
                Add(Milestone.CompanyWord, fact, said);
                break;
            case FinalNoticeGiven:
                Add(Milestone.FinalNotice, fact, fact.Said);
                break;
            case CompanyNamed:
                Add(Milestone.Published, fact, fact.Said);
                break;
            default:
                SortProceeding(fact);
                break;
        }
    }

    private void SortProceeding(Fact fact)
    {
        switch (fact.Said)
        {
            case InformationProvided said:
                Provided.Add(said);
                break;
            case EmbargoSet said:
                Embargoes.Add((fact.Id, said));
                break;
            case EmbargoLifted said:
                Lifted.Add(said);
                break;
            case SeverityAssessed said:
                Assess(fact.Id, said);
                break;
            case ClockPaused said:
                Pauses.Add((fact.Id, said));
                break;
            case ClockResumed said:
                Resumed[said.PauseId] = Resumed.TryGetValue(said.PauseId, out var known) && known.OccurredAt <= said.OccurredAt ? known : said;
                break;
            case ClockExtended said:
                Extensions.Add(said);
                break;
            case EscalationStepTaken said:
                StepsTaken.Add((fact.Id, said));
                break;
            case DeadlineNear said:
                Warnings.Add(said);
                break;
            case PolicyPinned:
                Pins.Add(fact);
                break;
            case SlaBreached said:
                Breaches.Add((fact, said));
                break;
            case BreachAnnulled said:
                _annulled.Add(said.BreachId);
                break;
        }
    }

    private (DateTimeOffset At, Severity Severity) _assessed = (DateTimeOffset.MinValue, default);

    // Of two assessments at one time the more severe one counts, in whichever order they were recorded.
    private void Assess(Guid id, SeverityAssessed said)
    {
        var assessed = (When(id, said.OccurredAt).From, said.Severity);
        if (assessed.CompareTo(_assessed) >= 0)
        {
            _assessed = assessed;
            Severity = said.Severity;
        }
    }

    private void Add(Milestone milestone, Fact fact, IDomainEvent said) =>
        (_milestones[(int)milestone] ??= []).Add(When(fact.Id, said.OccurredAt));

    private void AddEarliest(Milestone milestone, Fact fact, IDomainEvent said)
    {
        var happening = When(fact.Id, said.OccurredAt);
        if (_milestones[(int)milestone] is not { } known)
        {
            _milestones[(int)milestone] = [happening];
        }
        else if (happening.CompareTo(known[0]) < 0)
        {
            known[0] = happening;
        }
    }

    private void Follow(System.Collections.Immutable.ImmutableArray<CaseStep> course)
    {
        foreach (var (id, said) in course)
        {
            var at = When(id, said.OccurredAt);
            switch (said)
            {
                case DisclosureOpened:
                    _milestones[(int)Milestone.Opened] = [at];
                    break;
                case DisclosureReopened:
                    if (End is { } ended)
                    {
                        Rests.Add((ended, at));
                    }

                    End = null;
                    _milestones[(int)Milestone.Resolved] = _milestones[(int)Milestone.Closed] = null;
                    break;
                case DisclosureResolved:
                    End ??= at;
                    _milestones[(int)Milestone.Resolved] = [at];
                    break;
                case DisclosureClosed:
                    End ??= at;
                    _milestones[(int)Milestone.Closed] = [at];
                    break;
            }
        }

        if (EmbargoTimes.EndOf(this) is { } end)
        {
            _milestones[(int)Milestone.EmbargoEnds] = [end];
        }
    }
}
