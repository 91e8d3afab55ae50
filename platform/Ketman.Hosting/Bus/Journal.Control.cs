using Npgsql;
using static Ketman.Hosting.Bus.JournalRows;

namespace Ketman.Hosting.Bus;

/// <summary>What an operator may do to the consumer, and what he gets to see.</summary>
internal sealed partial class Journal
{
    private const int RebuildBatch = 2000;

    /// <summary>How the consumer is.</summary>
    public async Task<JournalStatus> StatusAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select c.paused_at, c.paused_because, w.streams, w.events, w.since,
                   (select count(*) from journal_poison where kind = 'conflict' and settled_at is null)
            from journal_consumers c,
                 (select count(*) streams, coalesce(sum(head_version - folded_version), 0)::bigint events, min(waiting_since) since
                  from journal_streams where waiting_since is not null) w
            where c.name = $1
            """);
        AddAll(command, [consumer.Name]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new JournalStatus(
                consumer.Name,
                reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetInt64(2), reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetInt64(5))
            : new JournalStatus(consumer.Name, null, null, 0, 0, null, 0);
    }

    /// <summary>Stops folding; journaling goes on.</summary>
    public Task PauseAsync(string reason, CancellationToken cancellation) => ControlAsync(
        "update journal_consumers set paused_at = $2, paused_because = $3 where name = $1 and paused_at is null",
        [consumer.Name, clock.GetUtcNow(), reason], cancellation);

    /// <summary>Folds on, the event that caused the pause included: for when the cause is mended.</summary>
    public Task ResumeAsync(CancellationToken cancellation) => ControlAsync(
        """
        with consumer as (update journal_consumers set paused_at = null, paused_because = null where name = $1)
        update journal_poison set settled_at = $2, settlement = 'resumed' where kind = 'fold' and settled_at is null
        """,
        [consumer.Name, clock.GetUtcNow()], cancellation);

    /// <summary>Gives up the event that caused the pause, for ever, and folds on after it. False: the consumer does not stand at it.</summary>
    public async Task<bool> SkipAsync(string stream, long version, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(connection, transaction, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(
            batch,
            """
            with poison as (
              update journal_poison p set settled_at = $3, settlement = 'skipped'
              from journal_streams s
              where p.stream = $1 and p.version = $2 and p.kind = 'fold' and p.settled_at is null
                and s.stream = p.stream and s.folded_version = p.version - 1
              returning p.stream, p.version)
            update journal_streams s
            set folded_version = p.version, waiting_since = case when s.head_version > p.version then s.waiting_since end
            from poison p
            where s.stream = p.stream
            """,
            [stream, version, clock.GetUtcNow()]);
        var skipped = await batch.ExecuteNonQueryAsync(cancellation) > 0;
        if (skipped)
        {
            await using var resume = new NpgsqlBatch(connection, transaction);
            Add(resume, "update journal_consumers set paused_at = null, paused_because = null where name = $1", [consumer.Name]);
            await resume.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return skipped;
    }

    /// <summary>
    /// Folds the whole journal anew, in one transaction: readers see the old read models until the new ones are complete, and
    /// if an event cannot be folded, everything stays as it was. Messages wait meanwhile. Returns how many events were folded.
    /// </summary>
    /// <exception cref="FoldException">An event cannot be folded.</exception>
    /// <param name="progress">Told the number of events folded so far.</param>
    /// <param name="cancellation">Stops it; nothing has changed then.</param>
    public async Task<long> RebuildAsync(IProgress<long>? progress, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(connection, transaction, cancellation);
        await consumer.ResetAsync(transaction, cancellation);
        await using (var declare = new NpgsqlCommand(
            $"""
            declare history no scroll cursor for
            select {EventColumns}, exists (
              select from journal_poison p
              where p.stream = j.stream and p.version = j.version and p.event_id = j.event_id and p.settlement = 'skipped')
            from journal j
            join journal_streams s on s.stream = j.stream and s.folded_version >= j.version
            order by j.recorded_at, j.stream, j.version
            """, connection, transaction))
        {
            await declare.ExecuteNonQueryAsync(cancellation);
        }

        // Clocks of two instances may differ, so within a stream the order of recording is not surely that of versions.
        var plan = new FoldPlan();
        long folded = 0;
        while (await FetchAsync(connection, transaction, plan, cancellation) is { } ready)
        {
            await fold.FoldAsync(ready, transaction, cancellation);
            folded += ready.Count;
            progress?.Report(folded);
        }

        await transaction.CommitAsync(cancellation);
        return folded;
    }

    private async Task LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, "select from journal_consumers where name = $1 for update", [consumer.Name]);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    // Null: the cursor is at its end.
    private static async Task<IReadOnlyList<Arrival>?> FetchAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, FoldPlan plan, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"fetch {RebuildBatch} from history", connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!reader.HasRows)
        {
            return null;
        }

        var skipped = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            var arrival = Arrival.Of(ReadEvent(reader));
            plan.Add(arrival);
            if (reader.GetBoolean(10))
            {
                skipped.Add(arrival.Message.Id);
            }
        }

        return [.. plan.TakeReady().Where(arrival => !skipped.Contains(arrival.Message.Id))];
    }

    private async Task ControlAsync(string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        AddAll(command, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>How a consumer is.</summary>
/// <param name="Name">The consumer.</param>
/// <param name="PausedAt">Since when it does not fold; null: it does.</param>
/// <param name="PausedBecause">Why.</param>
/// <param name="WaitingStreams">Streams with events that are journaled but not folded.</param>
/// <param name="WaitingEvents">How many such events, versions that are missing in between included.</param>
/// <param name="WaitingSince">The oldest of them.</param>
/// <param name="Conflicts">Events that came twice with different content and that nobody has looked at.</param>
public sealed record JournalStatus(
    string Name, DateTimeOffset? PausedAt, string? PausedBecause, long WaitingStreams, long WaitingEvents, DateTimeOffset? WaitingSince,
    long Conflicts);
