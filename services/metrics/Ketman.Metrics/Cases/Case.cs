using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Confidential;

namespace Ketman.Metrics.Cases;

/// <summary>Where a case stands.</summary>
public enum CaseStatus
{
    /// <summary>The team works on it.</summary>
    Open,

    /// <summary>It came to a result.</summary>
    Resolved,

    /// <summary>Put away.</summary>
    Closed,
}

/// <summary>
/// One disclosure as its standing facts tell it: what was retracted is gone (Disclosures retracts what rests on a fact with
/// it, each by an event of its own), and payments are as corrected. It is a pure view; <see cref="Until"/> gives the same case as it stood at the end of a day.
/// </summary>
public sealed class Case
{
    // Day by day, so that what a day knows is the beginning of it.
    private readonly ArraySegment<Fact> _facts;
    private readonly ArraySegment<Payment> _payments;
    // Which kinds there are among all of the case: most kinds are not, and then need not be looked for.
    private readonly UInt128 _kinds;

    private Case(
        Known<DisclosureOpened> opening, ArraySegment<Fact> facts, UInt128 kinds, ArraySegment<Payment> payments, CaseConfidentiality confidentiality, TeamCalendar calendar)
    {
        Opening = opening;
        Confidentiality = confidentiality;
        _facts = facts;
        _kinds = kinds;
        _payments = payments;
        Calendar = calendar;
    }

    /// <summary>Its id.</summary>
    public Guid Id => Opening.Said.DisclosureId;

    /// <summary>Whose case it is.</summary>
    public Guid CompanyId => Opening.Said.CompanyId;

    /// <summary>How it was opened.</summary>
    public Known<DisclosureOpened> Opening { get; }

    /// <summary>Who may know of it: as it is known now, on whatever day the case is looked at.</summary>
    public CaseConfidentiality Confidentiality { get; }

    /// <summary>Payments to workers, as corrected, in the order in which they were paid.</summary>
    public IReadOnlyList<Payment> Payments => _payments;

    /// <summary>The calendar it is read by.</summary>
    public TeamCalendar Calendar { get; }

    /// <summary>What <see cref="Cases.Contact"/> has read of it; null: nobody has asked.</summary>
    internal Contact? Contact { get; set; }

    /// <summary>The facts that stand, in the order in which they happened.</summary>
    public IReadOnlyList<Fact> Facts => _facts;

    /// <summary>Whether the company asked that this case be kept private.</summary>
    public bool PrivacyRequested => Of<PrivacyRequested>().Any();

    /// <summary>Where it stands: what was recorded last of opening, resolving, closing and reopening.</summary>
    public CaseStatus Status
    {
        get
        {
            var last = (Fact?)null;
            foreach (var fact in _facts)
            {
                if (IsStep(fact) && (last is null || fact.Version > last.Version))
                {
                    last = fact;
                }
            }

            return last?.Said switch
            {
                DisclosureResolved => CaseStatus.Resolved,
                DisclosureClosed => CaseStatus.Closed,
                _ => CaseStatus.Open,
            };
        }
    }

    /// <summary>The case that <paramref name="facts"/> of one stream tell, or null without its opening.</summary>
    public static Case? From(IEnumerable<Fact> facts, TeamCalendar calendar)
    {
        var all = facts as IReadOnlyCollection<Fact> ?? [.. facts];
        HashSet<Guid>? retracted = null;
        foreach (var fact in all)
        {
            if (fact.Said is FactRetracted said)
            {
                (retracted ??= []).Add(said.FactId);
            }
        }

        Fact[] standing = retracted is null ? [.. all] : [.. all.Where(fact => fact.Said is not FactRetracted && !retracted.Contains(fact.Id))];
        Array.Sort(Array.ConvertAll(standing, fact => new Order(fact, calendar)), standing);
        if (Array.Find(standing, fact => fact.Said is DisclosureOpened) is not { Said: DisclosureOpened opened } opening)
        {
            return null;
        }

        var kinds = standing.Aggregate(UInt128.Zero, (known, fact) => known | FactKinds.Of(fact.Said.GetType()));
        return new Case(new Known<DisclosureOpened>(opening, opened), standing, kinds, Payment.From(standing, calendar), CaseConfidentiality.Of(standing, kinds), calendar);
    }

    /// <summary>The standing facts of one kind, in the order in which they happened.</summary>
    public IEnumerable<Known<T>> Of<T>() => (_kinds & FactKinds.Of(typeof(T))) == UInt128.Zero ? [] : Among<T>(_facts);

    /// <summary>
    /// The case as of the end of <paramref name="day"/>: what happened later is left out; that something was a mistake holds
    /// whenever it was noticed. A case that was opened later keeps what happened before: a payment in January is one though
    /// it was found in February.
    /// </summary>
    public Case Until(DateOnly day)
    {
        var (facts, payments) = (_facts.Count, _payments.Count);
        while (facts > 0 && Calendar.DateOf(_facts[facts - 1].At) > day)
        {
            facts--;
        }

        while (payments > 0 && Calendar.DateOf(_payments[payments - 1].At) > day)
        {
            payments--;
        }

        return facts == _facts.Count && payments == _payments.Count ? this : new(Opening, _facts[..facts], _kinds, _payments[..payments], Confidentiality, Calendar);
    }

    private static IEnumerable<Known<T>> Among<T>(ArraySegment<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.Said is T said)
            {
                yield return new Known<T>(fact, said);
            }
        }
    }

    private static bool IsStep(Fact fact) =>
        fact.Said is DisclosureOpened or DisclosureResolved or DisclosureClosed or DisclosureReopened;

    // As the calendar orders moments, worked out once for each fact; facts of one moment as they were recorded.
    private readonly record struct Order(int Day, bool IsInstant, long Ticks, long Version) : IComparable<Order>
    {
        public Order(Fact fact, TeamCalendar calendar)
            : this(calendar.DateOf(fact.At).DayNumber, fact.At.Precision is Precision.Instant, fact.At.Start.UtcTicks, fact.Version)
        {
        }

        public int CompareTo(Order other)
        {
            var byDay = Day.CompareTo(other.Day);
            var byPrecision = byDay != 0 ? byDay : IsInstant.CompareTo(other.IsInstant);
            var byTime = byPrecision != 0 ? byPrecision : Ticks.CompareTo(other.Ticks);
            return byTime != 0 ? byTime : Version.CompareTo(other.Version);
        }
    }
}
