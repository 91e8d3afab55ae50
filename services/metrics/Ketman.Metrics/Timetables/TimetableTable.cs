using Ketman.Contracts;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Timetables;

/// <summary>
/// Which cases are to be asked about, and what was answered. A case is leased while it is asked about, not locked: the fold notes it again
/// meanwhile without waiting for another service.
/// </summary>
internal sealed class TimetableTable(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    // What was lost with an instance that died is taken up when its lease ends.
    private const string Claim = """
        update timetables_wanted w set leased_until = $1
        from (select case_id from timetables_wanted where leased_until is null or leased_until < $2 order by case_id limit $3 for update skip locked) free
        where w.case_id = free.case_id
        returning w.case_id
        """;

    // A rebuild puts another table in the place of cases, whose rows know nothing of what is due and whose words may be others.
    private const string Refill = """
        with refilled as (
          update boards_filled_from set cases = 'cases'::regclass where cases <> 'cases'::regclass returning 1),
        due as (
          insert into timetables_wanted (case_id, version) select id, version from cases, refilled where status = 'open'
          on conflict (case_id) do update set version = greatest(excluded.version, timetables_wanted.version), leased_until = null),
        gone as (
          delete from dues d using refilled where not exists (select from cases c where c.id = d.case_id and c.status = 'open'))
        insert into words_wanted select id from cases, refilled on conflict do nothing
        """;

    /// <summary>Wants everything anew when the table of cases is another than before.</summary>
    public async Task RefillAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Refill);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Takes some of the cases in hand that nobody else has.</summary>
    public async Task<IReadOnlyList<Guid>> ClaimAsync(int limit, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(Claim);
        command.Parameters.Add(new NpgsqlParameter { Value = now + Lease });
        command.Parameters.Add(new NpgsqlParameter { Value = now });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Guid> cases = [];
        while (await reader.ReadAsync(cancellation))
        {
            cases.Add(reader.GetGuid(0));
        }

        return cases;
    }

    /// <summary>Lets others take them, because the question failed.</summary>
    public async Task ReleaseAsync(IReadOnlyList<Guid> cases, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update timetables_wanted set leased_until = null where case_id = any($1)");
        command.Parameters.Add(Facts.Array(NpgsqlDbType.Uuid, cases));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Writes what was answered. An answer that is older than what was folded meanwhile is dropped, and so is one of a case that the fold has in
    /// hand just now: both stay wanted. Of a case that Disclosures does not have nothing is known, so what stands there stays.
    /// </summary>
    public async Task WriteAsync(IReadOnlyList<Guid> asked, IReadOnlyList<Timetable> answers, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var settled = await SettleAsync(transaction, asked, answers, cancellation);
        var timetables = answers.Where(answer => settled.Contains(answer.Id)).ToList();
        if (settled.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection, transaction)
            {
                BatchCommands =
                {
                    new("delete from dues where case_id = any($1)") { Parameters = { Facts.Array(NpgsqlDbType.Uuid, settled) } },
                    Insert(timetables),
                    Show(timetables),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    // The fold locks a case before it wants it; in the same order, and never waiting, we cannot meet it in a circle.
    private async Task<HashSet<Guid>> SettleAsync(
        NpgsqlTransaction transaction, IReadOnlyList<Guid> asked, IReadOnlyList<Timetable> answers, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            with free as materialized (select id, status from cases where id = any($3) for update skip locked),
            settled as (
              delete from timetables_wanted w using free left join unnest($1, $2) a (id, version) on a.id = free.id
              where w.case_id = free.id and (free.status <> 'open' or a.id is null or w.version <= a.version)
              returning w.case_id, free.status = 'open' and a.id is not null as told),
            later as (
              update timetables_wanted w set leased_until = $4
              where w.case_id = any($3) and w.leased_until is not null and not exists (select from settled s where s.case_id = w.case_id))
            select case_id from settled where told
            """, transaction.Connection, transaction)
        {
            Parameters =
            {
                Facts.Array(NpgsqlDbType.Uuid, answers.Select(answer => answer.Id)),
                Facts.Array(NpgsqlDbType.Bigint, answers.Select(answer => answer.Version)),
                Facts.Array(NpgsqlDbType.Uuid, asked),
                new NpgsqlParameter { Value = clock.GetUtcNow() + Again },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        HashSet<Guid> settled = [];
        while (await reader.ReadAsync(cancellation))
        {
            settled.Add(reader.GetGuid(0));
        }

        return settled;
    }

    private static NpgsqlBatchCommand Insert(List<Timetable> timetables)
    {
        var dues = timetables.SelectMany(timetable => timetable.Dues.Select(due => (Case: timetable.Id, Due: due))).ToList();
        return new(
            """
            insert into dues (case_id, kind, name, title, subject_id, owed_by, due_at, since, since_exact, paused, paused_until)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """)
        {
            Parameters =
            {
                Facts.Array(NpgsqlDbType.Uuid, dues.Select(one => one.Case)),
                Facts.Array(NpgsqlDbType.Text, dues.Select(one => one.Due.Kind)),
                Facts.Array(NpgsqlDbType.Text, dues.Select(one => one.Due.Name)),
                Facts.Array(NpgsqlDbType.Text, dues.Select(one => one.Due.Title)),
                Facts.Array(NpgsqlDbType.Uuid, dues.Select(one => one.Due.SubjectId)),
                Facts.Array(NpgsqlDbType.Text, dues.Select(one => one.Due.OwedBy)),
                Facts.Array(NpgsqlDbType.TimestampTz, dues.Select(one => one.Due.DueAt?.UtcDateTime)),
                Facts.Array(NpgsqlDbType.TimestampTz, dues.Select(one => one.Due.Since.Start.UtcDateTime)),
                Facts.Array(NpgsqlDbType.Boolean, dues.Select(one => one.Due.Since.Precision is Precision.Instant)),
                Facts.Array(NpgsqlDbType.Boolean, dues.Select(one => one.Due.Paused)),
                Facts.Array(NpgsqlDbType.TimestampTz, dues.Select(one => one.Due.PausedUntil?.UtcDateTime)),
            },
        };
    }

    private static NpgsqlBatchCommand Show(List<Timetable> timetables)
    {
        var rows = timetables.Select(Shown.Of).ToList();
        return new(
            """
            update cases c set
              timetable_version = n.version, due_at = n.due_at, due_kind = n.due_kind, due_name = n.due_name, due_title = n.due_title, due_owed_by = n.due_owed_by,
              due_since = n.due_since, due_since_exact = n.due_since_exact, due_paused = n.due_paused, due_paused_until = n.due_paused_until,
              then_at = n.then_at, then_kind = n.then_kind, then_title = n.then_title, then_owed_by = n.then_owed_by, breach_at = n.breach_at
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) n (
              id, version, due_at, due_kind, due_name, due_title, due_owed_by, due_since, due_since_exact, due_paused, due_paused_until,
              then_at, then_kind, then_title, then_owed_by, breach_at)
            where c.id = n.id
            """)
        {
            Parameters =
            {
                Facts.Array(NpgsqlDbType.Uuid, timetables.Select(one => one.Id)),
                Facts.Array(NpgsqlDbType.Bigint, timetables.Select(one => one.Version)),
                Facts.Array(NpgsqlDbType.TimestampTz, rows.Select(row => row.Head?.DueAt?.UtcDateTime)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Head?.Kind)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Head?.Name)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Head?.Title)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Head?.OwedBy)),
                Facts.Array(NpgsqlDbType.TimestampTz, rows.Select(row => row.Head?.Since.Start.UtcDateTime)),
                Facts.Array(NpgsqlDbType.Boolean, rows.Select(row => row.Head is { } head ? head.Since.Precision is Precision.Instant : (bool?)null)),
                Facts.Array(NpgsqlDbType.Boolean, rows.Select(row => row.Head?.Paused)),
                Facts.Array(NpgsqlDbType.TimestampTz, rows.Select(row => row.Head?.PausedUntil?.UtcDateTime)),
                Facts.Array(NpgsqlDbType.TimestampTz, rows.Select(row => row.Then?.DueAt?.UtcDateTime)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Then?.Kind)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Then?.Title)),
                Facts.Array(NpgsqlDbType.Text, rows.Select(row => row.Then?.OwedBy)),
                Facts.Array(NpgsqlDbType.TimestampTz, rows.Select(row => row.BreachAt?.UtcDateTime)),
            },
        };
    }

    // A publication is told of and comes next, but nobody is late with it: it makes no case urgent.
    private sealed record Shown(TimetableDue? Head, TimetableDue? Then, DateTimeOffset? BreachAt)
    {
        public static Shown Of(Timetable timetable)
        {
            var head = timetable.Dues.FirstOrDefault(due => due.Kind is "clock" or "step");
            return new Shown(
                head, timetable.Dues.FirstOrDefault(due => due != head && due.DueAt is not null && !(due.DueAt < head?.DueAt)),
                timetable.Dues.Where(due => due.Kind is "clock").Select(due => due.DueAt).Min());
        }
    }
}
