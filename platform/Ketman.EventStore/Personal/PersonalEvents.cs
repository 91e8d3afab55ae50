using System.Security.Cryptography;
using Ketman.Proof;
using Npgsql;

namespace Ketman.EventStore.Personal;

/// <summary>
/// Encrypts the personal texts of what is appended and decrypts those of what was read: one round trip more where there are
/// any, nothing where there are none.
/// </summary>
internal sealed class PersonalEvents(NpgsqlDataSource database, EventTypes types)
{
    private readonly SubjectKeys _keys = new(database);

    /// <summary>The appends as they are to be stored.</summary>
    public ValueTask<IReadOnlyList<StreamAppend>> SealAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellation)
    {
        HashSet<string>? subjects = null;
        if (types.AnyPersonal)
        {
            foreach (var append in appends)
            {
                AddSubjects(append, ref subjects);
            }
        }

        return subjects is null ? new(appends) : SealAsync(appends, subjects, cancellation);
    }

    private async ValueTask<IReadOnlyList<StreamAppend>> SealAsync(
        IReadOnlyList<StreamAppend> appends, HashSet<string> subjects, CancellationToken cancellation)
    {
        var keys = await _keys.LoadOrCreateAsync(subjects, cancellation);
        return [.. appends.Select(append => Seal(append, keys))];
    }

    /// <summary>What is to commit with <paramref name="appends"/>: with the statements that erase whom they say to erase.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> WithErasures(IReadOnlyList<StreamAppend> appends, IReadOnlyList<NpgsqlBatchCommand> alongside)
    {
        List<NpgsqlBatchCommand>? with = null;
        if (types.AnyPersonal)
        {
            foreach (var append in appends)
            {
                foreach (var (id, data) in append.Events)
                {
                    if (types.PersonalOf(data) is { Erases: true })
                    {
                        (with ??= [.. alongside]).Add(SubjectKeys.Erase(((Deciding.IErasure)data).SubjectIn(append.Stream), id, append.Metadata.RecordedAt));
                    }
                }
            }
        }

        return with ?? alongside;
    }

    /// <summary>Decrypts, in place, what was just read.</summary>
    /// <returns>How many events, from the first, are readable: all of them, or those before the first that is not.</returns>
    /// <exception cref="UnreadableEventException">The first of them holds a text that does not belong there.</exception>
    public ValueTask<int> RevealAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) =>
        RevealAsync(types, events, subjects => _keys.LoadAsync(subjects, cancellation));

    /// <summary>The same for whoever reads within a transaction.</summary>
    public static ValueTask<int> RevealAsync(
        NpgsqlTransaction transaction, EventTypes types, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) =>
        RevealAsync(types, events, subjects => SubjectKeys.LoadAsync(transaction, subjects, cancellation));

    private static async ValueTask<int> RevealAsync(
        EventTypes types, IReadOnlyList<RecordedEvent> events, Func<IReadOnlyCollection<string>, Task<IReadOnlyDictionary<string, byte[]>>> load)
    {
        HashSet<string>? subjects = null;
        if (types.AnyPersonal)
        {
            foreach (var recorded in events)
            {
                types.PersonalOf(recorded.Data)?.AddSealed(recorded.Data, ref subjects);
            }
        }

        if (subjects is null)
        {
            return events.Count;
        }

        var keys = await load(subjects);
        for (var index = 0; index < events.Count; index++)
        {
            var recorded = events[index];
            try
            {
                types.PersonalOf(recorded.Data)?.Reveal(recorded.Data, recorded.Stream, recorded.Id, keys);
            }
            catch (CryptographicException) when (index > 0)
            {
                return index;
            }
            catch (CryptographicException)
            {
                throw UnreadableEventException.Of(recorded);
            }
        }

        return events.Count;
    }

    private void AddSubjects(StreamAppend append, ref HashSet<string>? subjects)
    {
        foreach (var (id, data) in append.Events)
        {
            types.PersonalOf(data)?.AddSubjects(data, append.Stream, id, ref subjects);
        }
    }

    private StreamAppend Seal(StreamAppend append, IReadOnlyDictionary<string, byte[]> keys)
    {
        HashSet<string>? subjects = null;
        AddSubjects(append, ref subjects);
        if (subjects is null)
        {
            return append;
        }

        // A digest of the request would let whoever can guess a handle confirm the guess, so it goes with the person. Of several
        // the one the stream is not about is the one who is erased alone.
        var subject = subjects.FirstOrDefault(name => name != append.Stream) ?? append.Stream;
        var fingerprint = append.Metadata switch
        {
            { Fingerprint: null } => null,
            { Fingerprint: { } digest, CommandId: var command } when keys.TryGetValue(subject, out var key) =>
                PersonalText.Seal(digest, subject, PersonalText.EventKey(key, command), FingerprintOf(append.Stream, command)),
            _ => Contracts.PersonalMember.Erased,
        };
        return append with
        {
            Events = [.. append.Events.Select(one =>
                types.PersonalOf(one.Data) is { } fields ? one with { Data = fields.Seal(one.Data, append.Stream, one.Id, keys) } : one)],
            Metadata = append.Metadata with { Fingerprint = fingerprint },
        };
    }

    private static PersonalPlace FingerprintOf(string stream, Guid command) => new(stream, command, "fingerprint");

    /// <summary>The same for streams that a decision is to be made on, and for the fingerprints of their commands.</summary>
    /// <exception cref="UnreadableEventException">One of them holds a text that does not belong there.</exception>
    public async ValueTask RevealAsync(Dictionary<string, StreamSoFar> streams, CancellationToken cancellation)
    {
        HashSet<string>? subjects = null;
        if (types.AnyPersonal)
        {
            foreach (var stream in streams.Values)
            {
                AddSealed(stream, ref subjects);
            }
        }

        if (subjects is null)
        {
            return;
        }

        var keys = await _keys.LoadAsync(subjects, cancellation);
        foreach (var stream in streams.Values.ToList())
        {
            streams[stream.Stream] = stream with
            {
                Fingerprints = stream.Fingerprints.ToDictionary(
                    pair => pair.Key, pair => pair.Value is null ? null : RevealFingerprint(stream.Stream, pair.Key, pair.Value, keys)),
            };
            foreach (var (at, past) in stream.Events.Index())
            {
                try
                {
                    types.PersonalOf(past.Data)?.Reveal(past.Data, stream.Stream, past.Id, keys);
                }
                catch (CryptographicException e)
                {
                    throw new UnreadableEventException(stream.Stream, at + 1, types.NameOf(past.Data.GetType()), e);
                }
            }
        }
    }

    private void AddSealed(StreamSoFar stream, ref HashSet<string>? subjects)
    {
        foreach (var past in stream.Events)
        {
            types.PersonalOf(past.Data)?.AddSealed(past.Data, ref subjects);
        }

        foreach (var stored in stream.Fingerprints.Values)
        {
            if (PersonalText.TrySubject(stored, out var subject))
            {
                (subjects ??= new HashSet<string>(StringComparer.Ordinal)).Add(subject);
            }
        }
    }

    // One that does not open is none: the repetition is then taken for another request, and refused.
    private static string? RevealFingerprint(string stream, Guid command, string stored, IReadOnlyDictionary<string, byte[]> keys)
    {
        if (!PersonalText.TrySubject(stored, out var subject))
        {
            return stored;
        }

        if (!keys.TryGetValue(subject, out var key))
        {
            return Contracts.PersonalMember.Erased;
        }

        try
        {
            return PersonalText.Open(stored, PersonalText.EventKey(key, command), FingerprintOf(stream, command));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
