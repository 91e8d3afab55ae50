using Npgsql;

namespace Ketman.EventStore.Log;

/// <summary>
/// Decides what became of the numbers that are missing from the log. A transaction that has drawn a number holds a lock on
/// the sequence until its end; so when all that held it after a higher number was seen are gone, each lower number was
/// committed or never will be. No threshold of time, and no writer is delayed.
/// </summary>
internal sealed class Fence
{
    private const string HoldersSql = """
        select virtualtransaction from pg_locks
        where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and mode = 'RowExclusiveLock' and granted
          and database = (select oid from pg_database where datname = current_database())
        """;

    private HashSet<string> _holders = [];
    private long _seen;

    /// <summary>All numbers up to this one are decided, missing ones for good.</summary>
    public long DecidedTo { get; private set; }

    /// <summary>Whether somebody is still waited for.</summary>
    public bool Pending => _holders.Count > 0;

    /// <summary>Looks whether the gap below <paramref name="seen"/>, a committed number, is decided by now.</summary>
    /// <returns>True: read again with a fresh snapshot, what is then missing was rolled back.</returns>
    public async Task<bool> IsDecidedAsync(NpgsqlConnection connection, long seen, CancellationToken cancellation)
    {
        var now = await HoldersAsync(connection, cancellation);
        if (!Pending)
        {
            _seen = seen;
            _holders = now;
        }
        else
        {
            _holders = StillWaitedFor(_holders, now);
        }

        if (Pending)
        {
            return false;
        }

        DecidedTo = _seen;
        return true;
    }

    /// <summary>Forgets who was noted, because on another connection their names may mean others.</summary>
    public void Forget()
    {
        _holders = [];
        DecidedTo = 0;
    }

    /// <summary>
    /// Of the noted holders those that are still there. PREPARE TRANSACTION gives a holder another name, so when a noted
    /// one has vanished, every prepared transaction may be it.
    /// </summary>
    internal static HashSet<string> StillWaitedFor(HashSet<string> noted, HashSet<string> now)
    {
        var mayHavePrepared = noted.Any(holder => !IsPrepared(holder) && !now.Contains(holder));
        return [.. now.Where(holder => noted.Contains(holder) || (mayHavePrepared && IsPrepared(holder)))];
    }

    private static bool IsPrepared(string holder) => holder.StartsWith("-1/", StringComparison.Ordinal);

    private static async Task<HashSet<string>> HoldersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(HoldersSql, connection);
        var holders = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            holders.Add(reader.GetString(0));
        }

        return holders;
    }
}
