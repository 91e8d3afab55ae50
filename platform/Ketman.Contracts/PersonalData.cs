using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Ketman.Contracts;

/// <summary>
/// Marks a text of an event or a contract that says something about a person: who they are, where they are reached, what is
/// held against them. Erasure makes exactly these unreadable; what is not marked stays for ever.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalDataAttribute : Attribute
{
    /// <summary>Belongs to the subject of the stream: the account, the lead, the case.</summary>
    public PersonalDataAttribute()
    {
    }

    /// <summary>
    /// Belongs to the subject that the member <c>&lt;Kind&gt;Id</c> names, or where that is null, to the subject of the stream. An
    /// event without such a member introduces the subject itself, under its own id.
    /// </summary>
    /// <param name="kind">E.g. <c>account</c>: the member is <c>AccountId</c>.</param>
    public PersonalDataAttribute(string kind) => Kind = kind;

    /// <summary>The kind of subject; null: that of the stream.</summary>
    public string? Kind { get; }
}

/// <summary>A contract by which a subject's personal texts become unreadable wherever they are kept.</summary>
public interface IErasesSubject
{
    /// <summary>The subject's name, e.g. <c>account-0198...</c>.</summary>
    string ErasedSubject();
}

/// <summary>A member that is marked with <see cref="PersonalDataAttribute"/>.</summary>
/// <param name="Property">The member, a text.</param>
/// <param name="JsonName">Its name in JSON.</param>
/// <param name="Kind">The kind of its subject; null: the stream's.</param>
/// <param name="Id">The member with the subject's id, or null.</param>
public sealed record PersonalMember(PropertyInfo Property, string JsonName, string? Kind, PropertyInfo? Id)
{
    /// <summary>What stands where a personal text was erased.</summary>
    public const string Erased = "[erased]";

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<PersonalMember>> Known = new();

    /// <summary>The marked members of an event or contract, in their order.</summary>
    /// <exception cref="ArgumentException">A member is marked that is no text.</exception>
    public static IReadOnlyList<PersonalMember> Of(Type type) => Known.GetOrAdd(type, static type =>
        [.. type.GetProperties().Where(member => member.IsDefined(typeof(PersonalDataAttribute))).Select(member => From(type, member))]);

    /// <summary>The subject that the member belongs to.</summary>
    /// <param name="owner">The event or contract.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="eventId">The event's id.</param>
    public string SubjectIn(object owner, string stream, Guid eventId) =>
        Kind is null ? stream
        : Id is null ? $"{Kind}-{eventId:D}"
        : Id.GetValue(owner) is Guid id ? $"{Kind}-{id:D}"
        : stream;

    private static PersonalMember From(Type type, PropertyInfo member)
    {
        var kind = member.GetCustomAttribute<PersonalDataAttribute>()!.Kind;
        var id = kind is null ? null : type.GetProperty($"{char.ToUpperInvariant(kind[0])}{kind[1..]}Id");
        return member.PropertyType == typeof(string)
            ? new PersonalMember(member, JsonNamingPolicy.CamelCase.ConvertName(member.Name), kind, id)
            : throw new ArgumentException($"{type.Name}.{member.Name} is marked as personal, but only texts can be.");
    }
}
