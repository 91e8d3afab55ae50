using System.Collections.Frozen;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Figures;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Reading;

/// <summary>The rows of cases, companies and accounts, made of all facts on their subjects.</summary>
internal sealed class DerivedRows(TeamCalendar calendar)
{
    private readonly List<(BoardRow Row, long Version)> _cases = [];
    private readonly List<(CompanyProfile Profile, long Version)> _companies = [];
    private readonly List<(AccountRow Row, long Version)> _accounts = [];
    private readonly List<Measure> _measures = [];
    private readonly List<CaseFacts> _told = [];
    private readonly HashSet<Guid> _wishing = [];

    /// <summary>Works out the rows of some subjects.</summary>
    /// <param name="facts">All facts on them.</param>
    public void Add(IEnumerable<Fact> facts)
    {
        foreach (var whole in facts.GroupBy(fact => fact.Subject))
        {
            List<Fact> subject = [.. whole.Where(fact => MetricsReadModels.DerivedTypes.Contains(fact.Said.GetType()))];
            if (subject.Count == 0)
            {
                continue;
            }

            var version = subject.Max(fact => fact.Version);
            if (Case.From(subject, calendar) is { } known)
            {
                _cases.Add((BoardRow.Of(known), version));
                _measures.Add(Measure.Of(known));
                _told.Add(CaseFacts.Of(known.Id, whole));
                if (subject.Any(fact => fact.Said is PrivacyRequested))
                {
                    _wishing.Add(known.CompanyId);
                }
            }
            else if (CompanyProfile.From(subject) is { } profile)
            {
                _companies.Add((profile, version));
            }
            else if (AccountRow.From(subject) is { } account)
            {
                _accounts.Add((account, version));
            }
        }
    }

