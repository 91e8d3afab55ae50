using Ketman.EventStore.Log;
using Ketman.EventStore.Personal;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// Reads the log in commit order without missing an event. One serves all subscribers of a process: the first to come reads
/// from the database, those close behind it are served from memory. At the front it hands out the contiguous prefix; a gap
/// is passed only when the <see cref="Fence"/> says that it will stay one.
/// </summary>
public sealed class LogReader(NpgsqlDataSource database, EventTypes types, RecentAppends? recent = null) : IAsyncDisposable
{
    // Enough for a subscriber that is a batch or two behind; more would only grow old in memory.
    private const int Kept = 2000;

    private const string Front = $"select {EventRows.Columns} from mt_events where seq_id > $1 order by seq_id limit $2";
    private const string FrontPlaces = "select seq_id, id, stream_id, version from mt_events where seq_id > $1 order by seq_id limit $2";
    private const string Behind = $"select {EventRows.Columns} from mt_events where seq_id > $1 and seq_id <= $2 order by seq_id limit $3";

    private readonly SemaphoreSlim _front = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<RecordedEvent> _recent = [];
    private readonly Fence _fence = new();
    private readonly PersonalEvents _personal = new(database, types);
    private NpgsqlConnection? _connection;

    // Whether what came last was appended here. Then places are asked for; rows again once the first of a page is not in memory.
    private bool _isOwn = true;
    private long _recentAfter;
    private long _head;

    /// <summary>Everything up to here is decided; later events may still come in below one that is already seen.</summary>
    public long Head
    {
        get
        {
            lock (_lock)
            {
                return _head;
            }
        }
    }

