using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Hosting.Bus;

/// <summary>What is personal in the payload of a message, by the marks of its contract.</summary>
internal static class PersonalPayload
{
    private static readonly FrozenDictionary<string, Member[]> Members = ContractJson.All
        .Select(known => (Urn: known.Key, Members: PersonalMember.Of(known.Value).Select(member => new Member(
            member.JsonName, member.Kind, member.Id is { } id ? JsonNamingPolicy.CamelCase.ConvertName(id.Name) : null)).ToArray()))
        .Where(known => known.Members.Length > 0)
        .ToFrozenDictionary(known => known.Urn, known => known.Members, StringComparer.Ordinal);

    private static readonly FrozenSet<string> Erasing = ContractJson.All
        .Where(known => known.Value.IsAssignableTo(typeof(IErasesSubject))).Select(known => known.Key).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The marked members of all contracts, those together that find their subject in the same way.</summary>
    public static IEnumerable<IGrouping<(string? Kind, string? Id), (string Urn, string[] Names)>> Groups => Members
        .SelectMany(known => known.Value.GroupBy(member => (member.Kind, member.Id)).Select(group => (group.Key, Value: (known.Key, Names: group.Select(member => member.Name).ToArray()))))
        .GroupBy(one => one.Item1, one => one.Value);

    /// <summary>Whether messages of the type erase somebody.</summary>
    public static bool Erases(string urn) => Erasing.Contains(urn);

    /// <summary>Who is erased by a message; null: nobody, or it does not say so in a way that this build understands.</summary>
    public static string? ErasedBy(IntegrationEvent message)
    {
        if (!Erases(message.Type))
        {
            return null;
        }

        try
        {
            return (ContractJson.Read(message) as IErasesSubject)?.ErasedSubject();
        }
        catch (JsonException)
        {
            // The fold meets it again, and pauses there if its consumer wants it.
            return null;
        }
    }

    /// <summary>Collects whose texts a message holds.</summary>
    public static void AddSubjects(IntegrationEvent message, HashSet<string> subjects)
    {
        if (message.Data.ValueKind is JsonValueKind.Object && Members.TryGetValue(message.Type, out var members))
        {
            foreach (var member in members)
            {
                if (message.Data.TryGetProperty(member.Name, out _))
                {
                    subjects.Add(member.SubjectIn(message));
                }
            }
        }
    }

    /// <summary>The message without the texts of those who are erased; itself if it has none.</summary>
    public static IntegrationEvent Without(IntegrationEvent message, IReadOnlySet<string> erased)
    {
        if (message.Data.ValueKind is not JsonValueKind.Object || !Members.TryGetValue(message.Type, out var members))
        {
            return message;
        }

        var gone = members.Where(member => message.Data.TryGetProperty(member.Name, out _) && erased.Contains(member.SubjectIn(message))).ToList();
        if (gone.Count == 0)
        {
            return message;
        }

        var data = JsonObject.Create(message.Data)!;
        foreach (var member in gone)
        {
            data[member.Name] = PersonalMember.Erased;
        }

        return message with { Data = JsonSerializer.SerializeToElement(data, ContractJson.Options) };
    }

    private sealed record Member(string Name, string? Kind, string? Id)
    {
        public string SubjectIn(IntegrationEvent message) =>
            Kind is null ? message.Stream
            : Id is null ? $"{Kind}-{message.Id:D}"
            : message.Data.TryGetProperty(Id, out var id) && id.ValueKind is JsonValueKind.String ? $"{Kind}-{id.GetString()}"
            : message.Stream;
    }
}
