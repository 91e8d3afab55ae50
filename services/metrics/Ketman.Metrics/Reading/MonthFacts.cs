using System.Collections.Frozen;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Npgsql;
using static Ketman.Metrics.Reading.MonthKinds;

namespace Ketman.Metrics.Reading;

/// <summary>How the facts that the statement of a month is made of are found without looking at the others.</summary>
internal static class MonthFacts
{
    // A day without an hour is kept as its first instant in UTC, which the team's zone may put into the month next to it.
    private const string InMonth = "happened_at >= $1::timestamptz - interval '1 day' and happened_at < $2::timestamptz + interval '1 day'";

    private const string Kin = """
        join accounts a on a.id = kin.id
          cross join lateral (
            select id from accounts where merged_into = a.id
            union all select a.merged_into where a.merged_into is not null
            union all select id from accounts where same_as = a.id
            union all select a.same_as where a.same_as is not null
            union all select id from accounts where actor = a.actor) b
        """;

    // Each "lateral ... offset 0" is looked up row by row: what comes out of a common table expression is guessed wrongly by orders of
    // magnitude, and whole tables would be sorted and hashed for it.
    private static readonly string PastQuery = $"""
        with recursive
        counted as materialized (
          select subject, type, account_id from facts f where type in ({In([.. OfCases, .. OfAccounts, typeof(DisclosureOpened)])}) and {InMonth}),
        opened as materialized (select distinct subject from counted where type in ({In([typeof(DisclosureOpened)])})),
        -- A first confirmation may lie in any case of the same worker, and so may what he did.
        workers(id) as (
          select account_id from counted where type in ({In([typeof(WorkerConfirmed)])})
          union
          select b.id from workers kin {Kin}),
        told as materialized (
          select subject from counted where type in ({In([.. OfCases, typeof(DisclosureOpened)])})
          union
          select f.subject from workers w cross join lateral (
            select subject from facts where account_id = w.id and type in ({In(OfWork)}) offset 0) f),
        named as materialized (select distinct c.company_id as id from cases c join told on told.subject = c.id),
        -- A company may be named to whoever may know every case of it: those that are not as most are, and where one goes wider, all. What was
        -- known of them in the past, their facts tell.
        close as materialized (
          select c.id, c.company_id, c.mark from cases c join named on named.id = c.company_id
          where c.private or c.people is not null or c.red_until is not null or c.mark <> 2),
        disclosed as materialized (
          select subject from told
          union select c.id from close c
          union select c.id from cases c join (select distinct company_id from close where mark < 2) wide using (company_id)),
        -- Of a case in which facts are marked by themselves everything is read: what rests on them goes no farther.
        read as materialized (
          select d.subject, coalesce(c.narrowest_fact, 0) > 0 as marked, o.subject is not null as opened, t.subject is not null as told
          from disclosed d left join cases c on c.id = d.subject left join opened o on o.subject = d.subject left join told t on t.subject = d.subject),
        kin(id) as (
          select account_id from counted where account_id is not null
          union select f.account_id from opened o cross join lateral (
            select account_id from facts where subject = o.subject and account_id is not null offset 0) f
          union select id from workers
          union
          select b.id from kin {Kin})
        select {Facts.Columns} from read r cross join lateral (
          select * from facts f where f.subject = r.subject and (
            r.marked or f.type in ({In(Access)}) or (r.told and f.type in ({In(Narrow.Except(Access))})) or (r.opened and f.type in ({In([.. Whole.Except(Narrow)])}))) offset 0) f
        union all
        select {Facts.Columns} from (select id from kin union select id from named) s cross join lateral (
          select * from facts f where f.subject = s.id offset 0) f
        """;

    // Now, the facts of a case stand together in one row; of those that have none yet the facts are read.
    private static readonly string PackedQuery = $"""
        with recursive
        counted as materialized (
          select subject, type, account_id from facts f where type in ({In([.. OfCases, typeof(DisclosureOpened)])}) and {InMonth}),
        opened as materialized (select distinct subject from counted where type in ({In([typeof(DisclosureOpened)])})),
        confirmed as materialized (select distinct account_id as id from counted where type in ({In([typeof(WorkerConfirmed)])})),
        -- Who was confirmed before is not new, and one such case shows it to everybody if nothing was taken back in it and nobody is kept from it.
        early as materialized (
          select c.id, e.subject from confirmed c cross join lateral (
            select f.subject from facts f join case_facts p on p.id = f.subject
            where f.account_id = c.id and f.type in ({In([typeof(WorkerConfirmed)])}) and f.happened_at < $1::timestamptz - interval '1 day'
              and p.plain
            order by f.happened_at limit 1) e),
        -- Of the others a first confirmation may lie in any case of the same worker, and so may what he did.
        workers(id) as (
          select id from confirmed c where not exists (select from early e where e.id = c.id)
          union
          select b.id from workers kin {Kin}),
        worked as materialized (
          select subject from early
          union
          select f.subject from workers w cross join lateral (
            select subject from facts where account_id = w.id and type in ({In(OfWork)}) offset 0) f),
        told as materialized (select subject from counted union select subject from worked)
        select t.subject, o.subject is not null, w.subject is not null, p.facts, case when o.subject is not null then p.contact end
        from told t left join opened o on o.subject = t.subject left join worked w on w.subject = t.subject
        left join lateral (select * from case_facts p where p.id = t.subject offset 0) p on true
        """;

