using System.Threading.Channels;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.Metrics.Live;

/// <summary>
/// Follows the tail of changes once for the whole process, and hands what is new to everybody who watches and may know it. It never
/// waits for a reader: each has a bounded channel, and whose channel is full is sent away to resume later.
/// </summary>
internal sealed partial class LiveTail(NpgsqlDataSource database, TimeProvider clock, LiveOptions options, ILogger<LiveTail> log) : BackgroundService
{
    private const int Page = 500;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Backoff _trouble = new(clock);
    private readonly List<Watcher> _watchers = [];
    private readonly Dictionary<string, int> _perCaller = new(StringComparer.Ordinal);
    private ChangePosition? _positions;
    private long _position;
    private bool _ended;

    /// <summary>How many watch.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count;
            }
        }
    }

    /// <summary>Begins to watch: what changes from now on comes through the watcher.</summary>
    /// <returns>The watcher, or why there is none.</returns>
    public (Watcher? Watcher, Refusal Refusal) Watch(Reader reader)
    {
        lock (_lock)
        {
            if (_positions is null || _ended)
            {
                return (null, Refusal.NotReady);
            }

            var own = _perCaller.GetValueOrDefault(reader.Name);
            if (own >= options.PerCaller || _watchers.Count >= options.InAll)
            {
                return (null, own >= options.PerCaller ? Refusal.TooMany : Refusal.Full);
            }

            var watcher = new Watcher(this, reader, _position, options.Waiting);
            _perCaller[reader.Name] = own + 1;
            _watchers.Add(watcher);
            return (watcher, Refusal.None);
        }
    }

    /// <summary>The place of an id that a client sent, or null when it is none.</summary>
    public long? Read(string id) => _positions!.Read(id);

    /// <summary>An id for a place.</summary>
    public string Write(long position) => _positions!.Write(position);

    /// <summary>
    /// What changed after <paramref name="after"/> up to <paramref name="until"/>, at most a page of it; null: what came after it is not
    /// kept any more. Who may know of it is read now.
    /// </summary>
    public async Task<(IReadOnlyList<LiveChange> Changes, long Reached)?> ReadAsync(long after, long until, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select min(id) from changes;
            {LiveChange.Select} where ch.id > {after} and ch.id <= {until} order by ch.id limit {Page}
            """);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        if (after > until || (!await row.IsDBNullAsync(0, cancellation) && row.GetInt64(0) > after + 1))
        {
            return null;
        }

        await row.NextResultAsync(cancellation);
        var (changes, reached, full) = await ReadAsync(row, after, cancellation);
        // Where a page was not full, everything up to the end was looked at.
        return (changes, full ? reached : until);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (beat, cleaned) = (clock.GetTimestamp(), clock.GetTimestamp());
        try
        {
            while (true)
            {
                var more = await LookAsync(stoppingToken);
                if (clock.GetElapsedTime(beat) >= options.Heartbeat)
                {
                    beat = clock.GetTimestamp();
                    Beat();
                }

                if (clock.GetElapsedTime(cleaned) >= CleanEvery)
                {
                    cleaned = clock.GetTimestamp();
                    await TryAsync(CleanAsync, stoppingToken);
                }

                if (!more)
                {
                    await (_trouble.Failing ? _trouble.WaitAsync(stoppingToken) : Task.Delay(Count == 0 ? Idle : options.PauseFor(Count), clock, stoppingToken));
                }
            }
        }
        finally
        {
            End();
        }
    }

    // True: a whole page came, so there is more.
    private async Task<bool> LookAsync(CancellationToken cancellation)
    {
        var more = false;
        await TryAsync(
            async stop =>
            {
                if (_positions is null)
                {
                    await BeginAsync(stop);
                }

                await using var command = database.CreateCommand($"{LiveChange.Select} where ch.id > {_position} order by ch.id limit {Page}");
                await using var row = await command.ExecuteReaderAsync(stop);
                (var changes, var reached, more) = await ReadAsync(row, _position, stop);
                Dispatch(changes, reached);
            },
            cancellation);
        return more;
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        var positions = await ChangePosition.ReadAsync(database, cancellation);
        await using var command = database.CreateCommand("select coalesce(max(id), 0) from changes");
        var last = (long)(await command.ExecuteScalarAsync(cancellation))!;
        lock (_lock)
        {
            (_position, _positions) = (last, positions);
        }
    }

    private async Task<(IReadOnlyList<LiveChange> Changes, long Reached, bool Full)> ReadAsync(NpgsqlDataReader row, long after, CancellationToken cancellation)
    {
        List<LiveChange> changes = [];
        var rows = 0;
        while (await row.ReadAsync(cancellation))
        {
            rows++;
            after = row.GetInt64(0);
            if (LiveChange.Read(row, after, _positions!) is { } change)
            {
                changes.Add(change);
            }
        }

        return (changes, after, rows == Page);
    }

    private void Dispatch(IReadOnlyList<LiveChange> changes, long reached)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            foreach (var change in changes)
            {
                for (var at = _watchers.Count - 1; at >= 0; at--)
                {
                    if (change.For(_watchers[at].Reader, now) is { } frame && !_watchers[at].Offer(frame))
                    {
                        RemoveAt(at);
                    }
                }
            }

            _position = reached;
        }
    }

    // With a new id of the same place, so that a client that sees little still resumes from what is kept.
    private void Beat()
    {
        lock (_lock)
        {
            var frame = _positions is null ? [] : System.Text.Encoding.UTF8.GetBytes($": {clock.GetUtcNow():HH:mm:ss}\nid: {_positions.Write(_position)}\n\n");
            for (var at = _watchers.Count - 1; at >= 0; at--)
            {
                if (!_watchers[at].Offer(frame))
                {
                    RemoveAt(at);
                }
            }
        }
    }

    // The last row stays, so that the place is known.
    private async Task CleanAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            delete from changes where id in (
              select id from changes where id <= (select max(id) from changes) - $1 or (noted_at < $2 and id < (select max(id) from changes)) order by id limit 10000)
            """);
        command.Parameters.Add(new() { Value = (long)options.KeptRows });
        command.Parameters.Add(new() { Value = (clock.GetUtcNow() - options.KeptFor).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
            if (_trouble.Succeed())
            {
                LogAgain();
            }
        }
        // Whatever it is: a loop that ended would leave everybody who watches without a word.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            if (_trouble.Fail())
            {
                LogSilent((e as PostgresException)?.SqlState ?? e.GetType().Name);
            }
        }
    }

    private void Remove(Watcher watcher)
    {
        lock (_lock)
        {
            if (_watchers.IndexOf(watcher) is >= 0 and var at)
            {
                RemoveAt(at);
            }
        }
    }

    private void RemoveAt(int at)
    {
        var name = _watchers[at].Reader.Name;
        _watchers[at] = _watchers[^1];
        _watchers.RemoveAt(_watchers.Count - 1);
        if (--_perCaller[name] == 0)
        {
            _perCaller.Remove(name);
        }
    }

    /// <summary>Sends everybody away: the process stops.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            _watchers.ForEach(watcher => watcher.Complete());
            _watchers.Clear();
            _perCaller.Clear();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The tail of changes cannot be read ({Error}); who watches hears nothing until it can")]
    private partial void LogSilent(string error);

    [LoggerMessage(LogLevel.Information, "The tail of changes is read again")]
    private partial void LogAgain();

    /// <summary>Why somebody may not watch.</summary>
    public enum Refusal
    {
        None,

        /// <summary>This caller has enough streams.</summary>
        TooMany,

        /// <summary>The instance has.</summary>
        Full,

        /// <summary>It has just started, or is about to stop.</summary>
        NotReady,
    }

    /// <summary>Somebody who watches.</summary>
    public sealed class Watcher : IDisposable
    {
        private readonly LiveTail _tail;
        private readonly Channel<byte[]> _channel;

        internal Watcher(LiveTail tail, Reader reader, long from, int waiting)
        {
            (_tail, Reader, From) = (tail, reader, from);
            _channel = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(waiting) { SingleReader = true, SingleWriter = true });
        }

        public Reader Reader { get; }

        /// <summary>Where he began: everything after it comes through the channel.</summary>
        public long From { get; }

        public ChannelReader<byte[]> Messages => _channel.Reader;

        internal bool Offer(byte[] frame)
        {
            var taken = _channel.Writer.TryWrite(frame);
            if (!taken)
            {
                _channel.Writer.TryComplete();
            }

            return taken;
        }

        internal void Complete() => _channel.Writer.TryComplete();

        public void Dispose() => _tail.Remove(this);
    }
}
