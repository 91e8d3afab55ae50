using System.Text.Json;

namespace Ketman.Disclosures.Policies;

/// <summary>One difference between two policy documents.</summary>
/// <param name="Path">Where, e.g. <c>clocks[acknowledgement].due.time</c>: clocks, steps and variants are found by their names.</param>
/// <param name="From">What it was; null: it was not there.</param>
/// <param name="To">What it becomes; null: it goes.</param>
public sealed record PolicyDifference(string Path, JsonElement? From, JsonElement? To);

/// <summary>Tells what differs between two policy documents, member by member.</summary>
internal static class PolicyDiff
{
    // What names an element of a list, so that an inserted clock is one difference and not one for each that comes after it.
    private static readonly string[] s_names = ["name", "step", "severity"];

    /// <summary>The differences, in the order of the documents.</summary>
    public static IReadOnlyList<PolicyDifference> Between(JsonElement from, JsonElement to)
    {
        var differences = new List<PolicyDifference>();
        Compare("", from, to, differences);
        return differences;
    }

    private static void Compare(string path, JsonElement from, JsonElement to, List<PolicyDifference> differences)
    {
        if (JsonElement.DeepEquals(from, to))
        {
            return;
        }

        if (from.ValueKind is JsonValueKind.Object && to.ValueKind is JsonValueKind.Object)
        {
            CompareParts(Members(from), Members(to), name => path.Length == 0 ? name : $"{path}.{name}", differences);
        }
        else if (Named(from) is { } before && Named(to) is { } after)
        {
            CompareParts(before, after, name => $"{path}[{name}]", differences);
            var (kept, keptThen) = (before.Keys.Where(after.ContainsKey).ToList(), after.Keys.Where(before.ContainsKey).ToList());
            if (!kept.SequenceEqual(keptThen))
            {
                differences.Add(new PolicyDifference($"{path} (order)", JsonSerializer.SerializeToElement(kept), JsonSerializer.SerializeToElement(keptThen)));
            }
        }
        else
        {
            differences.Add(new PolicyDifference(path, from, to));
        }
    }

    private static void CompareParts(
        Dictionary<string, JsonElement> from, Dictionary<string, JsonElement> to, Func<string, string> pathOf, List<PolicyDifference> differences)
    {
        foreach (var (name, before) in from)
        {
            if (to.TryGetValue(name, out var after))
            {
                Compare(pathOf(name), before, after, differences);
            }
            else
            {
                differences.Add(new PolicyDifference(pathOf(name), before, null));
            }
        }

        differences.AddRange(to.Where(pair => !from.ContainsKey(pair.Key)).Select(pair => new PolicyDifference(pathOf(pair.Key), null, pair.Value)));
    }

    private static Dictionary<string, JsonElement> Members(JsonElement json) => json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);

    /// <summary>The elements of a list by their names; null when it is no list of named things.</summary>
    private static Dictionary<string, JsonElement>? Named(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var named = new Dictionary<string, JsonElement>();
        foreach (var element in json.EnumerateArray())
        {
            var member = element.ValueKind is JsonValueKind.Object ? Array.Find(s_names, name => element.TryGetProperty(name, out _)) : null;
            if (member is null || !named.TryAdd(element.GetProperty(member).GetString()!, element))
            {
                return null;
            }
        }

        return named;
    }
}