    // The facts of who worked in them and of the companies, and of cases of which everything is needed.
    private static readonly string BesideQuery = $"""
        with recursive
        kin(id) as (
          select account_id from facts f where type in ({In(OfAccounts)}) and {InMonth} and account_id is not null
          union select unnest($3)
          union select f.account_id from unnest($4) s(id) cross join lateral (
            select account_id from facts where subject = s.id and account_id is not null offset 0) f
          union
          select b.id from kin {Kin})
        select {Facts.Columns} from (
          select id from kin union select unnest($4) union select unnest($5) union select company_id from cases where id = any($4)) s cross join lateral (
          select * from facts f where f.subject = s.id offset 0) f
        """;

    // Who may know of further cases of these companies, from rows; of those that are as most are, one for each company will do.
    private const string Others = """
        with close as materialized (
          select c.id, c.company_id, c.mark, c.private, c.red_until, c.people from cases c
          where c.company_id in (select unnest($5) union select company_id from cases where id = any($4)) and (c.private or c.people is not null or c.red_until is not null or c.mark <> 2))
        select * from close
        union all
        select c.* from (select distinct company_id from close where mark < 2) wide cross join lateral (
          select c.id, c.company_id, c.mark, c.private, c.red_until, c.people from cases c where c.company_id = wide.company_id and c.mark = 2 limit 1) c
        """;

    /// <summary>
    /// What the statement of a month needs: every case, company and account of which something happened in the month that counts, who is
    /// who among the accounts seen there, and the other cases of the workers confirmed in it.
    /// </summary>
    public static async Task<MonthContent> OfMonthAsync(
        this NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // All as of one moment.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var told = new ToldCases(from, until);
        await using (var batch = Batch(connection, transaction, new NpgsqlBatchCommand(PackedQuery) { Parameters = { new() { Value = from }, new() { Value = until } } }))
        await using (var row = await batch.ExecuteReaderAsync(cancellation))
        {
            await row.NextResultAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                told.Add(row);
            }
        }

        IReadOnlyList<Fact> beside;
        List<OtherCase> others = [];
        await using (var batch = Batch(connection, transaction, told.Ask(BesideQuery), told.Ask(Others)))
        await using (var row = await batch.ExecuteReaderAsync(cancellation))
        {
            await row.NextResultAsync(cancellation);
            beside = await Facts.ReadAsync(row, cancellation);
            await row.NextResultAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                others.Add(new OtherCase(row.GetGuid(0), row.GetGuid(1), new CaseConfidentiality(
                    (Tlp)row.GetInt16(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4), row.IsDBNull(5) ? null : row.GetFieldValue<string[]>(5),
                    FrozenDictionary<Guid, Tlp>.Empty)));
            }
        }

        await transaction.CommitAsync(cancellation);
        told.Facts.AddRange(beside);
        return new MonthContent(told.Facts, others);
    }

    /// <summary>The same for looking at the month from a moment of the past: of every case that somebody may have to know of, by its facts.</summary>
    public static async Task<IReadOnlyList<Fact>> OfMonthInThePastAsync(
        this NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = Batch(connection, transaction, new NpgsqlBatchCommand(PastQuery) { Parameters = { new() { Value = from }, new() { Value = until } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await Facts.ReadAsync(reader, cancellation);
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, NpgsqlTransaction transaction, params ReadOnlySpan<NpgsqlBatchCommand> commands)
    {
        // Years of a large team are read at once when a month is first asked for; on a busy machine that takes longer than any page may.
        var batch = new NpgsqlBatch(connection, transaction) { Timeout = 120 };
        // The guesses are so high that compiling the statement would take longer than running it.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('jit', 'off', true)"));
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return batch;
    }
}

/// <summary>What a statement is counted from.</summary>
/// <param name="Facts">Facts, in no order; of those that come packed, who recorded them and their texts are left out.</param>
/// <param name="Others">Further cases of the companies, of which only who may know of them matters; some of those that the facts tell may be among them.</param>
internal sealed record MonthContent(IReadOnlyList<Fact> Facts, IReadOnlyList<OtherCase> Others);
