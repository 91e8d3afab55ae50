using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Figures;

/// <summary>What the facts of a case say of its milestones and attempts, read in one pass.</summary>
internal sealed class CaseTraces
{
    private readonly Case _case;
    private readonly Moment?[] _first = new Moment?[Measure.Milestones];
    private readonly HashSet<Guid> _delivered = [];
    private readonly HashSet<Guid> _bounced = [];
    private readonly HashSet<Guid> _machine = [];
    private readonly Dictionary<Guid, Moment> _answered = [];
    private readonly List<Moment> _words = [];
    private readonly Dictionary<Guid, Moment> _workers = [];
    private readonly List<(Guid Account, Moment At)> _revocations = [];

    public CaseTraces(Case known)
    {
        _case = known;
        _first[(int)CaseMilestone.Opened] = known.Opening.At;
        foreach (var fact in known.Facts)
        {
            Read(fact);
        }

        if (known.Status is not CaseStatus.Open)
        {
            _first[(int)CaseMilestone.Resolved] = known.Of<DisclosureResolved>().Select(said => (Moment?)said.At).LastOrDefault();
            _first[(int)CaseMilestone.Ended] = known.Facts.Where(fact => fact.Said is DisclosureResolved or DisclosureClosed).Select(fact => (Moment?)fact.At).LastOrDefault();
        }
    }

    /// <summary>Every word of a human of the company, in order.</summary>
    public IReadOnlyList<Moment> Words => _words;

    /// <summary>When a human of the company first answered or acknowledged; null: nobody did.</summary>
    public Moment? Answered { get; private set; }

    /// <summary>The milestones.</summary>
    public Moment?[] Times(Contact contact)
    {
        _first[(int)CaseMilestone.FirstDelivered] = contact.Delivered?.At;
        if (contact.Delivered is { } arrival)
        {
            _delivered.Add(arrival.Outreach);
        }

        _first[(int)CaseMilestone.AccessRevoked] = AllRevoked();
        return _first;
    }

    /// <summary>An attempt with what came of it.</summary>
    public MeasuredAttempt Attempt(Known<OutreachAttempted> attempt) => new(
        attempt.Said.Channel, attempt.At, _delivered.Contains(attempt.Id), _bounced.Contains(attempt.Id), _machine.Contains(attempt.Id),
        _answered.TryGetValue(attempt.Id, out var at) ? at : null);

    // Facts come in the order in which they happened, so the first of a kind is the earliest.
    private void Read(Fact fact)
    {
        switch (fact.Said)
        {
            case OutreachAttempted:
                First(CaseMilestone.FirstAttempt, fact);
                break;
            case OutreachDelivered said:
                _delivered.Add(said.OutreachId);
                break;
            case OutreachBounced said:
                _bounced.Add(said.OutreachId);
                break;
            case OutreachAnswered { Automatic: true } said:
                _delivered.Add(said.OutreachId);
                _machine.Add(said.OutreachId);
                break;
            case OutreachAnswered said:
                Answer(said.OutreachId, fact);
                break;
            case DisclosureAcknowledged said:
                First(CaseMilestone.Acknowledged, fact);
                Answer(said.OutreachId, fact);
                break;
            case ReactionClassified said:
                First(CaseMilestone.Classified, fact);
                if (said.Reaction is not Reaction.Silent)
                {
                    Word(fact);
                }

                if (said.Reaction is not (Reaction.Silent or Reaction.Deferred))
                {
                    First(CaseMilestone.Triaged, fact);
                }

                break;
            case CommitmentMade or UpdateReceived or PrivacyRequested or InformationRequested:
                Word(fact);
                break;
            case WorkerConfirmed said:
                _workers.TryAdd(said.AccountId, fact.At);
                break;
            case EngagementEstablished said:
                _workers.TryAdd(said.AccountId, fact.At);
                break;
            case AccessRevoked said:
                First(CaseMilestone.FirstRevocation, fact);
                _revocations.Add((said.AccountId, fact.At));
                break;
        }
    }

    private void First(CaseMilestone milestone, Fact fact) => _first[(int)milestone] ??= fact.At;

    private void Word(Fact fact)
    {
        First(CaseMilestone.CompanyWord, fact);
        _words.Add(fact.At);
    }

    private void Answer(Guid? outreach, Fact fact)
    {
        Answered ??= fact.At;
        Word(fact);
        if (outreach is { } attempt)
        {
            _delivered.Add(attempt);
            _answered.TryAdd(attempt, fact.At);
        }
    }

    // As the clocks of Disclosures have it: a worker who became known later does not undo that all were out before.
    private Moment? AllRevoked()
    {
        var known = _workers.Count > 0 ? _workers : _case.Opening.Said.AccountIds.Distinct().ToDictionary(account => account, _ => _case.Opening.At);
        HashSet<Guid> revoked = [];
        foreach (var (account, at) in _revocations)
        {
            revoked.Add(account);
            if (known.All(worker => revoked.Contains(worker.Key) || IsCertainlyLater(worker.Value, at)))
            {
                return at;
            }
        }

        return null;
    }

    private bool IsCertainlyLater(Moment one, Moment than) =>
        one.Precision is Precision.Instant && than.Precision is Precision.Instant ? one.Start > than.Start : _case.Calendar.DateOf(one) > _case.Calendar.DateOf(than);
}
