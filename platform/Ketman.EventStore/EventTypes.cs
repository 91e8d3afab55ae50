using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.EventStore.Personal;

namespace Ketman.EventStore;

/// <summary>
/// The names that events have on disk. They are a contract: a class may be renamed, a name never; a structural change is a
/// new version with an upcaster from the old one, and the old one must load for ever.
/// </summary>
public sealed class EventTypes
{
    private readonly FrozenDictionary<string, Func<ReadOnlyMemory<byte>, IDomainEvent>> _readers;
    private readonly FrozenDictionary<Type, string> _names;
    private readonly FrozenDictionary<Type, PersonalFields> _personal;

    private EventTypes(
        Dictionary<string, Func<ReadOnlyMemory<byte>, IDomainEvent>> readers, Dictionary<Type, string> names, Dictionary<Type, PersonalFields> personal)
    {
        _readers = readers.ToFrozenDictionary();
        _names = names.ToFrozenDictionary();
        _personal = personal.ToFrozenDictionary();
    }

    /// <summary>Every name that can be read, old forms included.</summary>
    public IEnumerable<string> Names => _readers.Keys;

    /// <summary>Every current event type and its name.</summary>
    public IReadOnlyDictionary<Type, string> Current => _names;

    /// <summary>The name on disk of an event.</summary>
    /// <exception cref="KeyNotFoundException">The type was not registered: a mistake in the service's wiring.</exception>
    public string NameOf(Type type) => _names[type];

    /// <summary>Whether any event has personal texts or erases somebody.</summary>
    internal bool AnyPersonal => _personal.Count > 0;

    /// <summary>What is personal in an event; null: nothing.</summary>
    internal PersonalFields? PersonalOf(IDomainEvent data) => _personal.GetValueOrDefault(data.GetType());

    /// <summary>Reads an event, whatever its age.</summary>
    /// <exception cref="UnknownEventTypeException">No such name is registered.</exception>
    /// <exception cref="JsonException">The data does not fit the type.</exception>
    public IDomainEvent Read(string name, ReadOnlyMemory<byte> json) =>
        _readers.TryGetValue(name, out var read) ? read(json) : throw new UnknownEventTypeException(name);

    /// <summary>Writes an event's data as JSON.</summary>
    public static byte[] Write(IDomainEvent data) => JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), ContractJson.Options);

    /// <summary>Collects the registrations of a service.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<string, Func<ReadOnlyMemory<byte>, IDomainEvent>> _readers = [];
        private readonly Dictionary<Type, string> _names = [];
        private readonly Dictionary<Type, PersonalFields> _personal = [];

        /// <summary>Registers the current form of an event, e.g. <c>outreach-attempted.v1</c>.</summary>
        public Builder Add<TEvent>(string name)
            where TEvent : class, IDomainEvent
        {
            // Looked up once, not for every event.
            var form = (JsonTypeInfo<TEvent>)ContractJson.Options.GetTypeInfo(typeof(TEvent));
            _readers.Add(name, json => JsonSerializer.Deserialize(json.Span, form) ?? throw new JsonException($"{name} is null"));
            _names.Add(typeof(TEvent), name);
            if (PersonalFields.Of<TEvent>() is { } personal)
            {
                _personal.Add(typeof(TEvent), personal);
            }

            return this;
        }

        /// <summary>Registers an older form and the pure step that brings its JSON to the current one.</summary>
        public Builder Upcast<TEvent>(string oldName, Func<JsonObject, JsonObject> toCurrent)
            where TEvent : class, IDomainEvent
        {
            _readers.Add(oldName, json =>
            {
                var old = JsonNode.Parse(json.Span) as JsonObject ?? throw new JsonException($"{oldName} is no object");
                return toCurrent(old).Deserialize<TEvent>(ContractJson.Options) ?? throw new JsonException($"{oldName} is null");
            });
            return this;
        }

        /// <summary>The finished registry.</summary>
        public EventTypes Build() => new(_readers, _names, _personal);
    }
}

/// <summary>The log holds an event that this build does not know: an older build reads a newer log.</summary>
public sealed class UnknownEventTypeException(string name) : Exception($"Event type {name} is not registered in this build.");
