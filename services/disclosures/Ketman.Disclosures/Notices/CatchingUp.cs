using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Notices;

/// <summary>
/// After a time in which nobody looked (or an import of what happened long ago), one notice instead of a storm: what was noticed
/// late waits until nothing of it is left to notice, and is then told of at once, by whichever instance comes first.
/// </summary>
internal sealed class CatchingUp(NpgsqlDataSource database)
{
    /// <summary>What was due longer ago than this when it is noticed has been missed, by a process that was down or a fact that came late.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    private const int MostDisclosures = 1000;
    private const int MostNamed = 10;

    // While a row is left whose time came long ago (claimed by somebody or still settling), it is not the time yet: the events of
    // the last of them, their rows here and the end of that condition are committed together. Of two instances that delete at the
    // same time the second waits for the first, and then finds nothing.
    private const string TakeSql = """
        with told as (
          delete from late_notices
          where not exists (select from deadlines where claimable_at <= $1 and (due_at is null or due_at <= $2))
          returning disclosure_id, kind, came_at, deliver_at),
        cases as (select disclosure_id, min(came_at) as first from told group by disclosure_id)
        select count(*),
               count(*) filter (where kind = 'breach'), count(*) filter (where kind in ('step-due', 'step-taken')), count(*) filter (where kind = 'warning'),
               min(came_at), max(came_at), min(deliver_at),
               (select count(*) from cases),
               array(select disclosure_id from cases order by first, disclosure_id limit $3),
               array(select coalesce(d.handle, c.disclosure_id::text) from (select * from cases order by first, disclosure_id limit $4) c
                     left join disclosures d on d.id = c.disclosure_id order by c.first, c.disclosure_id)
        from told
        """;

    private const string InsertSql = """
        insert into notices (id, kind, due_at, due_until, noticed_at, deliver_at, text, breaches, steps, warnings, cases, disclosures)
        values ($1, 'caught-up', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    /// <summary>Writes the one notice, if there is something to tell and nothing left to notice.</summary>
    /// <param name="now">The time.</param>
    /// <param name="settling">For so long a case of whose past something was written may still wait.</param>
    /// <param name="cancellation">Gives up; what was to be told waits on.</param>
    public async Task TellAsync(DateTimeOffset now, TimeSpan settling, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await TakeAsync(transaction, now, settling, cancellation) is { } summary)
        {
            await InsertAsync(transaction, summary, now, cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }

    private static async Task<Summary?> TakeAsync(NpgsqlTransaction transaction, DateTimeOffset now, TimeSpan settling, CancellationToken cancellation)
    {
        await using var take = new NpgsqlCommand(TakeSql, transaction.Connection, transaction);
        take.Parameters.Add(Time(now + settling));
        take.Parameters.Add(Time(now - Late));
        take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostDisclosures });
        take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostNamed });
        await using var row = await take.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return row.GetInt64(0) == 0
            ? null
            : new Summary(
                row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5),
                row.GetFieldValue<DateTimeOffset>(6), row.GetInt64(7), row.GetFieldValue<Guid[]>(8), row.GetFieldValue<string[]>(9));
    }

    private static async Task InsertAsync(NpgsqlTransaction transaction, Summary summary, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand(InsertSql, transaction.Connection, transaction);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(now) });
        insert.Parameters.Add(Time(summary.From));
        insert.Parameters.Add(Time(summary.Until));
        insert.Parameters.Add(Time(now));
        insert.Parameters.Add(Time(summary.DeliverAt > now ? summary.DeliverAt : now));
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = summary.Text });
        foreach (var count in (ReadOnlySpan<long>)[summary.Breaches, summary.Steps, summary.Warnings, summary.Cases])
        {
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = count });
        }

        insert.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = summary.Disclosures });
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Time(DateTimeOffset time) => new() { Value = time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private sealed record Summary(
        long Breaches, long Steps, long Warnings, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset DeliverAt, long Cases,
        Guid[] Disclosures, string[] Handles)
    {
        public string Text
        {
            get
            {
                var text = new StringBuilder("Noticed late: ");
                text.AppendJoin(", ", new[] { Counted(Breaches, "breach", "es"), Counted(Steps, "step", "s"), Counted(Warnings, "warning", "s") }.OfType<string>());
                text.Append(CultureInfo.InvariantCulture, $" between {Notice.Said(From)} and {Notice.Said(Until)}, in {Counted(Cases, "case", "s")}: ");
                text.AppendJoin(", ", Handles);
                return (Cases > Handles.Length ? text.Append(CultureInfo.InvariantCulture, $" and {Cases - Handles.Length} more") : text).Append('.').ToString();
            }
        }

        private static string? Counted(long count, string one, string plural) =>
            count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : plural)}");
    }
}
