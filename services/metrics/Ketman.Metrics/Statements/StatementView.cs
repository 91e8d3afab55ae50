using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Statements;

/// <summary>A month's facts, read and counted once, from which a statement is cut for any number of readers.</summary>
internal sealed class StatementDraft
{
    private const int MostSets = 8;

    private readonly Func<Guid, Guid> _disguise;
    private readonly Lazy<StatementCases> _cases;
    private readonly Casebook _told;
    // Of the cases that must not be noticed there are few sets, and most readers share one.
    private readonly Lock _lock = new();
    private readonly List<(IReadOnlySet<Guid> Sensitive, Statement Bare)> _bare = [];

    /// <summary>Counts the month.</summary>
    /// <param name="facts">In any order; more than the month needs does no harm.</param>
    /// <param name="month">The month.</param>
    /// <param name="disguise">What stands for the id of a company that is not to be named.</param>
    /// <param name="notes">What the team wrote to its sections.</param>
    public StatementDraft(IReadOnlyCollection<Fact> facts, StatementMonth month, Func<Guid, Guid> disguise, params IReadOnlyList<StatementNote> notes)
        : this(facts, [], month, disguise, notes)
    {
    }

    /// <summary>Counts the month.</summary>
    /// <param name="content">What was read for it.</param>
    /// <param name="month">The month.</param>
    /// <param name="disguise">What stands for the id of a company that is not to be named.</param>
    /// <param name="notes">What the team wrote to its sections.</param>
    public StatementDraft(MonthContent content, StatementMonth month, Func<Guid, Guid> disguise, params IReadOnlyList<StatementNote> notes)
        : this(content.Facts, content.Others, month, disguise, notes)
    {
    }

    private StatementDraft(IReadOnlyCollection<Fact> facts, IReadOnlyList<OtherCase> others, StatementMonth month, Func<Guid, Guid> disguise, IReadOnlyList<StatementNote> notes)
    {
        (Facts, Month, _disguise, Notes) = (facts, month, disguise, notes);
        Book = Casebook.From(facts, others, month.Calendar);
        _told = Book.Until(month.Last);
        Statement = Statement.Compute(Book, _told, month);
        _cases = new Lazy<StatementCases>(() => new StatementCases(Book, facts));
    }

    // Notes are not counted.
    private StatementDraft(StatementDraft draft, IReadOnlyList<StatementNote> notes)
    {
        (Facts, Month, _disguise, Notes) = (draft.Facts, draft.Month, draft._disguise, notes);
        (Book, _told, Statement, _cases, _lock, _bare) = (draft.Book, draft._told, draft.Statement, draft._cases, draft._lock, draft._bare);
    }

    public StatementMonth Month { get; }

    /// <summary>The statement, with everything.</summary>
    public Statement Statement { get; }

    public IReadOnlyList<StatementNote> Notes { get; }

    public Casebook Book { get; }

    public IReadOnlyCollection<Fact> Facts { get; }

    /// <summary>When the next embargo of its cases ends: what a reader may know of it is another thing then.</summary>
    public DateTimeOffset? NextEnd(DateTimeOffset now) => Confidentialities.Where(known => known.IsEmbargoedAt(now)).Min(known => known.EmbargoEnds);

    /// <summary>Everybody who is one of the people that a case is restricted to.</summary>
    public IEnumerable<string> Named => Confidentialities.SelectMany(known => known.People ?? []);

    private IEnumerable<CaseConfidentiality> Confidentialities => Book.Cases.Select(known => known.Confidentiality).Concat(Book.Others.Select(other => other.Confidentiality));

    /// <summary>The same with other notes.</summary>
    public StatementDraft With(IReadOnlyList<StatementNote> notes) => new(this, notes);

    /// <summary>Cuts it for a reader.</summary>
    /// <param name="reader">For whom.</param>
    /// <param name="now">When: embargoes end.</param>
    public StatementView For(Reader reader, DateTimeOffset now)
    {
        var known = StatementReader.Of(_cases.Value, reader, now);
        return new StatementView(Statement, known, SmallNumbers.Of(Statement, Bare(known.Sensitive), known), _disguise, Notes);
    }

    private Statement Bare(IReadOnlySet<Guid> sensitive)
    {
        if (sensitive.Count == 0)
        {
            return Statement;
        }

        lock (_lock)
        {
            if (_bare.Find(one => one.Sensitive.SetEquals(sensitive)).Bare is { } known)
            {
                return known;
            }

            var bare = Statement.Compute(Book.Without(sensitive), _told.Without(sensitive), Month);
            if (_bare.Count == MostSets)
            {
                _bare.RemoveAt(0);
            }

            _bare.Add((sensitive, bare));
            return bare;
        }
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
