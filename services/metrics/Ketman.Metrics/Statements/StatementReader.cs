using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Metrics.Statements;

/// <summary>For whom a statement is: what he may know of cases, companies and events.</summary>
internal sealed class StatementReader
{
    private readonly StatementCases _cases;
    private readonly Reader _reader;
    private readonly DateTimeOffset _now;
    private readonly HashSet<Guid> _admitted;
    private readonly Dictionary<Guid, bool> _named = [];

    private StatementReader(StatementCases cases, Reader reader, DateTimeOffset now)
    {
        (Clearance, _cases, _reader, _now) = (reader.Clearance, cases, reader, now);
        _admitted = [.. cases.All.Where(known => known.Confidentiality.Admits(reader, cases.Naming.IsPrivate(known.CompanyId), now)).Select(known => known.Id)];
        Sensitive = cases.All
            .Where(known => known.Confidentiality.IsRestrictedFor(reader) || (reader.Clearance < Tlp.Red && known.Confidentiality.IsEmbargoedAt(now)))
            .Select(known => known.Id).ToHashSet();
    }

    /// <summary>Up to which marking it may show anything.</summary>
    public Tlp Clearance { get; }

    /// <summary>
    /// The cases that must not even be noticed in a number: under embargo (for readers below TLP:RED), or restricted to people of whom the
    /// reader is none.
    /// </summary>
    public IReadOnlySet<Guid> Sensitive { get; }

    /// <summary>Reads who may know what.</summary>
    public static StatementReader Of(StatementCases cases, Reader reader, DateTimeOffset now) => new(cases, reader, now);

    /// <summary>Whether he may know of a case.</summary>
    public bool Knows(Guid disclosure) => _admitted.Contains(disclosure);

    /// <summary>Whether there is such a case here, known to him or not.</summary>
    public bool IsCase(Guid id) => _cases.ById.ContainsKey(id);

    /// <summary>Whether he may know of an event: of a case, when he knows the case and the event goes so far; of anything else, from TLP:AMBER on.</summary>
    public bool KnowsEvent(Guid id) => _cases.Event(id) is { } known
        ? Knows(known.Case) && known.Mark <= Clearance
        : Clearance >= Marking.Usual;

    /// <summary>The case that an event belongs to; null: to none.</summary>
    public Guid? CaseOf(Guid id) => _cases.Event(id)?.Case;

    /// <summary>Whether the company may be named: he knows every case of it, and there is one.</summary>
    public bool Names(Guid company)
    {
        if (_named.TryGetValue(company, out var known))
        {
            return known;
        }

        var (own, isPrivate) = (_cases.ByCompany[company], _cases.Naming.IsPrivate(company));
        return _named[company] = own.Any() && own.All(one => one.Admits(_reader, isPrivate, _now)) && (Clearance is Tlp.Red || !isPrivate);
    }
}