    /// <summary>One statement for each table that is concerned.</summary>
    public IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyDictionary<Guid, long> heads)
    {
        if (_cases.Count > 0)
        {
            yield return Cases(_cases);
            foreach (var command in Timetables(_cases, heads))
            {
                yield return command;
            }

            yield return MeasureRows.Write(_measures);
            yield return CaseFacts.Write(_told);
        }

        if (_companies.Count > 0)
        {
            yield return Companies(_companies);
        }

        if (_accounts.Count > 0)
        {
            yield return Accounts(_accounts);
        }

        _wishing.UnionWith(_companies.Select(one => one.Profile.Id));
        if (_wishing.Count > 0)
        {
            yield return CompanyOfCases(_wishing);
        }
    }

    // What all cases of a company say of it. Of a company whose profile has not arrived yet it is not known what it wishes, so it is kept close.
    private static NpgsqlBatchCommand CompanyOfCases(IEnumerable<Guid> companies) => new(
        """
        update cases c set company_private = told.private, company_handle = told.handle, company_name = told.name, company_zone = told.zone
        from (
          select t.id, o.handle, o.name, o.zone, coalesce(o.private, true) or exists (select from cases p where p.company_id = t.id and p.private) as private
          from unnest($1) t(id) left join companies o on o.id = t.id) told
        where c.company_id = told.id
          and (c.company_private <> told.private or c.company_handle is distinct from told.handle or c.company_name is distinct from told.name
            or c.company_zone is distinct from told.zone)
        """)
    {
        Parameters = { Facts.Array(NpgsqlDbType.Uuid, companies) },
    };

    // What is due in an open case may be another thing now, and Disclosures will be asked; in another one nothing is due any more. The version is
    // that of the last event of any kind: an answer from before it, though on its way already, must not do.
    private static IEnumerable<NpgsqlBatchCommand> Timetables(List<(BoardRow Row, long Version)> rows, IReadOnlyDictionary<Guid, long> heads)
    {
        var open = rows.Where(one => one.Row.Case.Status is CaseStatus.Open).ToList();
        if (open.Count > 0)
        {
            yield return new NpgsqlBatchCommand(
                """
                insert into timetables_wanted (case_id, version)
                select * from unnest($1, $2)
                on conflict (case_id) do update set version = excluded.version, leased_until = null
                """)
            {
                Parameters = { Of(open, NpgsqlDbType.Uuid, row => row.Case.Id), Facts.Array(NpgsqlDbType.Bigint, open.Select(one => Math.Max(one.Version, heads.GetValueOrDefault(one.Row.Case.Id)))) },
            };
        }

        if (open.Count < rows.Count)
        {
            yield return new NpgsqlBatchCommand(
                """
                with over as (
                  update cases set
                    due_at = null, due_kind = null, due_name = null, due_title = null, due_owed_by = null, due_since = null, due_since_exact = null,
                    due_paused = null, due_paused_until = null, then_at = null, then_kind = null, then_title = null, then_owed_by = null, breach_at = null,
                    timetable_version = 0
                  where id = any($1) and timetable_version > 0
                  returning id),
                forgotten as (delete from timetables_wanted where case_id = any($1))
                delete from dues d using over where d.case_id = over.id
                """)
            {
                Parameters = { Facts.Array(NpgsqlDbType.Uuid, rows.Where(one => one.Row.Case.Status is not CaseStatus.Open).Select(one => one.Row.Case.Id)) },
            };
        }
    }

    private static NpgsqlBatchCommand Cases(List<(BoardRow Row, long Version)> rows) => new(
        """
        insert into cases (
          id, handle, company_id, title, status, private, opened_at, opened_exact, reaction, attempts, channels,
          last_outreach_at, last_outreach_exact, last_outreach_channel, waiting_on, owed, owed_what, owed_due, owed_due_exact, overdue_at, version,
          mark, red_until, narrowest_fact, people, assignee, tags, severity, policy, owed_id, owed_since, owed_since_exact,
          company_private, company_handle, company_name, company_zone)
        select new.id, new.handle, company_id, title, status, new.private, opened_at, opened_exact, reaction, attempts, string_to_array(channels, ','),
          last_outreach_at, last_outreach_exact, last_outreach_channel, waiting_on, owed, owed_what, owed_due, owed_due_exact, overdue_at, new.version,
          mark, red_until, narrowest_fact, string_to_array(people, chr(10)), assignee, string_to_array(tags, ','), severity, policy, owed_id, owed_since, owed_since_exact,
          coalesce(o.private, true) or new.private or exists (select from cases p where p.company_id = new.company_id and p.private), o.handle, o.name, o.zone
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
          $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) as new(
          id, handle, company_id, title, status, private, opened_at, opened_exact, reaction, attempts, channels,
          last_outreach_at, last_outreach_exact, last_outreach_channel, waiting_on, owed, owed_what, owed_due, owed_due_exact, overdue_at, version,
          mark, red_until, narrowest_fact, people, assignee, tags, severity, policy, owed_id, owed_since, owed_since_exact)
        left join companies o on o.id = new.company_id
        on conflict (id) do update set
          title = excluded.title, status = excluded.status, private = excluded.private, reaction = excluded.reaction, attempts = excluded.attempts, channels = excluded.channels,
          last_outreach_at = excluded.last_outreach_at, last_outreach_exact = excluded.last_outreach_exact,
          last_outreach_channel = excluded.last_outreach_channel, waiting_on = excluded.waiting_on, owed = excluded.owed,
          owed_what = excluded.owed_what, owed_due = excluded.owed_due, owed_due_exact = excluded.owed_due_exact, overdue_at = excluded.overdue_at,
          version = excluded.version, mark = excluded.mark, red_until = excluded.red_until, narrowest_fact = excluded.narrowest_fact, people = excluded.people,
          assignee = excluded.assignee, tags = excluded.tags, severity = excluded.severity, policy = excluded.policy,
          owed_id = excluded.owed_id, owed_since = excluded.owed_since, owed_since_exact = excluded.owed_since_exact,
          company_private = excluded.company_private, company_handle = excluded.company_handle, company_name = excluded.company_name,
          company_zone = excluded.company_zone
        """)
    {
        Parameters =
        {
            Of(rows, NpgsqlDbType.Uuid, row => row.Case.Id),
            Of(rows, NpgsqlDbType.Text, row => row.Case.Opening.Said.Handle),
            Of(rows, NpgsqlDbType.Uuid, row => row.Case.CompanyId),
            Of(rows, NpgsqlDbType.Text, row => row.Case.Opening.Said.Title),
            Of(rows, NpgsqlDbType.Text, row => row.Case.Status.Wire()),
            Of(rows, NpgsqlDbType.Boolean, row => row.Case.PrivacyRequested),
            Of(rows, NpgsqlDbType.TimestampTz, row => row.Case.Opening.At.Start),
            Of(rows, NpgsqlDbType.Boolean, row => IsExact(row.Case.Opening.At)),
            Of(rows, NpgsqlDbType.Text, row => row.Reaction?.Wire()),
            Of(rows, NpgsqlDbType.Integer, row => row.Contact.Attempts.Count),
            Of(rows, NpgsqlDbType.Text, row => string.Join(',', row.Contact.Channels.Select(channel => channel.Wire()))),
            Of(rows, NpgsqlDbType.TimestampTz, row => row.Contact.Latest?.At.Start),
            Of(rows, NpgsqlDbType.Boolean, row => row.Contact.Latest is { } last ? IsExact(last.At) : (bool?)null),
            Of(rows, NpgsqlDbType.Text, row => row.Contact.Latest?.Said.Channel.Wire()),
            Of(rows, NpgsqlDbType.Text, row => row.WaitingOn.Wire()),
            Of(rows, NpgsqlDbType.Text, row => row.Owed.Wire()),
            Of(rows, NpgsqlDbType.Text, row => row.Promise?.Said.What),
            Of(rows, NpgsqlDbType.TimestampTz, row => row.Promise?.Said.Due.Start),
            Of(rows, NpgsqlDbType.Boolean, row => row.Promise is { } promise ? IsExact(promise.Said.Due) : (bool?)null),
            Of(rows, NpgsqlDbType.TimestampTz, row => row.OverdueAt),
            Facts.Array(NpgsqlDbType.Bigint, rows.Select(row => row.Version)),
            Of(rows, NpgsqlDbType.Smallint, row => (short)(row.Case.Confidentiality.Mark ?? Marking.Usual)),
            Of(rows, NpgsqlDbType.TimestampTz, row => row.Case.Confidentiality.EmbargoEnds?.UtcDateTime),
            Of(rows, NpgsqlDbType.Smallint, row => (short)row.Case.Confidentiality.NarrowestFact),
            // A name is one line.
            Of(rows, NpgsqlDbType.Text, row => row.Case.Confidentiality.People is { } people ? string.Join('\n', people) : null),
            Of(rows, NpgsqlDbType.Text, row => row.Assignee),
            Of(rows, NpgsqlDbType.Text, row => string.Join(',', row.Tags)),
            Of(rows, NpgsqlDbType.Text, row => row.Severity?.Wire()),
            Of(rows, NpgsqlDbType.Text, row => row.Policy),
            Of(rows, NpgsqlDbType.Uuid, row => row.Promise?.Id),
            Of(rows, NpgsqlDbType.TimestampTz, row => row.Promise?.At.Start),
            Of(rows, NpgsqlDbType.Boolean, row => row.Promise is { } promise ? IsExact(promise.At) : (bool?)null),
        },
    };

    private static NpgsqlBatchCommand Companies(List<(CompanyProfile Profile, long Version)> rows) => new(
        """
        insert into companies (id, handle, name, tvl_rank, private, zone, version)
        select * from unnest($1, $2, $3, $4, $5, $6, $7)
        on conflict (id) do update set
          name = excluded.name, tvl_rank = excluded.tvl_rank, private = excluded.private, zone = excluded.zone, version = excluded.version
        """)
    {
        Parameters =
        {
            Of(rows, NpgsqlDbType.Uuid, row => row.Id),
            Of(rows, NpgsqlDbType.Text, row => row.Handle),
            Of(rows, NpgsqlDbType.Text, row => row.Name),
            Of(rows, NpgsqlDbType.Integer, row => row.TvlRank),
            Of(rows, NpgsqlDbType.Boolean, row => row.WishesPrivacy),
            Of(rows, NpgsqlDbType.Text, row => row.Zone),
            Facts.Array(NpgsqlDbType.Bigint, rows.Select(row => row.Version)),
        },
    };

    private static NpgsqlBatchCommand Accounts(List<(AccountRow Row, long Version)> rows) => new(
        """
        insert into accounts (id, ref, actor, same_as, merged_into, version)
        select * from unnest($1, $2, $3, $4, $5, $6)
        on conflict (id) do update set
          ref = excluded.ref, actor = excluded.actor, same_as = excluded.same_as, merged_into = excluded.merged_into, version = excluded.version
        """)
    {
        Parameters =
        {
            Of(rows, NpgsqlDbType.Uuid, row => row.Id),
            Of(rows, NpgsqlDbType.Text, row => row.Ref),
            Of(rows, NpgsqlDbType.Text, row => row.Actor),
            Of(rows, NpgsqlDbType.Uuid, row => row.SameAs),
            Of(rows, NpgsqlDbType.Uuid, row => row.MergedInto),
            Facts.Array(NpgsqlDbType.Bigint, rows.Select(row => row.Version)),
        },
    };

    private static NpgsqlParameter Of<TRow, TValue>(List<(TRow Row, long Version)> rows, NpgsqlDbType type, Func<TRow, TValue> value) =>
        Facts.Array(type, rows.Select(row => value(row.Row)));

    private static bool IsExact(Moment moment) => moment.Precision is Precision.Instant;

    /// <summary>What other rows look up of an account.</summary>
    private sealed record AccountRow(Guid Id, string? Ref, string? Actor, Guid? SameAs, Guid? MergedInto)
    {
        public static AccountRow? From(IEnumerable<Fact> facts) =>
            facts.OrderBy(fact => fact.Version).Aggregate((AccountRow?)null, (row, fact) => fact.Said switch
            {
                AccountRegistered said => new AccountRow(said.AccountId, $"{said.Platform}:{said.Handle}", said.Actor, null, null),
                AccountAttributed said => row is null ? null : row with { Actor = said.Actor },
                AccountErased said => row is null ? null : row with { Ref = null, Actor = null, SameAs = said.SameWorkerAs },
                AccountMerged said => row is null ? null : row with { MergedInto = said.IntoAccountId },
                _ => row,
            });
    }
}

/// <summary>How enumerations stand in tables: as in JSON.</summary>
internal static class EnumWires
{
    /// <summary>The name of a value, e.g. <c>war-room</c>.</summary>
    public static string Wire<TEnum>(this TEnum value)
        where TEnum : struct, Enum => Wires<TEnum>.Names[value];

    private static class Wires<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> Names =
            Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));
    }
}
