using Npgsql;

namespace Ketman.EventStore;

/// <summary>
/// What an operator sees and does about subscriptions. Everything stands in the database, so any instance can be asked; the
/// one that leads finds out at its next checkpoint, which fails, or within a second.
/// </summary>
public sealed class SubscriptionControl(
    NpgsqlDataSource database, IEnumerable<ILogSubscriber> subscribers, IEnumerable<IProjection> projections, TimeProvider time)
{
    private const string StatusSql = """
        select n.name, coalesce(p.last_seq_id, 0), coalesce((select max(seq_id) from mt_events), 0), coalesce(s.paused, false),
               s.event_seq, s.event_type, s.error_type, s.attempts, p.last_updated, s.changed_at, s.paused_by
        from unnest($1::text[]) as n (name)
        left join mt_event_progression p on p.name = n.name
        left join ketman_subscriptions s on s.name = n.name
        order by n.name
        """;

    private const string PauseSql = """
        insert into ketman_subscriptions (name, paused, changed_at, paused_by) values ($1, true, $2, $3)
        on conflict (name) do update set paused = true, changed_at = excluded.changed_at, paused_by = excluded.paused_by
        where not ketman_subscriptions.paused
        """;

    private const string ResumeSql = """
        update ketman_subscriptions
        set paused = false, event_seq = null, event_type = null, error_type = null, attempts = null, paused_by = null, changed_at = $2
        where name = $1 and paused
        """;

    // Only past the event that is named and stands in the way: whatever comes after it is not to be lost by asking twice.
    private const string SkipSql = """
        with skipped as (
          insert into ketman_skipped_events (name, event_seq, event_type, error_type, skipped_by, skipped_at)
          select name, event_seq, event_type, error_type, $3, $2 from ketman_subscriptions where name = $1 and paused and event_seq = $4
          on conflict (name, event_seq) do update set skipped_by = excluded.skipped_by, skipped_at = excluded.skipped_at
          returning event_seq
        ), moved as (
          update mt_event_progression p set last_seq_id = event_seq, last_updated = $2 from skipped where p.name = $1 and p.last_seq_id < event_seq
        )
        update ketman_subscriptions
        set paused = false, event_seq = null, event_type = null, error_type = null, attempts = null, paused_by = null, changed_at = $2
        from skipped where name = $1
        """;

    private const string SkippedSql = "select exists (select from ketman_skipped_events where name = $1 and event_seq = $2)";

    private readonly string[] _names =
        [.. subscribers.Select(each => each.Name).Concat(projections.Select(each => each.Name)).Order(StringComparer.Ordinal)];

    /// <summary>All subscriptions of this service, by name.</summary>
    public async Task<IReadOnlyList<SubscriptionStatus>> StatusAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(StatusSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = _names });
        var statuses = new List<SubscriptionStatus>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            statuses.Add(new SubscriptionStatus(
                reader.GetString(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetBoolean(3),
                reader.GetFieldValue<long?>(4),
                reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.GetFieldValue<int?>(7),
                reader.GetFieldValue<DateTimeOffset?>(8),
                reader.GetBoolean(3) ? reader.GetFieldValue<DateTimeOffset?>(9) : null,
                reader.IsDBNull(10) ? null : reader.GetString(10)));
        }

        return statuses;
    }

    /// <summary>Lets a subscription stand still from its next batch on. False: there is no such one, or it stands already.</summary>
    /// <param name="name">The subscription.</param>
    /// <param name="by">Who decided so.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<bool> PauseAsync(string name, string by, CancellationToken cancellation) => ChangeAsync(PauseSql, name, cancellation, by);

    /// <summary>Lets it go on where it stands; an event that paused it is tried again. False: it does not stand still.</summary>
    public Task<bool> ResumeAsync(string name, CancellationToken cancellation) => ChangeAsync(ResumeSql, name, cancellation);

    /// <summary>Passes over the event that paused it, on record, and goes on. False: it is not that event that stands in its way.</summary>
    /// <param name="name">The subscription.</param>
    /// <param name="sequence">The event's place in the log: asked twice, no other is passed over.</param>
    /// <param name="by">Who decided so.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<bool> SkipAsync(string name, long sequence, string by, CancellationToken cancellation) =>
        ChangeAsync(SkipSql, name, cancellation, by, sequence);

    /// <summary>Whether an event was passed over.</summary>
    public async Task<bool> WasSkippedAsync(string name, long sequence, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(SkippedSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private async Task<bool> ChangeAsync(string sql, string name, CancellationToken cancellation, params object[] more)
    {
        if (!_names.Contains(name, StringComparer.Ordinal))
        {
            return false;
        }

        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime });
        foreach (var value in more)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }
}
