using System.Reflection;
using System.Security.Cryptography;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Proof;

namespace Ketman.EventStore.Personal;

/// <summary>The personal texts of one type of event, with their accessors made once.</summary>
internal abstract class PersonalFields
{
    /// <summary>Whether events of the type erase a subject.</summary>
    public abstract bool Erases { get; }

    /// <summary>Null: the type has no personal texts and erases nobody, so it costs nothing.</summary>
    public static PersonalFields? Of<TEvent>()
        where TEvent : class, IDomainEvent =>
        PersonalMember.Of(typeof(TEvent)) is { Count: 0 } && !typeof(TEvent).IsAssignableTo(typeof(IErasure)) ? null : new Fields<TEvent>();

    /// <summary>Collects whose texts an event holds that is to be written.</summary>
    public abstract void AddSubjects(IDomainEvent data, string stream, Guid id, ref HashSet<string>? subjects);

    /// <summary>The same event with its texts encrypted; those of erased subjects are gone.</summary>
    public abstract IDomainEvent Seal(IDomainEvent data, string stream, Guid id, IReadOnlyDictionary<string, byte[]> keys);

    /// <summary>Collects whose texts an event holds that was read.</summary>
    public abstract void AddSealed(IDomainEvent data, ref HashSet<string>? subjects);

    /// <summary>Decrypts the texts of an event that was just read and that nobody else has seen yet.</summary>
    /// <exception cref="CryptographicException">A text does not belong there.</exception>
    public abstract void Reveal(IDomainEvent data, string stream, Guid id, IReadOnlyDictionary<string, byte[]> keys);

    private sealed class Fields<TEvent> : PersonalFields
        where TEvent : class, IDomainEvent
    {
        private readonly Field[] _fields = [.. PersonalMember.Of(typeof(TEvent)).Select(member => new Field(
            member,
            member.Property.GetMethod!.CreateDelegate<Func<TEvent, string?>>(),
            member.Property.SetMethod!.CreateDelegate<Action<TEvent, string?>>()))];

        // What `with` calls.
        private readonly Func<TEvent, TEvent> _copy = typeof(TEvent).GetMethod("<Clone>$", BindingFlags.Public | BindingFlags.Instance)!
            .CreateDelegate<Func<TEvent, TEvent>>();

        public override bool Erases { get; } = typeof(TEvent).IsAssignableTo(typeof(IErasure));

        public override void AddSubjects(IDomainEvent data, string stream, Guid id, ref HashSet<string>? subjects)
        {
            foreach (var field in _fields)
            {
                if (field.Get((TEvent)data) is not null)
                {
                    (subjects ??= new HashSet<string>(StringComparer.Ordinal)).Add(field.Member.SubjectIn(data, stream, id));
                }
            }
        }

        public override IDomainEvent Seal(IDomainEvent data, string stream, Guid id, IReadOnlyDictionary<string, byte[]> keys)
        {
            var sealedEvent = _copy((TEvent)data);
            using var ciphers = new EventCiphers(keys, id);
            foreach (var (member, get, set) in _fields)
            {
                if (get(sealedEvent) is { } plain)
                {
                    var subject = member.SubjectIn(data, stream, id);
                    set(sealedEvent, ciphers.Of(subject) is { } cipher
                        ? PersonalText.Seal(plain, subject, cipher, new PersonalPlace(stream, id, member.JsonName))
                        : PersonalMember.Erased);
                }
            }

            return sealedEvent;
        }

        public override void AddSealed(IDomainEvent data, ref HashSet<string>? subjects)
        {
            foreach (var field in _fields)
            {
                if (PersonalText.TrySubject(field.Get((TEvent)data), out var subject))
                {
                    (subjects ??= new HashSet<string>(StringComparer.Ordinal)).Add(subject);
                }
            }
        }

        public override void Reveal(IDomainEvent data, string stream, Guid id, IReadOnlyDictionary<string, byte[]> keys)
        {
            using var ciphers = new EventCiphers(keys, id);
            foreach (var (member, get, set) in _fields)
            {
                var stored = get((TEvent)data);
                if (PersonalText.TrySubject(stored, out var subject))
                {
                    set((TEvent)data, ciphers.Of(subject) is { } cipher
                        ? PersonalText.Open(stored, cipher, new PersonalPlace(stream, id, member.JsonName))
                        : PersonalMember.Erased);
                }
            }
        }

        private sealed record Field(PersonalMember Member, Func<TEvent, string?> Get, Action<TEvent, string?> Set);
    }

    /// <summary>The ciphers of one event. Its texts mostly belong to one subject, so the last is kept.</summary>
    private sealed class EventCiphers(IReadOnlyDictionary<string, byte[]> keys, Guid id) : IDisposable
    {
        private string? _subject;
        private AesGcm? _cipher;

        public AesGcm? Of(string subject)
        {
            if (subject != _subject)
            {
                _subject = subject;
                _cipher?.Dispose();
                _cipher = keys.TryGetValue(subject, out var ofSubject) ? PersonalText.Cipher(PersonalText.EventKey(ofSubject, id)) : null;
            }

            return _cipher;
        }

        public void Dispose() => _cipher?.Dispose();
    }
}
