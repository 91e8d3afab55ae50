using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;

namespace Ketman.Metrics.Statements;

/// <summary>The cases of a statement as everybody who reads it is judged by them: what does not depend on the reader.</summary>
internal sealed class StatementCases
{
    private readonly Dictionary<Guid, (Guid Case, Tlp Mark)> _events;

    public StatementCases(Casebook book, IReadOnlyCollection<Fact> facts)
    {
        All = book.Cases;
        ById = book.Cases.ToDictionary(known => known.Id);
        ByCompany = book.Cases.Select(known => (known.Id, known.CompanyId, known.Confidentiality))
            .Concat(book.Others.Select(other => (other.Id, other.CompanyId, other.Confidentiality))).ToLookup(known => known.CompanyId, known => known.Confidentiality);
        Naming = new Naming(book);
        // In most cases nothing is marked by itself.
        var marked = facts.Where(fact => ById.TryGetValue(fact.Subject, out var known) && known.Confidentiality.FactMarks.Count > 0)
            .GroupBy(fact => fact.Subject).ToDictionary(told => told.Key, told => told.ToDictionary(fact => fact.Id));
        _events = new Dictionary<Guid, (Guid, Tlp)>(facts.Count);
        foreach (var fact in facts)
        {
            if (ById.TryGetValue(fact.Subject, out var known))
            {
                _events[fact.Id] = (fact.Subject, marked.TryGetValue(fact.Subject, out var byId) ? known.Confidentiality.MarkOf(fact, byId) : Tlp.Clear);
            }
        }
    }

    public IReadOnlyList<Case> All { get; }

    public IReadOnlyDictionary<Guid, Case> ById { get; }

    /// <summary>Who may know of the cases of a company, be they in the statement or not.</summary>
    public ILookup<Guid, CaseConfidentiality> ByCompany { get; }

    public Naming Naming { get; }

    /// <summary>Which case an event belongs to, and how far it may go; null: to none.</summary>
    public (Guid Case, Tlp Mark)? Event(Guid id) => _events.TryGetValue(id, out var known) ? known : null;
}
