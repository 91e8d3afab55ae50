using System.Collections.Concurrent;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Gateway.Keys;

/// <summary>
/// The keys in use, remembered for two seconds, so that a busy client costs one look-up in that time and a revoked key is out
/// within seconds on every instance. While the database is away, keys that were good a moment ago stay good for a minute:
/// nobody can revoke one then either.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, TimeProvider time)
{
    private const int ManyKeys = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WithoutDatabase = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<KeyHash, Slot> _slots = new();
    private volatile bool _open;

    /// <summary>Says that the table of keys is there now.</summary>
    public void Open() => _open = true;

    /// <summary>A key that was recognised lately, without asking the database: good enough to count requests by, not to admit them.</summary>
    public RecognisedKey? Recall(KeyHash hash) => _slots.TryGetValue(hash, out var slot) ? slot.Key : null;

    /// <summary>The key behind a hash, whether it still opens anything or not; null: there is none.</summary>
    /// <exception cref="ProblemException">503: the table cannot be asked, and the key was not known a minute ago.</exception>
    public ValueTask<RecognisedKey?> FindAsync(KeyHash hash, CancellationToken cancellation)
    {
        if (_slots.TryGetValue(hash, out var slot))
        {
            var now = time.GetTimestamp();
            var age = time.GetElapsedTime(slot.ReadAt, now);
            // One request reads anew; the others need not wait for it.
            if (age < Fresh || (slot.Key is not null && age < WithoutDatabase && !slot.TryBeginReading(now, time, Fresh)))
            {
                return new(slot.Key);
            }
        }

        return new(ReadAsync(hash, slot, cancellation));
    }

    /// <summary>Makes a change of a key effective at once on this instance.</summary>
    public void Forget(Guid id)
    {
        foreach (var (hash, slot) in _slots)
        {
            if (slot.Key?.Key.Id == id)
            {
                _slots.TryRemove(hash, out _);
            }
        }
    }

    /// <summary>When each key was last used, as far as that was not taken before.</summary>
    public IReadOnlyCollection<(Guid Id, DateTimeOffset At)> TakeUses() =>
    [
        .. from slot in _slots.Values
           let at = slot.Key?.TakeUse()
           where at is not null
           select (slot.Key!.Key.Id, at.Value),
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

    private async Task<RecognisedKey?> ReadAsync(KeyHash hash, Slot? before, CancellationToken cancellation)
    {
        if (!_open)
        {
            throw new ProblemException(Problems.Unavailable("The table of API keys"));
        }

        ApiKey? key;
        var asked = time.GetTimestamp();
        try
        {
            key = await store.FindAsync(hash, cancellation);
        }
        catch (NpgsqlException) when (before?.Key is not null && time.GetElapsedTime(before.ReadAt) < WithoutDatabase)
        {
            return before.Key;
        }
        catch (NpgsqlException e)
        {
            throw new ProblemException(Problems.Unavailable("The table of API keys"), e);
        }

        var recognised = key is null ? null : before?.Key?.With(key) ?? new RecognisedKey(key);
        // Guessed keys must not push out real ones, nor fill the memory.
        if (recognised is not null || _slots.Count < ManyKeys)
        {
            _slots[hash] = new Slot(recognised, asked);
        }

        return recognised;
    }

    private sealed class Slot(RecognisedKey? key, long readAt)
    {
        private long _readingSince = readAt;

        public RecognisedKey? Key { get; } = key;

        public long ReadAt { get; } = readAt;

        /// <summary>True for one caller in each span of <paramref name="again"/>.</summary>
        public bool TryBeginReading(long now, TimeProvider time, TimeSpan again)
        {
            var since = Interlocked.Read(ref _readingSince);
            return time.GetElapsedTime(since, now) >= again && Interlocked.CompareExchange(ref _readingSince, now, since) == since;
        }
    }
}
