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
    private readonly IReadOnlyList<Fact> _facts;

    private Case(
        Known<DisclosureOpened> opening, IReadOnlyList<Fact> facts, IReadOnlyList<Payment> payments, CaseConfidentiality confidentiality, TeamCalendar calendar)
    {
        Opening = opening;
        Confidentiality = confidentiality;
        _facts = facts;
        Payments = payments;
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
    public IReadOnlyList<Payment> Payments { get; }

    /// <summary>The calendar it is read by.</summary>
    public TeamCalendar Calendar { get; }

    /// <summary>The facts that stand, in the order in which they happened.</summary>
    public IReadOnlyList<Fact> Facts => _facts;

    /// <summary>Whether the company asked that this case be kept private.</summary>
    public bool PrivacyRequested => Of<PrivacyRequested>().Any();

    /// <summary>Where it stands: what was recorded last of opening, resolving, closing and reopening.</summary>
    public CaseStatus Status => _facts.Where(IsStep).MaxBy(fact => fact.Version)?.Said switch
    {
        DisclosureResolved => CaseStatus.Resolved,
        DisclosureClosed => CaseStatus.Closed,
        _ => CaseStatus.Open,
    };

    /// <summary>The case that <paramref name="facts"/> of one stream tell, or null without its opening.</summary>
    public static Case? From(IEnumerable<Fact> facts, TeamCalendar calendar)
    {
        var all = facts as IReadOnlyCollection<Fact> ?? [.. facts];
        var retracted = all.Select(fact => fact.Said).OfType<FactRetracted>().Select(said => said.FactId).ToHashSet();
        var standing = all.Where(fact => fact.Said is not FactRetracted && !retracted.Contains(fact.Id))
            .OrderBy(fact => fact.At, calendar).ThenBy(fact => fact.Version).ToList();
        return standing.FirstOrDefault(fact => fact.Said is DisclosureOpened) is { Said: DisclosureOpened opened } opening
            ? new Case(new Known<DisclosureOpened>(opening, opened), standing, Payment.From(standing, calendar), CaseConfidentiality.Of(standing), calendar)
            : null;
    }

    /// <summary>The standing facts of one kind, in the order in which they happened.</summary>
    public IEnumerable<Known<T>> Of<T>() =>
        _facts.Where(fact => fact.Said is T).Select(fact => new Known<T>(fact, (T)fact.Said));

    /// <summary>
    /// The case as of the end of <paramref name="day"/>: what happened later is left out; that something was a mistake holds
    /// whenever it was noticed. A case that was opened later keeps what happened before: a payment in January is one though
    /// it was found in February.
    /// </summary>
    public Case Until(DateOnly day) => new(
        Opening,
        [.. _facts.Where(fact => Calendar.DateOf(fact.At) <= day)],
        [.. Payments.Where(payment => Calendar.DateOf(payment.At) <= day)],
        Confidentiality,
        Calendar);

    private static bool IsStep(Fact fact) =>
        fact.Said is DisclosureOpened or DisclosureResolved or DisclosureClosed or DisclosureReopened;
}
