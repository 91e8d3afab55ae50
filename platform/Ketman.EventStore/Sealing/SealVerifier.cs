using Ketman.Proof;
using Npgsql;

namespace Ketman.EventStore.Sealing;

/// <summary>
/// Checks the seals: that each is signed and follows the one before, and that the log still holds exactly the events it was made over.
/// What the hash chains cannot tell (a stream that is gone, a last event that is gone, a stream rewritten with new hashes) shows here.
/// </summary>
internal sealed class SealVerifier(NpgsqlDataSource database, SealKeys keys)
{
    /// <summary>Checks the seals with numbers after <paramref name="after"/>.</summary>
    /// <param name="after">The number at which an earlier page ended, or 0.</param>
    /// <param name="limit">About how many events to look at.</param>
    /// <param name="until">Cancelled when enough time has gone by.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<SealPage> VerifyAsync(long after, long limit, CancellationToken until, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var before = after == 0 ? null : (await SealRows.NextAsync(connection, after - 1, cancellation))?.Seal;
        var (number, seals, events) = (after, 0L, 0L);
        var faults = new List<LogFault>();
        while (await SealRows.NextAsync(connection, number, cancellation) is { } stored)
        {
            Follow(before, number, stored.Seal, faults);
            if (IsGenuine(stored, faults))
            {
                Compare(stored.Seal, stored.Events, await SealRows.StretchAsync(connection, stored.Seal.First, stored.Seal.Last, cancellation), faults);
            }

            (before, number) = (stored.Seal, stored.Seal.Number);
            seals++;
            events += stored.Events.Count;
            if (events >= limit || until.IsCancellationRequested)
            {
                return new SealPage(seals, faults, number, before);
            }
        }

        return new SealPage(seals, faults, null, before);
    }

    /// <summary>Checks the seals that speak of one stream, and only what they say of it.</summary>
    public async Task<SealPage> VerifyStreamAsync(string stream, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var faults = new List<LogFault>();
        var seals = 0L;
        Seal? last = null;
        await foreach (var stored in SealRows.OfStreamAsync(connection, stream, cancellation))
        {
            seals++;
            last = stored.Seal;
            if (IsGenuine(stored, faults))
            {
                var now = await SealRows.StretchAsync(connection, stored.Seal.First, stored.Seal.Last, cancellation);
                Compare(stored.Seal, [.. stored.Events.Where(each => each.Stream == stream)], [.. now.Where(each => each.Stream == stream)], faults);
            }
        }

        return new SealPage(seals, faults, null, last);
    }

    private static void Follow(Seal? before, long number, Seal seal, List<LogFault> faults)
    {
        if (seal.Number != number + 1)
        {
            faults.Add(LogFault.OfSeal(number + 1, "seal-missing", seal.Number == number + 2
                ? $"Seal {number + 1} is missing."
                : $"Seals {number + 1} to {seal.Number - 1} are missing."));
        }
        else if (seal.First != (before?.Last ?? 0) + 1 || seal.Previous != (before?.Hash() ?? Seal.NoPrevious))
        {
            faults.Add(LogFault.OfSeal(seal.Number, "seal-altered", number == 0
                ? $"Seal {seal.Number} is not the first that was made."
                : $"Seal {seal.Number} does not follow seal {number} as it stands: one of the two was changed."));
        }
    }

    private bool IsGenuine(StoredSeal stored, List<LogFault> faults)
    {
        var seal = stored.Seal;
        if (keys.Find(seal.KeyId) is not { } key)
        {
            faults.Add(LogFault.OfSeal(seal.Number, "seal-of-unknown-key", $"Seal {seal.Number} is signed by a key that this service does not know ({seal.KeyId})."));
            return false;
        }

        if (seal.Service != keys.Service || !key.Verify(seal.Statement(), stored.Signature))
        {
            faults.Add(LogFault.OfSeal(seal.Number, "seal-altered", $"Seal {seal.Number} was changed: its signature does not fit."));
            return false;
        }

        var tree = new MerkleTree();
        foreach (var each in stored.Events)
        {
            tree.Add(each.Leaf());
        }

        if (tree.Count != seal.Events || Convert.ToHexStringLower(tree.Root()) != seal.Root)
        {
            faults.Add(LogFault.OfSeal(seal.Number, "seal-altered", $"The list of events of seal {seal.Number} was changed: they do not make the root that is signed."));
            return false;
        }

        return true;
    }

    /// <summary>What was sealed against what is there, both in the order of the log; of each stream one fault of each kind, however many events it is about.</summary>
    private static void Compare(Seal seal, IReadOnlyList<SealedEvent> was, List<SealedEvent> now, List<LogFault> faults)
    {
        var found = new Dictionary<(string Fault, string Stream), List<SealedEvent>>();
        void Add(string fault, SealedEvent about)
        {
            if (!found.TryGetValue((fault, about.Stream), out var events))
            {
                found[(fault, about.Stream)] = events = [];
            }

            events.Add(about);
        }

        var (left, right) = (0, 0);
        while (left < was.Count || right < now.Count)
        {
            if (right == now.Count || (left < was.Count && was[left].Sequence < now[right].Sequence))
            {
                Add("event-missing", was[left++]);
            }
            else if (left == was.Count || was[left].Sequence > now[right].Sequence)
            {
                Add("event-added", now[right++]);
            }
            else
            {
                var (sealedAs, isNow) = (was[left++], now[right++]);
                if (sealedAs.Stream != isNow.Stream || sealedAs.Version != isNow.Version)
                {
                    Add("event-missing", sealedAs);
                    Add("event-added", isNow);
                }
                else if (!sealedAs.Link.Span.SequenceEqual(isNow.Link.Span))
                {
                    Add("event-replaced", sealedAs);
                }
            }
        }

        faults.AddRange(found.Select(each => LogFault.OfEvents(seal.Number, each.Key.Fault, each.Value)));
    }
}

/// <summary>What a check of the seals came to, or a page of it.</summary>
internal sealed record SealPage(long Seals, IReadOnlyList<LogFault> Faults, long? Next, Seal? Last);
