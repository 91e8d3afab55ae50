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

    /// <summary>What else is needed of one that was: how the company took it.</summary>
    internal static readonly Type[] OfContact =
    [
        typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
        typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(DisclosureResolved), typeof(DisclosureClosed),
        typeof(DisclosureReopened),
    ];

    private static readonly Type[] Whole = [.. Narrow, .. OfContact];

    // What holds for every month as soon as it is known.
    private static readonly Type[] Timeless = [.. Access, typeof(BreachAnnulled), typeof(PublicationWithdrawn)];

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

    /// <summary>The kinds that the index on what counts must have.</summary>
    internal static IEnumerable<string> Indexed => new[] { OfCases, OfAccounts, [typeof(DisclosureOpened)] }.SelectMany(types => types).Select(ContractJson.UrnOf);

    /// <summary>The kinds that the index on who worked where must have.</summary>
    internal static IEnumerable<string> IndexedWork => OfWork.Select(ContractJson.UrnOf);

    /// <summary>Whether a case counts in the month in which such a fact happened.</summary>
    internal static bool Counts(string type) => Counted.Contains(type);

    /// <summary>Whether such a fact changes who may know of a case, and so which other cases of its company are needed.</summary>
    internal static bool IsOfAccess(string type) => OfAccess.Contains(type);

    private static string In(IEnumerable<Type> types) => string.Join(", ", types.Select(type => $"'{ContractJson.UrnOf(type)}'"));

    /// <summary>The cases of a month as their rows are read, and what else is to be asked because of them.</summary>
    private sealed class ToldCases
    {
        private static readonly byte Corrected = PackedFacts.CodeOf(typeof(PaymentCorrected));

        private readonly (long From, long Until) _window;
        private readonly long[] _touched;
        private readonly long[] _worked;
        private readonly long[] _opened;
        private readonly DateTimeOffset _from;
        private readonly DateTimeOffset _until;
        private readonly HashSet<Guid> _accounts = [];
        private readonly HashSet<Guid> _companies = [];
        private readonly List<Guid> _whole = [];
        private byte[] _buffer = new byte[16 * 1024];

        public ToldCases(DateTimeOffset from, DateTimeOffset until)
        {
            (_from, _until) = (from, until);
            _window = (from.AddDays(-1).UtcTicks, until.AddDays(1).UtcTicks);
            _touched = Wanted([]);
            _worked = Wanted(OfWork);
            _opened = Wanted(Whole);
        }

        public List<Fact> Facts { get; } = [];

        /// <summary>Reads a row of <see cref="PackedQuery"/>.</summary>
        public void Add(NpgsqlDataReader row)
        {
            var subject = row.GetGuid(0);
            var bytes = row.IsDBNull(3) ? [] : Bytes(row, 3);
            if (!PackedFacts.CanRead(bytes))
            {
                _whole.Add(subject);
                return;
            }

            var first = Facts.Count;
            var (opened, worked) = (row.GetBoolean(1), row.GetBoolean(2));
            PackedFacts.Read(bytes, subject, Payments(bytes, opened ? _opened : worked ? _worked : _touched), _window, Facts);
            if (opened)
            {
                PackedFacts.Read(Bytes(row, 4), subject, _opened, _window, Facts);
            }

            for (var index = first; index < Facts.Count; index++)
            {
                switch (Facts[index].Said)
                {
                    case DisclosureOpened said:
                        _companies.Add(said.CompanyId);
                        break;
                    case WorkerConfirmed said:
                        _accounts.Add(said.AccountId);
                        break;
                    case var said when opened && Reading.Facts.AccountOf(said) is { } account:
                        _accounts.Add(account);
                        break;
                }
            }
        }

        /// <summary>One of the questions that follow.</summary>
        public NpgsqlBatchCommand Ask(string query) => new(query)
        {
            Parameters =
            {
                new() { Value = _from }, new() { Value = _until },
                Reading.Facts.Array(NpgsqlDbType.Uuid, _accounts), Reading.Facts.Array(NpgsqlDbType.Uuid, _whole), Reading.Facts.Array(NpgsqlDbType.Uuid, _companies),
            },
        };

        // Valid until the next are read.
        private ReadOnlySpan<byte> Bytes(NpgsqlDataReader row, int column)
        {
            var length = (int)row.GetBytes(column, 0, null, 0, 0);
            if (length > _buffer.Length)
            {
                _buffer = new byte[length * 2];
            }

            return _buffer.AsSpan(0, (int)row.GetBytes(column, 0, _buffer, 0, length));
        }

        // A payment is where its last correction puts it, whenever both were said to be.
        private static long[] Payments(ReadOnlySpan<byte> bytes, long[] wanted)
        {
            if (!PackedFacts.Has(bytes, Corrected))
            {
                return wanted;
            }

            var all = wanted.ToArray();
            all[PackedFacts.CodeOf(typeof(PaymentRecorded))] = all[Corrected] = long.MaxValue;
            return all;
        }

        // Of what happened after the month only that is needed which holds for every month.
        private long[] Wanted(IReadOnlyCollection<Type> kinds) =>
            [.. PackedFacts.All.Select(kind => Timeless.Contains(kind) ? long.MaxValue : kinds.Contains(kind) ? _window.Until : long.MinValue)];
    }
}

/// <summary>What a statement is counted from.</summary>
/// <param name="Facts">Facts, in no order; of those that come packed, who recorded them and their texts are left out.</param>
/// <param name="Others">Further cases of the companies, of which only who may know of them matters; some of those that the facts tell may be among them.</param>
internal sealed record MonthContent(IReadOnlyList<Fact> Facts, IReadOnlyList<OtherCase> Others);
