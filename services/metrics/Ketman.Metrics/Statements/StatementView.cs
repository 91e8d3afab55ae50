using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>A statement with what its reader may know of it. Nothing is shown of a statement but through this.</summary>
public sealed class StatementView
{
    private readonly Func<Guid, Guid> _disguise;

    private StatementView(Statement statement, StatementReader reader, SmallNumbers numbers, Func<Guid, Guid> disguise)
    {
        (Statement, Reader, Numbers, _disguise) = (statement, reader, numbers, disguise);
    }

    /// <summary>Up to which marking it shows anything; it bears that marking itself.</summary>
    public Tlp Level => Reader.Clearance;

    /// <summary>The statement, with everything.</summary>
    internal Statement Statement { get; }

    internal StatementReader Reader { get; }

    internal SmallNumbers Numbers { get; }

    /// <summary>Counts the month for a reader.</summary>
    /// <param name="facts">In any order; more than the month needs does no harm.</param>
    /// <param name="month">The month.</param>
    /// <param name="reader">For whom.</param>
    /// <param name="now">When: embargoes end.</param>
    /// <param name="disguise">What stands for the id of a company that is not to be named.</param>
    public static StatementView Of(IReadOnlyCollection<Fact> facts, StatementMonth month, Reader reader, DateTimeOffset now, Func<Guid, Guid> disguise)
    {
        var statement = Statement.Compute(facts, month);
        var known = StatementReader.Of(facts, month.Calendar, reader, now);
        var bare = known.Sensitive.Count == 0 ? statement : Statement.Compute(facts.Where(fact => !known.Sensitive.Contains(fact.Subject)), month);
        return new StatementView(statement, known, SmallNumbers.Of(statement, bare, known), disguise);
    }

    /// <summary>The id under which a company that is not to be named stands in this statement.</summary>
    internal Guid Disguise(Guid company) => _disguise(company);
}
