using System.Data;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>A connection that appends are sent on, several at a time in one transaction. It is opened when it is first needed.</summary>
internal sealed class AppendLane(NpgsqlDataSource database) : IAsyncDisposable
{
    // Less than the second after which PostgreSQL looks for a deadlock: a group steps back before, so that nobody else has to.
    private const string WaitLittle = "set lock_timeout = '100ms'";

    private readonly List<PreparedAppend> _prepared = [];
    private NpgsqlConnection? _connection;
    private NpgsqlBatch? _batch;
    private NpgsqlBatch? _alone;
    private bool _waitsLittle;

    /// <summary>Whether several went together the last time.</summary>
    public bool WasShared { get; set; }

    /// <summary>The period of <see cref="AppendLanes"/> in which it was used last.</summary>
    public int UsedIn { get; set; }

    /// <summary>Whether it has a connection and that works.</summary>
    public bool IsOpen => _connection is { State: ConnectionState.Open };

    /// <summary>Appends a group, which must be of different streams, and what is to commit with it.</summary>
    public async ValueTask SendAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellation)
    {
        var batch = group is [{ Alongside.Count: 0 } only] ? await AloneAsync(only, cancellation) : await TogetherAsync(group, cancellation);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Which append of the group that was sent last could not be made, by its place; -1: it was something alongside, or the connection was
    /// opened without <see cref="NpgsqlConnectionStringBuilder.IncludeFailedBatchedCommand"/> and does not tell.
    /// </summary>
    public int FindRefused(int groupSize, PostgresException error) => error.BatchCommand is { } statement
        ? _prepared.FindIndex(1, Math.Min(groupSize, _prepared.Count - 1), one => one.Has(statement)) - 1
        : -1;

    // The commonest by far, always the same two statements: prepared once, the driver neither looks them up nor at their parameters' types again.
    private async ValueTask<NpgsqlBatch> AloneAsync(PendingAppend append, CancellationToken cancellation)
    {
        if (_alone is { } ready)
        {
            One(0).Set(append.Append, append.Row);
            return ready;
        }

        var batch = new NpgsqlBatch(await OpenAsync(cancellation));
        One(0).AddTo(batch, append.Append, append.Row);
        await batch.PrepareAsync(cancellation);
        return _alone = batch;
    }

    private async ValueTask<NpgsqlBatch> TogetherAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellation)
    {
        var batch = _batch ??= new NpgsqlBatch(await OpenAsync(cancellation));
        // All events before all that goes alongside: so locks are taken in the order of other appends.
        batch.BatchCommands.Clear();
        for (var number = 0; number < group.Count; number++)
        {
            One(number + 1).AddTo(batch, group[number].Append, group[number].Row);
        }

        foreach (var waiting in group)
        {
            foreach (var command in waiting.Alongside)
            {
                batch.BatchCommands.Add(command);
            }
        }

        return batch;
    }

    private PreparedAppend One(int number)
    {
        while (_prepared.Count <= number)
        {
            _prepared.Add(new PreparedAppend());
        }

        return _prepared[number];
    }

    /// <summary>Makes the statements anew after a failure: what the driver still does with their parameters is not known.</summary>
    public void Renew()
    {
        _batch?.Dispose();
        _alone?.Dispose();
        (_batch, _alone) = (null, null);
        _prepared.Clear();
    }

    /// <summary>Gives the connection back to the pool, as it came from there.</summary>
    public async ValueTask CloseAsync()
    {
        Renew();
        if (_connection is not { } connection)
        {
            return;
        }

        var waitsLittle = _waitsLittle;
        (_connection, _waitsLittle) = (null, false);
        await using (connection)
        {
            if (waitsLittle && connection.State == ConnectionState.Open)
            {
                try
                {
                    await using var command = new NpgsqlCommand("reset lock_timeout", connection);
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                }
                catch (NpgsqlException)
                {
                    // Nobody else must get it as it is; that closes it when it comes back.
                    database.Clear();
                }
            }
        }
    }

    /// <summary>Gives the connection up: it is lost, or the driver may have got out of step with the server on it.</summary>
    public async ValueTask DiscardAsync()
    {
        if (IsOpen)
        {
            // The pool closes what comes back then.
            database.Clear();
            _waitsLittle = false;
        }

        await CloseAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        if (!IsOpen)
        {
            await CloseAsync();
            _connection = await database.OpenConnectionAsync(cancellation);
        }

        if (!_waitsLittle)
        {
            // Noted first, and not to be given up half-way: the pool must not get the connection back so.
            _waitsLittle = true;
            await using var command = new NpgsqlCommand(WaitLittle, _connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }

        return _connection!;
    }
}
