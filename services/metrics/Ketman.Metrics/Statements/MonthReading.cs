using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The facts of a month as they were read, and what of all that comes later would have been read with them, or instead: cases, accounts and
/// companies that they tell of, and whatever happened in the month. It errs on the side of reading again.
/// </summary>
internal sealed class MonthReading
{
    // More than come between two looks at a statement; of so many, one will concern it.
    private const int MostChanges = 2000;

    private static readonly string[] OfPeople = [.. new[] { typeof(AccountMerged), typeof(AccountAttributed), typeof(AccountErased), typeof(DisclosureErased) }.Select(ContractJson.UrnOf)];
    private static readonly string Registered = ContractJson.UrnOf(typeof(AccountRegistered));

    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _until;
    // The file of the table: a rebuild puts another one in its place.
    private readonly long _table;
    private readonly HashSet<Guid> _concerned = [];
    private long _position;

    private MonthReading(StatementMonth month, long table, long position, MonthContent content)
    {
        (_from, _until, _table, _position, Content) = (month.From, month.Until, table, position, content);
        foreach (var fact in content.Facts)
        {
            _concerned.Add(fact.Subject);
            if (Facts.AccountOf(fact.Said) is { } account)
            {
                _concerned.Add(account);
            }

            if (fact.Said is DisclosureOpened opened)
            {
                _concerned.Add(opened.CompanyId);
            }
        }
    }

    /// <summary>What was read; null: it was let go, because others needed the room.</summary>
    public MonthContent? Content { get; private set; }

    /// <summary>Lets it go; whether it would be the same is known without it.</summary>
    public void Release() => Content = null;

    /// <summary>Reads a month.</summary>
    public static async Task<MonthReading> ReadAsync(NpgsqlDataSource database, StatementMonth month, CancellationToken cancellation)
    {
        long table, position;
        // First: what comes meanwhile is looked at once more, which does no harm.
        await using (var state = database.CreateCommand("select pg_relation_filenode('facts'::regclass)::bigint, coalesce((select max(id) from changes), 0)"))
        await using (var row = await state.ExecuteReaderAsync(cancellation))
        {
            await row.ReadAsync(cancellation);
            (table, position) = (row.GetInt64(0), row.GetInt64(1));
        }

        return new MonthReading(month, table, position, await database.OfMonthAsync(month.From, month.Until, cancellation));
    }

    /// <summary>Whether the same would be read now.</summary>
    public async Task<bool> HoldsAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_relation_filenode('facts'::regclass)::bigint, (select min(id) from changes)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"""
            select ch.id, ch.subject, ch.type, f.happened_at, f.account_id, f.data ? 'actor', c.company_id
            from changes ch left join facts f on f.id = ch.event left join cases c on c.id = ch.subject
            where ch.id > $1 order by ch.id limit {MostChanges + 1}
            """)
        {
            Parameters = { new() { Value = _position } },
        });
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        // Old changes are not kept: some that were not looked at may have gone.
        if (row.GetInt64(0) != _table || (!row.IsDBNull(1) && row.GetInt64(1) > _position + 1))
        {
            return false;
        }

        await row.NextResultAsync(cancellation);
        for (var seen = 1; await row.ReadAsync(cancellation); seen++)
        {
            if (seen > MostChanges || row.IsDBNull(3) || Concerns(
                row.GetGuid(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : row.GetGuid(4), row.GetBoolean(5), row.IsDBNull(6) ? null : row.GetGuid(6)))
            {
                return false;
            }

            _position = row.GetInt64(0);
        }

        return true;
    }

    // A day without an hour is kept as its first instant in UTC, which the team's zone may put into the month next to it.
    private bool Concerns(Guid subject, string type, DateTimeOffset at, Guid? account, bool hasActor, Guid? company) =>
        _concerned.Contains(subject) || (account is { } of && _concerned.Contains(of))
        || (MonthKinds.Counts(type) && at >= _from.AddDays(-1) && at < _until.AddDays(1))
        // Who is who, and what was erased, reaches into other streams.
        || OfPeople.Contains(type, StringComparer.Ordinal) || (type == Registered && hasActor)
        // Which companies may be named to whom rests on all of their cases.
        || (company is { } whose && MonthKinds.IsOfAccess(type) && _concerned.Contains(whose));
}
