using System.Collections.Concurrent;
using Ketman.Gateway.Keys;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Gateway.Callers;

/// <summary>
/// The credentials of one kind (API keys, sessions) in use, remembered for two seconds, so that a busy client costs one look-up in
/// that time and a revoked one is out within seconds on every instance. While the database is away, those that were good a moment
/// ago stay good for a minute: nobody can revoke one then either.
/// </summary>
internal abstract class CredentialRing(Func<KeyHash, CancellationToken, Task<Recognised?>> look, string table, TimeProvider time)
{
    private const int Many = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WithoutDatabase = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<KeyHash, Slot> _slots = new();
    private volatile bool _open;

    /// <summary>Says that the table is there now.</summary>
    public void Open() => _open = true;

    /// <summary>What was recognised lately, without asking the database: good enough to count requests by, not to admit them.</summary>
    public Recognised? Recall(KeyHash hash) => _slots.TryGetValue(hash, out var slot) ? slot.Known : null;

    /// <summary>What is behind a hash, whether it still opens anything or not; null: there is none.</summary>
    /// <exception cref="ProblemException">503: the table cannot be asked, and the credential was not known a minute ago.</exception>
    public ValueTask<Recognised?> FindAsync(KeyHash hash, CancellationToken cancellation)
    {
        if (_slots.TryGetValue(hash, out var slot))
        {
            var now = time.GetTimestamp();
            var age = time.GetElapsedTime(slot.ReadAt, now);
            // One request reads anew; the others need not wait for it.
            if (age < Fresh || (slot.Known is not null && age < WithoutDatabase && !slot.TryBeginReading(now, time, Fresh)))
            {
                return new(slot.Known);
            }
        }

        return new(ReadAsync(hash, slot, cancellation));
    }

    /// <summary>Makes a change of a credential, or of the user behind it, effective at once on this instance.</summary>
    public void Forget(Guid id)
    {
        foreach (var (hash, slot) in _slots)
        {
            if (slot.Known?.Id == id || slot.Known?.Principal.User == id)
            {
                _slots.TryRemove(hash, out _);
            }
        }
    }

    /// <summary>Makes the end of one credential effective at once on this instance.</summary>
    public void Forget(KeyHash hash) => _slots.TryRemove(hash, out _);

    /// <summary>When each was last used, as far as that was not taken within the last minute.</summary>
    /// <param name="all">Also what was: this is the last chance.</param>
    public IReadOnlyCollection<(Guid Id, DateTimeOffset At)> TakeUses(bool all) =>
    [
        .. from slot in _slots.Values
           let at = slot.Known?.TakeUse(all)
           where at is not null
           select (slot.Known!.Id, at.Value),
    ];

    /// <summary>Lets go of what nobody has asked for in the last minute.</summary>
    public void Sweep()
    {
        foreach (var (hash, slot) in _slots)
        {
            if (time.GetElapsedTime(slot.ReadAt) > WithoutDatabase)
            {
                _slots.TryRemove(hash, out _);
            }
        }
    }

    private async Task<Recognised?> ReadAsync(KeyHash hash, Slot? before, CancellationToken cancellation)
    {
        if (!_open)
        {
            throw new ProblemException(Problems.Unavailable(table));
        }

        Recognised? recognised;
        var asked = time.GetTimestamp();
        try
        {
            recognised = await look(hash, cancellation);
        }
        catch (NpgsqlException) when (before?.Known is not null && time.GetElapsedTime(before.ReadAt) < WithoutDatabase)
        {
            return before.Known;
        }
        catch (NpgsqlException e)
        {
            throw new ProblemException(Problems.Unavailable(table), e);
        }

        if (before?.Known is { } earlier)
        {
            recognised = recognised?.AfterUseOf(earlier);
        }

        // Guessed keys must not push out real ones, nor fill the memory.
        if (recognised is not null || _slots.Count < Many)
        {
            _slots[hash] = new Slot(recognised, asked);
        }

        return recognised;
    }

    private sealed class Slot(Recognised? known, long readAt)
    {
        private long _readingSince = readAt;

        public Recognised? Known { get; } = known;

        public long ReadAt { get; } = readAt;

        /// <summary>True for one caller in each span of <paramref name="again"/>.</summary>
        public bool TryBeginReading(long now, TimeProvider time, TimeSpan again)
        {
            var since = Interlocked.Read(ref _readingSince);
            return time.GetElapsedTime(since, now) >= again && Interlocked.CompareExchange(ref _readingSince, now, since) == since;
        }
    }
}
