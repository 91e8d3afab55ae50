using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>For whom a statement is: what he may know of cases, companies and events.</summary>
internal sealed class StatementReader
{
    private readonly Dictionary<Guid, Case> _cases;
    private readonly Dictionary<Guid, (Guid Case, Tlp Mark)> _events = [];
    private readonly HashSet<Guid> _admitted;
    private readonly ILookup<Guid, Case> _byCompany;
    private readonly Naming _naming;

    private StatementReader(Casebook book, IReadOnlyCollection<Fact> facts, Reader reader, DateTimeOffset now)
    {
        (Clearance, _naming) = (reader.Clearance, new Naming(book));
        _cases = book.Cases.ToDictionary(known => known.Id);
        _byCompany = book.Cases.ToLookup(known => known.CompanyId);
        _admitted = [.. book.Cases.Where(known => known.Confidentiality.Admits(reader, _naming.IsPrivate(known.CompanyId), now)).Select(known => known.Id)];
        Sensitive = book.Cases
            .Where(known => known.Confidentiality.IsRestrictedFor(reader) || (reader.Clearance < Tlp.Red && known.Confidentiality.IsEmbargoedAt(now)))
            .Select(known => known.Id).ToHashSet();
        foreach (var told in facts.Where(fact => _cases.ContainsKey(fact.Subject)).GroupBy(fact => fact.Subject))
        {
            // In most cases nothing is marked by itself.
            var confidentiality = _cases[told.Key].Confidentiality;
            var byId = confidentiality.FactMarks.Count == 0 ? null : told.ToDictionary(fact => fact.Id);
            foreach (var fact in told)
            {
                _events[fact.Id] = (fact.Subject, byId is null ? Tlp.Clear : confidentiality.MarkOf(fact, byId));
            }
        }
    }

    /// <summary>Up to which marking it may show anything.</summary>
    public Tlp Clearance { get; }

    /// <summary>
    /// The cases that must not even be noticed in a number: under embargo (for readers below TLP:RED), or restricted to people of whom the
    /// reader is none.
    /// </summary>
    public IReadOnlySet<Guid> Sensitive { get; }

    /// <summary>Reads who may know what.</summary>
    public static StatementReader Of(Casebook book, IReadOnlyCollection<Fact> facts, Reader reader, DateTimeOffset now) => new(book, facts, reader, now);

    /// <summary>Whether he may know of a case.</summary>
    public bool Knows(Guid disclosure) => _admitted.Contains(disclosure);

    /// <summary>Whether there is such a case here, known to him or not.</summary>
    public bool IsCase(Guid id) => _cases.ContainsKey(id);

    /// <summary>Whether he may know of an event: of a case, when he knows the case and the event goes so far; of anything else, from TLP:AMBER on.</summary>
    public bool KnowsEvent(Guid id) => _events.TryGetValue(id, out var known)
        ? Knows(known.Case) && known.Mark <= Clearance
        : Clearance >= Marking.Usual;

    /// <summary>The case that an event belongs to; null: to none.</summary>
    public Guid? CaseOf(Guid id) => _events.TryGetValue(id, out var known) ? known.Case : null;

    /// <summary>Whether the company may be named: he knows every case of it, and there is one.</summary>
    public bool Names(Guid company)
    {
        var own = _byCompany[company];
        return own.Any() && own.All(known => Knows(known.Id)) && (Clearance is Tlp.Red || !_naming.IsPrivate(company));
    }
}
