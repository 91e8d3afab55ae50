using Ketman.Disclosures.Confidential;
using Ketman.EventStore.Deciding;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Deadlines;

/// <summary>How the deadline clock is, and what an operator tells it.</summary>
internal sealed class DeadlineOperations(NpgsqlDataSource database, TimeProvider time)
{
    private const int MostCounted = 10_000;
    private const int MostParked = 100;
    private const string Withheld = "[withheld]";

    private const string BacklogSql = """
        select (select claimable_at from deadlines where claimable_at <= $1 order by claimable_at limit 1),
               (select count(*) from (select from deadlines where claimable_at <= $1 limit $2) as due),
               (select count(*) from (select from deadlines where parked_at is not null limit $2) as parked)
        """;

    private const string OpenSql = "select count(*) from deadlines where claimable_at is not null";

    // Who runs the platform need not know whose case it is; neither the handle nor the id, which follows from it.
    private static string ParkedSql(NpgsqlCommand command, Reader reader, DateTimeOffset now) => $"""
        select case when d.id is null then p.disclosure_id::text when {CaseAccess.Condition(command, reader, now)} then d.handle end,
               p.parked_at, p.tries, p.error_type
        from (select * from deadlines where parked_at is not null order by parked_at, disclosure_id limit $1) p
        left join disclosures d on d.id = p.disclosure_id {CaseAccess.Join}
        order by p.parked_at, p.disclosure_id
        """;

    private const string RetrySql = """
        update deadlines set claimable_at = $1, settles_by = $1, parked_at = null, tries = 0
        where parked_at is not null and ($2::uuid is null or disclosure_id = $2)
        """;

    // In the order in which everybody locks these rows.
    private const string RecomputeSql = """
        with every as materialized (select disclosure_id from deadlines order by disclosure_id for update)
        update deadlines d set due_at = null, claimable_at = $1, settles_by = $1, leased_until = null, claim = null, parked_at = null, tries = 0, error_type = null
        from every where every.disclosure_id = d.disclosure_id
        """;

    private const string InsertMissingSql = """
        insert into deadlines (disclosure_id, claimable_at, settles_by)
        select id, $1, $1 from disclosures where not exists (select from deadlines where disclosure_id = id)
        on conflict do nothing
        """;

    /// <summary>What can be claimed now: since when the oldest of it, and how many cases, counted up to a bound; and how many are parked.</summary>
    public async Task<DeadlineBacklog> BacklogAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(BacklogSql);
        command.Parameters.Add(Now());
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostCounted });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new DeadlineBacklog(row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>All of it.</summary>
    public async Task<DeadlineStatus> StatusAsync(Reader reader, CancellationToken cancellation)
    {
        var backlog = await BacklogAsync(cancellation);
        await using var count = database.CreateCommand(OpenSql);
        var open = (long)(await count.ExecuteScalarAsync(cancellation))!;
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostParked });
        command.CommandText = ParkedSql(command, reader, time.GetUtcNow());
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var parked = new List<ParkedCase>();
        while (await rows.ReadAsync(cancellation))
        {
            parked.Add(new ParkedCase(
                rows.IsDBNull(0) ? Withheld : rows.GetString(0), rows.GetFieldValue<DateTimeOffset>(1), rows.GetInt32(2),
                rows.IsDBNull(3) ? null : rows.GetString(3)));
        }

        return new DeadlineStatus(open, backlog.Due, backlog.Since, backlog.Parked, parked);
    }

    /// <summary>Lets parked cases be tried again.</summary>
    /// <param name="disclosure">Which; null: all of them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many.</returns>
    public async Task<int> RetryAsync(Guid? disclosure, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(RetrySql);
        command.Parameters.Add(Now());
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)disclosure ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Lets every case's next deadline be found out anew from its history.</summary>
    /// <returns>How many cases.</returns>
    public async Task<long> RecomputeAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(RecomputeSql);
        command.Parameters.Add(Now());
        command.CommandTimeout = 300;
        return await command.ExecuteNonQueryAsync(cancellation) + await InsertMissingAsync(cancellation);
    }

    /// <summary>Gives cases that have no row one (they are older than the table), from which the clock finds out what is coming.</summary>
    public async Task<int> InsertMissingAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(InsertMissingSql);
        command.Parameters.Add(Now());
        command.CommandTimeout = 300;
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlParameter Now() => new() { Value = time.GetUtcNow().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

/// <summary>What the deadline clock has before it.</summary>
/// <param name="Since">Since when the oldest waits; null: none does.</param>
/// <param name="Due">How many cases are due, counted up to 10,000.</param>
/// <param name="Parked">How many are parked.</param>
internal readonly record struct DeadlineBacklog(DateTimeOffset? Since, long Due, long Parked);

/// <summary>How the deadline clock is.</summary>
/// <param name="Open">How many cases have something coming.</param>
/// <param name="Due">In how many of them it is due now, counted up to 10,000.</param>
/// <param name="OldestDue">Since when the oldest of those waits.</param>
/// <param name="Parked">How many failed too often and wait for an operator.</param>
/// <param name="Items">Those, the first hundred.</param>
public sealed record DeadlineStatus(long Open, long Due, DateTimeOffset? OldestDue, long Parked, IReadOnlyList<ParkedCase> Items);

/// <summary>A case whose deadlines cannot be decided.</summary>
/// <param name="Disclosure">Its handle, where the reader may know of the case.</param>
/// <param name="Since">Since when it is parked.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="ErrorType">The kind of error, never its message, which may hold personal data.</param>
public sealed record ParkedCase(string Disclosure, DateTimeOffset Since, int Tries, string? ErrorType);
