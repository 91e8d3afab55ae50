using System.Diagnostics;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Ketman.Hosting.Bus.JournalRows;

namespace Ketman.Hosting.Bus;

/// <summary>
/// The journal of one consumer: takes in what comes, however often and in whatever order, and folds what is complete. Journal,
/// effect and progress are one transaction; the consumer's row is locked first, so transactions of several instances take
/// turns and everything read after it is settled.
/// </summary>
internal sealed partial class Journal(NpgsqlDataSource database, IJournalConsumer consumer, JournalFold fold, TimeProvider clock, ILogger<Journal> log)
{
    // Enough for a deadlock with a reader or a slip of the consumer's own; what fails as often again is in the event.
    private const int Attempts = 3;

    // Bounds one transaction when much has been waiting; the rest follows with the next.
    private const int LargestLoad = 5000;

    private static readonly JsonElement NoData = JsonSerializer.SerializeToElement(new { });

    private readonly Guid _instance = Guid.NewGuid();

    /// <summary>Makes sure that the consumer has its row.</summary>
    public async Task PrepareAsync(IEnumerable<string> owners, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        Add(batch, "insert into journal_consumers (name) values ($1) on conflict do nothing", [consumer.Name]);
        Add(batch, "insert into journal_owners (owner, checkpoint) select unnest($1::varchar[]), 0 on conflict do nothing", [owners.ToArray()]);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Journals <paramref name="arrivals"/> and folds them with whatever they complete, and what else of <paramref name="streams"/>
    /// can be folded. Returns when that is committed. An event that cannot be folded pauses the consumer, which goes on journaling.
    /// </summary>
    /// <exception cref="NpgsqlException">Passing failures of the database, and data that it cannot hold; nothing was done.</exception>
    public async Task<Intake> TakeAsync(IReadOnlyList<Arrival> arrivals, IReadOnlyList<string> streams, CancellationToken cancellation)
    {
        arrivals = Narrowed(arrivals);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TakeOnceAsync(arrivals, streams, oneByOne: attempt > Attempts, cancellation);
            }
            catch (FoldException e) when (attempt <= Attempts)
            {
                LogRetry(consumer.Name, attempt, JournalFold.Describe(e.InnerException!));
                await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), clock, cancellation);
            }
        }
    }

    private async Task<Intake> TakeOnceAsync(
        IReadOnlyList<Arrival> arrivals, IReadOnlyList<string> streams, bool oneByOne, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        var plan = new FoldPlan();
        var touched = arrivals.Select(arrival => arrival.Message.Stream).Concat(streams).Distinct(StringComparer.Ordinal).ToArray();
        var (paused, fresh, erased) = await EnterAsync(connection, transaction, plan, arrivals, touched, cancellation);
        (arrivals, fresh) = await WithoutErasedAsync(connection, transaction, arrivals, fresh, erased, cancellation);
        if (fresh.Count < arrivals.Count)
        {
            await NoteConflictsAsync(connection, transaction, arrivals, fresh, cancellation);
        }

        if (!paused)
        {
            foreach (var waiting in await LoadWaitingAsync(connection, transaction, plan, cancellation))
            {
                plan.Add(waiting);
            }
        }

        foreach (var arrival in fresh)
        {
            plan.Add(arrival);
        }

        var folded = 0;
        if (!paused && plan.Ready.Count > 0)
        {
            folded = oneByOne
                ? await fold.FoldOneByOneAsync(plan.Ready, transaction, cancellation)
                : await fold.FoldAsync(plan.Ready, transaction, cancellation);
        }

        if (fresh.Count > 0 || folded > 0)
        {
            await KeepProgressAsync(connection, transaction, plan, folded, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        Measure(fresh.Count, plan.Ready, folded);
        return new Intake(fresh.Count, folded);
    }

    // One round trip: take the turn, journal, and read how far the streams are. Each statement takes its own snapshot, so what
    // the last one reads includes everything that the instance before us committed.
    private async Task<(bool Paused, IReadOnlyList<Arrival> Fresh, HashSet<string> Erased)> EnterAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, FoldPlan plan, IReadOnlyList<Arrival> arrivals, string[] streams,
        CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, "select paused_at is not null from journal_consumers where name = $1 for update", [consumer.Name]);
        Add(batch, "select stream, folded_version, head_version, waiting_since from journal_streams where stream = any($1)", [streams]);
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        if (arrivals.Count > 0)
        {
            AddInsert(batch, arrivals);
            foreach (var arrival in arrivals)
            {
                PersonalPayload.AddSubjects(arrival.Message, subjects);
            }

            if (subjects.Count > 0)
            {
                Add(batch, WhoIsErased, [subjects.ToArray()]);
            }
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var paused = await reader.ReadAsync(cancellation) && reader.GetBoolean(0);
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            plan.Begin(
                reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2),
                await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(3));
        }

        if (arrivals.Count == 0)
        {
            return (paused, [], subjects);
        }

        await reader.NextResultAsync(cancellation);
        var inserted = new HashSet<(string, long)>(arrivals.Count);
        while (await reader.ReadAsync(cancellation))
        {
            inserted.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        // Removing as we go: of an event that stands twice in one batch, the first was the one that was inserted.
        var fresh = arrivals.Where(arrival => inserted.Remove((arrival.Message.Stream, arrival.Message.Version))).ToList();
        var erased = new HashSet<string>(StringComparer.Ordinal);
        if (subjects.Count > 0 && await reader.NextResultAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                erased.Add(reader.GetString(0));
            }
        }

        return (paused, fresh, erased);
    }

    private void AddInsert(NpgsqlBatch batch, IReadOnlyList<Arrival> arrivals) => Add(
        batch,
        """
        insert into journal (stream, version, event_id, type, occurred_at, occurred_precision, recorded_at, recorded_by, data, trace_parent, received_at)
        select a.*, $11
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) a
        on conflict do nothing
        returning stream, version
        """,
        [Column(arrivals, message => message.Stream),
        Column(arrivals, message => message.Version),
        Column(arrivals, message => message.Id),
        Column(arrivals, message => message.Type),
        Column(arrivals, message => message.OccurredAt.Start),
        Column(arrivals, message => message.OccurredAt.Precision is Precision.Day ? "day" : "instant"),
        Column(arrivals, message => message.RecordedAt.ToUniversalTime()),
        Column(arrivals, message => message.RecordedBy),
        JsonColumn(arrivals),
        Column(arrivals, message => message.TraceParent),
        clock.GetUtcNow()]);

    // The same contract may well come with another payload after an upgrade of its owner, under a new URN; the same URN may not.
    private async Task NoteConflictsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Arrival> arrivals, IReadOnlyList<Arrival> fresh,
        CancellationToken cancellation)
    {
        var isFresh = fresh.ToHashSet(ReferenceEqualityComparer.Instance);
        var again = arrivals.Where(arrival => !isFresh.Contains(arrival)).ToList();
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(
            batch,
            """
            insert into journal_poison (stream, version, event_id, kind, type, reason, noted_at)
            select a.stream, a.version, a.event_id, 'conflict', a.type, 'the journal has this version with other content', $6
            from unnest($1, $2, $3, $4, $5) a (stream, version, event_id, type, data)
            join journal j on j.stream = a.stream and j.version = a.version
            where j.event_id <> a.event_id or (j.type = a.type and j.data <> a.data and '{}' not in (j.data, a.data) and not journal_same(j.data, a.data))
            on conflict do nothing
            returning stream, version
            """,
            [Column(again, message => message.Stream),
            Column(again, message => message.Version),
            Column(again, message => message.Id),
            Column(again, message => message.Type),
            JsonColumn(again),
            clock.GetUtcNow()]);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            LogConflict(consumer.Name, reader.GetString(0), reader.GetInt64(1));
        }
    }

    private static async Task<IReadOnlyList<Arrival>> LoadWaitingAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, FoldPlan plan, CancellationToken cancellation)
    {
        var waiting = plan.Streams.Where(stream => stream.Value.Head > stream.Value.Folded).ToList();
        if (waiting.Count == 0)
        {
            return [];
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(
            batch,
            $"""
            select {EventColumns}
            from unnest($1, $2) s (stream, folded)
            join journal j on j.stream = s.stream and j.version > s.folded
            where exists (select from journal n where n.stream = s.stream and n.version = s.folded + 1)
            order by j.stream, j.version
            limit {LargestLoad}
            """,
            [waiting.Select(stream => stream.Key).ToArray(),
            waiting.Select(stream => stream.Value.Folded).ToArray()]);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var events = new List<Arrival>();
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(Arrival.Of(ReadEvent(reader)));
        }

        // What waited for its turn is folded in the order in which it was recorded, as it would have been.
        return [.. events.OrderBy(arrival => arrival.Message.RecordedAt)];
    }

    private async Task KeepProgressAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, FoldPlan plan, int folded, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var streams = plan.After(folded).ToList();
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(
            batch,
            """
            insert into journal_streams (stream, folded_version, head_version, waiting_since)
            select * from unnest($1, $2, $3, $4)
            on conflict (stream) do update
            set folded_version = excluded.folded_version, head_version = excluded.head_version, waiting_since = excluded.waiting_since
            """,
            [streams.Select(stream => stream.Stream).ToArray(),
            streams.Select(stream => stream.Progress.Folded).ToArray(),
            streams.Select(stream => stream.Progress.Head).ToArray(),
            streams.Select(stream => stream.Progress.Head > stream.Progress.Folded ? stream.Progress.WaitingSince ?? now : (DateTimeOffset?)null).ToArray()]);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private List<Arrival> Narrowed(IReadOnlyList<Arrival> arrivals) =>
        [.. arrivals.Select(arrival => fold.Wants(arrival.Message.Type) || PersonalPayload.Erases(arrival.Message.Type)
            ? arrival
            : arrival with { Message = arrival.Message with { Data = NoData } })];

    private void Measure(int journaled, IReadOnlyList<Arrival> ready, int folded)
    {
        KetmanTelemetry.Journaled.Add(journaled);
        KetmanTelemetry.Folded.Add(folded);
        var spans = KetmanTelemetry.Source.HasListeners();
        var delays = KetmanTelemetry.Delay.Enabled;
        if (!spans && !delays)
        {
            return;
        }

        var now = clock.GetUtcNow();
        for (var i = 0; i < folded; i++)
        {
            var (message, trace) = (ready[i].Message, ready[i].Trace);
            KetmanTelemetry.Delay.Record((now - message.RecordedAt).TotalMilliseconds);
            if (spans && trace != default)
            {
                // It began when the event was recorded for all that the reader of the trace cares; what counts is that it ends here, committed.
                using var span = KetmanTelemetry.Source.StartActivity("fold", ActivityKind.Consumer, trace);
                span?.SetTag("messaging.message.id", message.Id).SetTag("ketman.type", message.Type).SetTag("ketman.consumer", consumer.Name);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer} could not fold a batch, attempt {Attempt}: {Reason}")]
    private partial void LogRetry(string consumer, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer} got {Stream} version {Version} again with other content; the first is kept")]
    private partial void LogConflict(string consumer, string stream, long version);
}

/// <summary>What became of a batch.</summary>
/// <param name="Journaled">Events that were new.</param>
/// <param name="Folded">Events whose effect is committed.</param>
internal readonly record struct Intake(int Journaled, int Folded);
