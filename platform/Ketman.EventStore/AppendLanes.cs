using Npgsql;

namespace Ketman.EventStore;

/// <summary>
/// Connections that appends keep between them, the one used last first. The pool hands out the one that has rested longest, so every
/// append would meet another server process, whose memory is cold, and would make and resolve its statements anew. Three eighths of
/// the pool at most are kept, none for long that is not used; who finds none free takes a connection from the pool.
/// </summary>
internal sealed class AppendLanes(NpgsqlDataSource database) : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<AppendLane> _free = [];
    private readonly int _most = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize * 3 / 8;
    private ITimer? _timer;
    private int _period;
    private bool _disposed;

    /// <summary>A lane that nobody else uses until it is given back or up.</summary>
    public ValueTask<AppendLane> TakeAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_free.Count > 0)
            {
                var free = _free[^1];
                _free.RemoveAt(_free.Count - 1);
                return new ValueTask<AppendLane>(free);
            }
        }

        return AppendLane.OpenAsync(database, cancellation);
    }

    /// <summary>Takes back a lane whose append is committed.</summary>
    public void GiveBack(AppendLane lane)
    {
        lock (_lock)
        {
            if (!_disposed && _free.Count < _most)
            {
                lane.UsedIn = _period;
                _free.Add(lane);
                _timer ??= TimeProvider.System.CreateTimer(_ => CloseRested(), null, Rest, Rest);
                return;
            }
        }

        lane.Dispose();
    }

    /// <summary>
    /// Closes a lane whose append failed: what the driver still does with its parameters is not known. When its connection is
    /// lost, those of the others are lost as well, and none of them shall have to find that out.
    /// </summary>
    public void GiveUp(AppendLane lane)
    {
        var isLost = lane.IsLost;
        lane.Dispose();
        if (isLost)
        {
            Close(_ => true);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        Close(_ => true);
    }

    private void CloseRested()
    {
        int period;
        lock (_lock)
        {
            period = _period++;
        }

        Close(lane => lane.UsedIn < period);
    }

    private void Close(Predicate<AppendLane> which)
    {
        List<AppendLane> closed;
        lock (_lock)
        {
            closed = _free.FindAll(which);
            _free.RemoveAll(which);
            if (_free.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        closed.ForEach(lane => lane.Dispose());
    }
}
