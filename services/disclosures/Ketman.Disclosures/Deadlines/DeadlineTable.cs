using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Deadlines;

/// <summary>A case that this instance has taken up.</summary>
/// <param name="Id">The case.</param>
/// <param name="Claim">Which taking-up; a command that changes the case's deadline ends it.</param>
/// <param name="Tries">How often it failed before.</param>
internal readonly record struct ClaimedCase(Guid Id, Guid Claim, int Tries);

/// <summary>A case and when time next brings something about in it; null: nothing is coming.</summary>
internal readonly record struct NextDue(Guid Id, DateTimeOffset? At);

/// <summary>The statements of the deadline clock on the table <c>deadlines</c>. All times come in with them.</summary>
internal sealed class DeadlineTable(NpgsqlDataSource database)
{
    /// <summary>
    /// How long a claim holds. A batch takes a fraction of it; when it runs out under somebody who is only slow, the work is done
    /// twice and the version of the stream lets one of them through. So it is as short as a dead instance shall be noticed.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    // The part that locks is fenced off: inlined, the planner may look at more rows than the limit, and lock them.
    private const string ClaimSql = """
        with due as materialized (
          select disclosure_id from deadlines
          where claimable_at <= $1 and (leased_until is null or leased_until <= $1)
          order by claimable_at limit $2
          for update skip locked)
        update deadlines d set leased_until = $3, claim = $4 from due where d.disclosure_id = due.disclosure_id
        returning d.disclosure_id, d.tries
        """;

    private const string NextSql = """
        select (select claimable_at from deadlines where claimable_at is not null order by claimable_at limit 1),
               exists (select from late_notices)
        """;

    // Beside an append, whose lock on the streams keeps everybody else from these rows; sorted, as all lock them in that order.
    private const string SettleSql = """
        with settled as materialized (
          select d.disclosure_id, s.due_at from deadlines d join unnest($1::uuid[], $2::timestamptz[]) as s (id, due_at) on s.id = d.disclosure_id
          order by d.disclosure_id for update of d)
        update deadlines d
        set due_at = s.due_at, claimable_at = s.due_at, settles_by = s.due_at, leased_until = null, claim = null, tries = 0, error_type = null, parked_at = null
        from settled s where s.disclosure_id = d.disclosure_id
        """;

    // Nothing was appended, so nothing but the claim tells whether the case is still as it was read: a command that moves the
    // deadline ends the claim. A row that somebody holds is being moved.
    private const string ReleaseSql = """
        with released as materialized (
          select d.disclosure_id, s.due_at from deadlines d join unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) as s (id, due_at, claim)
            on s.id = d.disclosure_id and s.claim = d.claim
          order by d.disclosure_id for update of d skip locked)
        update deadlines d
        set due_at = s.due_at, claimable_at = s.due_at, settles_by = s.due_at, leased_until = null, claim = null, tries = 0, error_type = null, parked_at = null
        from released s where s.disclosure_id = d.disclosure_id
        """;

    private const string FailSql = """
        update deadlines set tries = $3, error_type = $4, claimable_at = $5, parked_at = $6, leased_until = null, claim = null
        where disclosure_id = $1 and claim = $2
        """;

    /// <summary>Takes up to <paramref name="limit"/> due cases that nobody works on, the oldest first.</summary>
    public async Task<IReadOnlyList<ClaimedCase>> ClaimAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var claim = Guid.CreateVersion7(now);
        await using var command = database.CreateCommand(ClaimSql);
        command.Parameters.Add(Time(now));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(Time(now + Lease));
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = claim });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var claimed = new List<ClaimedCase>();
        while (await rows.ReadAsync(cancellation))
        {
            claimed.Add(new ClaimedCase(rows.GetGuid(0), claim, rows.GetInt32(1)));
        }

        return claimed;
    }

    /// <summary>When the next row can be claimed (null: none is waiting), and whether late notices wait to be collected.</summary>
    public async Task<(DateTimeOffset? Next, bool LateNotices)> NextAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(NextSql);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), row.GetBoolean(1));
    }

    /// <summary>Moves the rows of cases that something is appended to, in that transaction.</summary>
    public static NpgsqlBatchCommand Settle(IReadOnlyCollection<NextDue> cases) => new(SettleSql)
    {
        Parameters = { Ids(cases.Select(one => one.Id)), Times(cases.Select(one => one.At)) },
    };

    /// <summary>Moves the rows of cases in which nothing was to be noticed, unless a command moved them meanwhile.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<(ClaimedCase Case, DateTimeOffset? Next)> cases, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReleaseSql);
        command.Parameters.Add(Ids(cases.Select(one => one.Case.Id)));
        command.Parameters.Add(Times(cases.Select(one => one.Next)));
        command.Parameters.Add(Ids(cases.Select(one => one.Case.Claim)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Notes a failure of one case.</summary>
    /// <param name="failed">The case.</param>
    /// <param name="error">The kind of error.</param>
    /// <param name="again">When to try again; null: never, it is parked.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task FailAsync(ClaimedCase failed, string error, DateTimeOffset? again, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(FailSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = failed.Id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = failed.Claim });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = failed.Tries + 1 });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = error });
        command.Parameters.Add(Time(again));
        command.Parameters.Add(Time(again is null ? now : null));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = time is { } known ? known.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Ids(IEnumerable<Guid> ids) => new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> times) =>
        new() { Value = times.Select(time => time?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };
}
