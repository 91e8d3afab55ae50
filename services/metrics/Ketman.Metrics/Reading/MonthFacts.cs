using System.Collections.Frozen;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Reading;

/// <summary>Which facts the statement of a month is made of, and how they are found without looking at the others.</summary>
internal static class MonthFacts
{
    // By which a case counts in the month in which they happened. The index facts_counted has these kinds and those of accounts.
    private static readonly Type[] OfCases =
    [
        typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(WorkerConfirmed), typeof(ImplantAssessed), typeof(PostExploitationHelpEngaged),
        typeof(EscalationStepDue), typeof(EscalationStepTaken), typeof(EscalationStepCancelled), typeof(SlaBreached), typeof(FinalNoticeGiven),
        typeof(PublicationProposed), typeof(PublicationApproved), typeof(CompanyNamed), typeof(PublicationStopped), typeof(PublicationWithdrawn),
    ];

    private static readonly Type[] OfAccounts =
        [typeof(AccountIndexed), typeof(AccountConfirmed), typeof(AccountActivityObserved), typeof(AccountEmploymentObserved)];

    // By which an account works in a case.
    private static readonly Type[] OfWork =
        [typeof(CodeMerged), typeof(EngagementEstablished), typeof(AccessRevoked), typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(WorkerConfirmed)];

    // What is needed of every case of a company, to know to whom the company may be named.
    private static readonly Type[] Access =
    [
        typeof(DisclosureOpened), typeof(FactRetracted), typeof(PrivacyRequested), typeof(EmbargoSet), typeof(EmbargoLifted), typeof(DisclosureMarked),
        typeof(DisclosureRestricted), typeof(DisclosureUnrestricted),
    ];

    // What of a case is needed that was not opened in the month.
    private static readonly Type[] Narrow =
    [
        .. Access, .. OfCases.Union(OfWork), typeof(BreachAnnulled),
    ];

    // What else is needed of one that was: how the company took it.
    private static readonly Type[] Whole =
    [
        .. Narrow, typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
        typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(DisclosureResolved), typeof(DisclosureClosed),
        typeof(DisclosureReopened),
    ];

    private static readonly FrozenSet<string> Counted = Indexed.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> OfAccess = Access.Select(ContractJson.UrnOf).ToFrozenSet(StringComparer.Ordinal);

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
    private static string QueryOf(bool ofThePast) => $"""
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
        {(ofThePast ? Disclosed : "disclosed as (select subject from told),")}
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

    // A company may be named to whoever may know every case of it: those that are not as most are, and where one goes wider, all. What was
    // known of them in the past, their facts tell.
    private const string Disclosed = """
        close as materialized (
          select c.id, c.company_id, c.mark from cases c join named on named.id = c.company_id
          where c.private or c.people is not null or c.red_until is not null or c.mark <> 2),
        disclosed as materialized (
          select subject from told
          union select c.id from close c
          union select c.id from cases c join (select distinct company_id from close where mark < 2) wide using (company_id)),
        """;

    // The same as it is now, from rows; of those that are as most are, one for each company will do.
    private const string Others = """
        with close as materialized (
          select c.id, c.company_id, c.mark, c.private, c.red_until, c.people from cases c
          where c.company_id = any($1) and (c.private or c.people is not null or c.red_until is not null or c.mark <> 2))
        select * from close
        union all
        select c.* from (select distinct company_id from close where mark < 2) wide cross join lateral (
          select c.id, c.company_id, c.mark, c.private, c.red_until, c.people from cases c where c.company_id = wide.company_id and c.mark = 2 limit 1) c
        """;

    private static readonly string Query = QueryOf(ofThePast: false);
    private static readonly string PastQuery = QueryOf(ofThePast: true);

    /// <summary>
    /// What the statement of a month needs: every case, company and account of which something happened in the month that counts, who is
    /// who among the accounts seen there, and the other cases of the workers confirmed in it.
    /// </summary>
    public static async Task<MonthContent> OfMonthAsync(
        this NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Both as of one moment.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var facts = await ReadAsync(connection, transaction, Query, from, until, cancellation);
        await using var command = new NpgsqlCommand(Others, connection, transaction)
        {
            Parameters = { Facts.Array(NpgsqlDbType.Uuid, facts.Select(fact => fact.Said).OfType<DisclosureOpened>().Select(opened => opened.CompanyId).Distinct()) },
        };
        List<OtherCase> others = [];
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
            {
                others.Add(new OtherCase(row.GetGuid(0), row.GetGuid(1), new CaseConfidentiality(
                    (Tlp)row.GetInt16(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4), row.IsDBNull(5) ? null : row.GetFieldValue<string[]>(5),
                    FrozenDictionary<Guid, Tlp>.Empty)));
            }
        }

        await transaction.CommitAsync(cancellation);
        return new MonthContent(facts, others);
    }

    /// <summary>The same for looking at the month from a moment of the past: of every case that somebody may have to know of, by its facts.</summary>
    public static async Task<IReadOnlyList<Fact>> OfMonthInThePastAsync(
        this NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        return await ReadAsync(connection, transaction, PastQuery, from, until, cancellation);
    }

    private static async Task<IReadOnlyList<Fact>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string query, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        // Years of a large team are read at once when a month is first asked for; on a busy machine that takes longer than any page may.
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = 120 };
        // The guesses are so high that compiling the statement would take longer than running it.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('jit', 'off', true)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(query) { Parameters = { new() { Value = from }, new() { Value = until } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await Facts.ReadAsync(reader, cancellation);
    }

    /// <summary>The kinds that the index on what counts must have.</summary>
    internal static IEnumerable<string> Indexed => new[] { OfCases, OfAccounts, [typeof(DisclosureOpened)] }.SelectMany(types => types).Select(ContractJson.UrnOf);

    /// <summary>Whether a case counts in the month in which such a fact happened.</summary>
    internal static bool Counts(string type) => Counted.Contains(type);

    /// <summary>Whether such a fact changes who may know of a case, and so which other cases of its company are needed.</summary>
    internal static bool IsOfAccess(string type) => OfAccess.Contains(type);

    private static string In(IEnumerable<Type> types) => string.Join(", ", types.Select(type => $"'{ContractJson.UrnOf(type)}'"));
}

/// <summary>What a statement is counted from.</summary>
/// <param name="Facts">Facts, in no order.</param>
/// <param name="Others">Further cases of the companies, of which only who may know of them matters; some of those that the facts tell may be among them.</param>
internal sealed record MonthContent(IReadOnlyList<Fact> Facts, IReadOnlyList<OtherCase> Others);
