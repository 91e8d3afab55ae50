using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Metrics.Cases;
using Npgsql;

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

    // What of a case is needed that was not opened in the month.
    private static readonly Type[] Narrow =
    [
        .. OfCases.Union(OfWork), typeof(DisclosureOpened), typeof(FactRetracted), typeof(BreachAnnulled), typeof(PrivacyRequested), typeof(EmbargoSet), typeof(EmbargoLifted),
        typeof(DisclosureMarked), typeof(DisclosureRestricted), typeof(DisclosureUnrestricted),
    ];

    // What else is needed of one that was: how the company took it.
    private static readonly Type[] Whole =
    [
        .. Narrow, typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
        typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(DisclosureResolved), typeof(DisclosureClosed),
        typeof(DisclosureReopened),
    ];

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

    private static readonly string Query = $"""
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
          select f.subject from facts f join workers w on w.id = f.account_id where f.type in ({In(OfWork)})),
        named as materialized (select distinct c.company_id as id from cases c join told on told.subject = c.id),
        -- A company may be named to whoever may know every case of it: those that are not as most are, and where one goes wider, all.
        close as materialized (
          select c.id, c.company_id, c.mark from cases c join named on named.id = c.company_id
          where c.private or c.people is not null or c.red_until is not null or c.mark <> 2),
        disclosed as materialized (
          select subject from told
          union select c.id from close c
          union select c.id from cases c join (select distinct company_id from close where mark < 2) wide using (company_id)),
        -- Of a case in which facts are marked by themselves everything is read: what rests on them goes no farther.
        read as materialized (
          select d.subject, coalesce(c.narrowest_fact, 0) > 0 as marked, o.subject is not null as opened
          from disclosed d left join cases c on c.id = d.subject left join opened o on o.subject = d.subject),
        kin(id) as (
          select account_id from counted where account_id is not null
          union select f.account_id from facts f join opened using (subject) where f.account_id is not null
          union select id from workers
          union
          select b.id from kin {Kin})
        select {Facts.Columns} from read r join facts f on f.subject = r.subject
        where r.marked or f.type in ({In(Narrow)}) or (r.opened and f.type in ({In([.. Whole.Except(Narrow)])}))
        union all
        select {Facts.Columns} from facts f where f.subject in (select id from kin union all select id from named)
        """;

    /// <summary>
    /// What the statement of a month needs: every case, company and account of which something happened in the month that counts, who is
    /// who among the accounts seen there, and the other cases of the workers confirmed in it.
    /// </summary>
    public static Task<IReadOnlyList<Fact>> OfMonthAsync(
        this NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        Facts.QueryAsync(database, Query, [new() { Value = from }, new() { Value = until }], cancellation);

    /// <summary>The kinds that the index on what counts must have.</summary>
    internal static IEnumerable<string> Indexed => new[] { OfCases, OfAccounts, [typeof(DisclosureOpened)] }.SelectMany(types => types).Select(ContractJson.UrnOf);

    private static string In(IEnumerable<Type> types) => string.Join(", ", types.Select(type => $"'{ContractJson.UrnOf(type)}'"));
}
