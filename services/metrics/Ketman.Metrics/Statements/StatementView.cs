using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>A month's facts, read and counted once, from which a statement is cut for any number of readers.</summary>
internal sealed class StatementDraft
{
    private readonly Casebook _book;
    private readonly IReadOnlyCollection<Fact> _facts;
    private readonly Func<Guid, Guid> _disguise;

    /// <summary>Counts the month.</summary>
    /// <param name="facts">In any order; more than the month needs does no harm.</param>
    /// <param name="month">The month.</param>
    /// <param name="disguise">What stands for the id of a company that is not to be named.</param>
    /// <param name="notes">What the team wrote to its sections.</param>
    public StatementDraft(IReadOnlyCollection<Fact> facts, StatementMonth month, Func<Guid, Guid> disguise, params IReadOnlyList<StatementNote> notes)
    {
        (_facts, Month, _disguise, Notes) = (facts, month, disguise, notes);
        _book = Casebook.From(facts, month.Calendar);
        Statement = Statement.Compute(_book, month);
    }

    public StatementMonth Month { get; }

    /// <summary>The statement, with everything.</summary>
    public Statement Statement { get; }

    public IReadOnlyList<StatementNote> Notes { get; }

    public Casebook Book => _book;

    public IReadOnlyCollection<Fact> Facts => _facts;

    /// <summary>Cuts it for a reader.</summary>
    /// <param name="reader">For whom.</param>
    /// <param name="now">When: embargoes end.</param>
    public StatementView For(Reader reader, DateTimeOffset now)
    {
        var known = StatementReader.Of(_book, _facts, reader, now);
        var bare = known.Sensitive.Count == 0 ? Statement : Statement.Compute(_book.Without(known.Sensitive), Month);
        return new StatementView(Statement, known, SmallNumbers.Of(Statement, bare, known), _disguise, Notes);
    }
}

/// <summary>A statement with what its reader may know of it. Nothing is shown of a statement but through this.</summary>
public sealed class StatementView
{
    private readonly Func<Guid, Guid> _disguise;
    private readonly IReadOnlyList<StatementNote> _notes;

    internal StatementView(Statement statement, StatementReader reader, SmallNumbers numbers, Func<Guid, Guid> disguise, IReadOnlyList<StatementNote> notes)
    {
        (Statement, Reader, Numbers, _disguise, _notes) = (statement, reader, numbers, disguise, notes);
    }

    /// <summary>Up to which marking it shows anything; it bears that marking itself.</summary>
    public Tlp Level => Reader.Clearance;

    /// <summary>The statement, with everything.</summary>
    internal Statement Statement { get; }

    internal StatementReader Reader { get; }

    internal SmallNumbers Numbers { get; }

    /// <summary>What the team wrote, as far as it may go.</summary>
    internal IEnumerable<StatementNote> Notes => _notes.Where(note => note.Marking <= Level);

    /// <summary>Counts the month for a reader.</summary>
    /// <param name="facts">In any order; more than the month needs does no harm.</param>
    /// <param name="month">The month.</param>
    /// <param name="reader">For whom.</param>
    /// <param name="now">When: embargoes end.</param>
    /// <param name="disguise">What stands for the id of a company that is not to be named.</param>
    /// <param name="notes">What the team wrote to its sections.</param>
    public static StatementView Of(
        IReadOnlyCollection<Fact> facts, StatementMonth month, Reader reader, DateTimeOffset now, Func<Guid, Guid> disguise, params IReadOnlyList<StatementNote> notes) =>
        new StatementDraft(facts, month, disguise, notes).For(reader, now);

    /// <summary>The id under which a company that is not to be named stands in this statement.</summary>
    internal Guid Disguise(Guid company) => _disguise(company);
}