    /// <summary>Reads on after a position that was given out before (a checkpoint), or 0.</summary>
    /// <exception cref="UnreadableEventException">The next event cannot be read by this build; those before it were given out.</exception>
    public async Task<LogPage> ReadAsync(long after, int limit, CancellationToken cancellation)
    {
        if (await ReadKnownAsync(after, limit, cancellation) is { } page)
        {
            return page;
        }

        await _front.WaitAsync(cancellation);
        try
        {
            // Another subscriber may have read on while we waited.
            return await ReadKnownAsync(after, limit, cancellation) ?? await ReadFrontAsync(after, limit, cancellation);
        }
        catch (Exception e) when (e is not UnreadableEventException)
        {
            await DisconnectAsync();
            throw;
        }
        finally
        {
            _front.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        _front.Dispose();
    }

    private async Task<LogPage?> ReadKnownAsync(long after, int limit, CancellationToken cancellation) =>
        FromMemory(after, limit) is { } page ? page
        : Head is var head && after < head ? await ReadBehindAsync(after, head, limit, cancellation)
        : null;

    private LogPage? FromMemory(long after, int limit)
    {
        lock (_lock)
        {
            if (after < _recentAfter || after >= _head)
            {
                return null;
            }

            var from = FirstAfter(after);
            var count = Math.Min(limit, _recent.Count - from);
            var events = _recent.GetRange(from, count);
            return new LogPage(events, from + count == _recent.Count ? _head : events[^1].Sequence, Waiting: false);
        }
    }

    private int FirstAfter(long after)
    {
        int low = 0, high = _recent.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_recent[middle].Sequence <= after)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private async Task<LogPage> ReadBehindAsync(long after, long head, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Behind);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = head, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit, NpgsqlDbType = NpgsqlDbType.Integer });
        var page = await RevealAsync(await WalkAsync(command, null, after, decidedTo: head, limit, cancellation), cancellation);
        return new LogPage(page.Events, page.Through, Waiting: false);
    }

    private async Task<LogPage> ReadFrontAsync(long after, int limit, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        var known = _isOwn ? recent : null;
        while (true)
        {
            await using var command = new NpgsqlCommand(known is null ? Front : FrontPlaces, connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after, NpgsqlDbType = NpgsqlDbType.Bigint });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit, NpgsqlDbType = NpgsqlDbType.Integer });
            var walked = await RevealAsync(await WalkAsync(command, known, after, _fence.DecidedTo, limit, cancellation), cancellation);
            if (walked.Through > after)
            {
                _isOwn = known is not null || recent?.HasAll(walked.Events) == true;
                Keep(after, walked);
                return new LogPage(walked.Events, walked.Through, Waiting: walked.Highest > walked.Through && !walked.CutShort);
            }

            if (walked.CutShort)
            {
                // What is remembered is not what is there.
                _isOwn = false;
                known = null;
                continue;
            }

            if (walked.Highest <= after)
            {
                Keep(after, walked);
                return new LogPage([], after, Waiting: false);
            }

            if (!await _fence.IsDecidedAsync(connection, walked.Highest, cancellation))
            {
                return new LogPage([], after, Waiting: true);
            }
        }
    }

    /// <summary>Takes rows while nothing can still come in below them, and then only looks how far the log goes.</summary>
    private async Task<Walk> WalkAsync(NpgsqlCommand command, RecentAppends? known, long after, long decidedTo, int limit, CancellationToken cancellation)
    {
        var rows = new EventRows(types);
        var events = new List<RecordedEvent>();
        long through = after, highest = after;
        var seen = 0;
        bool open = true, cutShort = false;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            seen++;
            highest = reader.GetInt64(0);
            open &= highest <= decidedTo || highest == Math.Max(through, decidedTo) + 1;
            if (!open)
            {
                continue;
            }

            try
            {
                var read = known is null ? rows.Read(reader) : known.Find(highest, reader.GetGuid(1), reader.GetString(2), reader.GetInt64(3), types);
                if (read is not null)
                {
                    events.Add(read);
                }
                else if (known is not null)
                {
                    // Somebody else's, or one whose writer has not been told yet that it is committed: next time, from the database.
                    open = false;
                    cutShort = true;
                    continue;
                }
            }
            catch (UnreadableEventException) when (events.Count > 0)
            {
                // What comes before it is good; asked for next, it will be the first and then say so.
                open = false;
                cutShort = true;
                continue;
            }

            through = highest;
        }

        // The last numbers of the decided stretch may be missing for good: then nothing is left to read there.
        if (!cutShort && (!open || seen < limit))
        {
            through = Math.Max(through, decidedTo);
        }

        return new Walk(events, through, highest, cutShort);
    }

    // As with an event that cannot be read at all: what comes before it is good, and asked for next, it says so.
    private async ValueTask<Walk> RevealAsync(Walk walked, CancellationToken cancellation)
    {
        var readable = await _personal.RevealAsync(walked.Events, cancellation);
        return readable == walked.Events.Count
            ? walked
            : walked with { Events = walked.Events.GetRange(0, readable), Through = walked.Events[readable - 1].Sequence, CutShort = true };
    }

    private void Keep(long after, Walk walked)
    {
        lock (_lock)
        {
            if (after != _head)
            {
                // The first reader after a start, or one that skipped an event: what is kept does not join up.
                _recent.Clear();
                _recentAfter = after;
            }

            _recent.AddRange(walked.Events);
            _head = walked.Through;
            if (_recent.Count > 2 * Kept)
            {
                var cut = _recent.Count - Kept;
                _recentAfter = _recent[cut - 1].Sequence;
                _recent.RemoveRange(0, cut);
            }
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is not null)
        {
            return _connection;
        }

        _fence.Forget();
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand(
                "select pg_is_in_recovery(), seqcache from pg_sequence where seqrelid = 'mt_events_sequence'::regclass", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            if (reader.GetBoolean(0) || reader.GetInt64(1) != 1)
            {
                throw new InvalidOperationException(
                    "The log can be followed only on the primary server, and only with mt_events_sequence at cache 1: otherwise events would be missed.");
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return _connection = connection;
    }

    private async ValueTask DisconnectAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private readonly record struct Walk(List<RecordedEvent> Events, long Through, long Highest, bool CutShort);
}

/// <summary>What was read of the log.</summary>
/// <param name="Events">In commit order.</param>
/// <param name="Through">How far the log is read with them: numbers that were rolled back are passed over. The next checkpoint.</param>
/// <param name="Waiting">More is there, behind the number of a transaction that has not ended yet: look again soon.</param>
public sealed record LogPage(IReadOnlyList<RecordedEvent> Events, long Through, bool Waiting);
