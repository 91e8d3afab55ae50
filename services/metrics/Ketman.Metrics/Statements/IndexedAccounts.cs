using Ketman.Contracts.Intake;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>Accounts new in the database in the month.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Value">How many.</param>
/// <param name="Accounts">Which, by id.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record IndexedAccounts(
    MetricDefinition Definition, int Value, IReadOnlyList<CountedAccount> Accounts, IReadOnlyList<Guid> Events)
{
    internal static IndexedAccounts Count(Casebook book, StatementMonth month)
    {
        List<CountedAccount> accounts =
        [
            .. book.AccountFacts.Select(facts => FirstIndexed(facts.Key, facts, month.Calendar)).OfType<CountedAccount>()
                .Where(account => month.Contains(account.On)).OrderBy(account => account.On).ThenBy(account => account.AccountId),
        ];
        return new IndexedAccounts(
            MetricDefinition.IndexedAccounts, accounts.Count, accounts, [.. accounts.SelectMany(account => account.Events)]);
    }

    private static CountedAccount? FirstIndexed(Guid account, IEnumerable<Fact> facts, TeamCalendar calendar)
    {
        var state = new Seen();
        foreach (var fact in facts.OrderBy(fact => fact.At, calendar).ThenBy(fact => fact.RecordedAt).ThenBy(fact => fact.Version))
        {
            state = state.With(fact);
            if (state.Counts)
            {
                return new CountedAccount(account, calendar.DateOf(fact.At), [.. new[] { state.Rated!.Value, state.ActiveSince!.Value, state.FreeSince!.Value }.Distinct()]);
            }
        }

        return null;
    }

    // Each member is the event by which it is so now; null: it is not so, or not known.
    private readonly record struct Seen(Guid? Rated, Guid? ActiveSince, Guid? FreeSince)
    {
        public bool Counts => Rated is not null && ActiveSince is not null && FreeSince is not null;

        public Seen With(Fact fact) => fact.Said switch
        {
            AccountIndexed said => new Seen(fact.Id, If(said.Active, fact), If(said.EmployedAt.Count == 0, fact)),
            AccountConfirmed => this with { Rated = fact.Id },
            AccountFlagged or AccountCleared => this with { Rated = null },
            AccountActivityObserved said => this with { ActiveSince = If(said.Active, fact) },
            AccountEmploymentObserved said => this with { FreeSince = If(said.EmployedAt.Count == 0, fact) },
            _ => this,
        };

        private static Guid? If(bool so, Fact fact) => so ? fact.Id : null;
    }
}

/// <summary>One account.</summary>
/// <param name="AccountId">The account that stands for its duplicates.</param>
/// <param name="On">The day on which it first was all of it.</param>
/// <param name="Events">The events by which it was rated, active and employed nowhere.</param>
public sealed record CountedAccount(Guid AccountId, DateOnly On, IReadOnlyList<Guid> Events);
