using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// How one read model is made anew beside the live one. It says where its history is and how it is folded; the
/// <see cref="Rebuilder"/> does the rest. Whatever it does, it does within the transaction it is given, in which the
/// unqualified names of the read model's tables mean the new ones.
/// </summary>
public abstract class ReadModelRebuild(string name, ReadModelTables tables, string states)
{
    /// <summary>The read model's name within its service.</summary>
    public string Name { get; } = name;

    /// <summary>Its tables.</summary>
    public ReadModelTables Tables { get; } = tables;

    /// <summary>The table in which the state of the rebuild is kept, in the form of <c>ketman_rebuilds</c>.</summary>
    public string States { get; } = states;

    /// <summary>The schema in which the new tables stand until the switch.</summary>
    internal string Schema => $"rebuild_{Name.Replace('-', '_')}";

    /// <summary>Begins with empty tables.</summary>
    /// <returns>How many events there are to fold at present.</returns>
    public abstract Task<long> BeginAsync(NpgsqlTransaction transaction, CancellationToken cancellation);

    /// <summary>Folds at most <paramref name="limit"/> events after <paramref name="position"/>.</summary>
    /// <param name="transaction">Theirs.</param>
    /// <param name="position">Where the last stretch ended, 0 at first.</param>
    /// <param name="limit">How many events at most.</param>
    /// <param name="held">Whether <see cref="HoldAsync"/> was called in this transaction: then nothing can come in any more.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnfoldableEventException">A stretch of one event cannot be folded.</exception>
    public abstract Task<Stretch> FoldAsync(NpgsqlTransaction transaction, long position, int limit, bool held, CancellationToken cancellation);

    /// <summary>Keeps the live read model from moving on until the transaction ends. It must bear that the lock times out.</summary>
    public abstract Task HoldAsync(NpgsqlTransaction transaction, CancellationToken cancellation);

    /// <summary>Takes a lock that may be waited for only so long.</summary>
    protected static async Task LockAsync(NpgsqlTransaction transaction, string statement, int milliseconds, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"set local lock_timeout = {milliseconds}; {statement}", transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>A part of the history that was folded.</summary>
/// <param name="Position">Where it ends.</param>
/// <param name="Events">How many events there were in it.</param>
/// <param name="More">Whether more is known to come.</param>
public readonly record struct Stretch(long Position, int Events, bool More);

/// <summary>An event of the history cannot be folded by this build.</summary>
/// <param name="which">The event, as an operator can find it.</param>
/// <param name="inner">Why.</param>
public sealed class UnfoldableEventException(string which, Exception inner) : Exception($"Event {which} cannot be folded.", inner)
{
    /// <summary>The event, as an operator can find it.</summary>
    public string Event { get; } = which;
}
