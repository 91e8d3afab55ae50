using System.Text.Json.Nodes;

namespace Ketman.Gateway.OpenApi;

/// <summary>
/// Makes one OpenAPI document of several. A component that means the same in all of them keeps its name; where two documents mean
/// different things by one name, each gets its document's name in front.
/// </summary>
internal static class OpenApiMerge
{
    private const string RefPrefix = "#/components/";

    /// <param name="frame">What the result begins with: info, servers, security; its own paths and components are kept.</param>
    /// <param name="parts">The documents by name.</param>
    /// <param name="place">Where a path of a document is in the result; null: it is left out.</param>
    public static JsonObject Merge(
        JsonObject frame, IReadOnlyList<(string Name, JsonObject Document)> parts, Func<string, string, string?> place)
    {
        var shared = SharedComponents(parts);
        var paths = Child(frame, "paths");
        var components = Child(frame, "components");
        var operationIds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, document) in parts)
        {
            string Rename(string section, string component) =>
                shared.Contains((section, component)) ? component : $"{char.ToUpperInvariant(name[0])}{name[1..]}.{component}";

            foreach (var (path, item) in Children(document, "paths"))
            {
                if (place(name, path) is not { } placed || item is not JsonObject)
                {
                    continue;
                }

                var renamed = (JsonObject)WithRefs(item, Rename)!;
                foreach (var (_, operation) in renamed)
                {
                    if (operation is JsonObject described && described["operationId"]?.GetValue<string>() is { } id && !operationIds.Add(id))
                    {
                        described["operationId"] = $"{name}-{id}";
                    }
                }

                if (paths[placed] is JsonObject there)
                {
                    foreach (var (method, operation) in renamed.ToList())
                    {
                        renamed.Remove(method);
                        there.TryAdd(method, operation);
                    }
                }
                else
                {
                    paths[placed] = renamed;
                }
            }

            foreach (var (section, content) in Children(document, "components"))
            {
                foreach (var (component, definition) in content as JsonObject ?? [])
                {
                    Child(components, section).TryAdd(Rename(section, component), WithRefs(definition, Rename));
                }
            }
        }

        return frame;
    }

    /// <summary>The components of which all documents that have them say the same, down to what they refer to.</summary>
    private static HashSet<(string Section, string Component)> SharedComponents(IReadOnlyList<(string Name, JsonObject Document)> parts)
    {
        var definitions = parts
            .SelectMany(part => Children(part.Document, "components"))
            .SelectMany(section => (section.Value as JsonObject ?? []).Select(one => (Key: (section.Key, one.Key), Definition: one.Value)))
            .ToLookup(one => one.Key, one => one.Definition);
        var shared = definitions
            .Where(same => same.All(definition => JsonNode.DeepEquals(definition, same.First())))
            .Select(same => same.Key)
            .ToHashSet();

        // A name whose definition refers to one that is not shared means a different thing in each document, too.
        while (shared.RemoveWhere(name => definitions[name].SelectMany(RefsOf).Any(used => !shared.Contains(used))) > 0)
        {
        }

        return shared;
    }

    private static IEnumerable<(string Section, string Component)> RefsOf(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member.Key == "$ref" && TryParseRef(member.Value, out var section, out var component) ? [(section, component)] : RefsOf(member.Value)),
        JsonArray items => items.SelectMany(RefsOf),
        _ => [],
    };

    private static JsonNode? WithRefs(JsonNode? node, Func<string, string, string> rename)
    {
        switch (node)
        {
            case JsonObject members:
                var copy = new JsonObject();
                foreach (var (key, value) in members)
                {
                    copy[key] = key == "$ref" && TryParseRef(value, out var section, out var component)
                        ? $"{RefPrefix}{section}/{rename(section, component)}"
                        : WithRefs(value, rename);
                }

                return copy;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => WithRefs(item, rename))]);
            default:
                return node?.DeepClone();
        }
    }

    private static bool TryParseRef(JsonNode? value, out string section, out string component)
    {
        section = component = "";
        if (value is not JsonValue text || !text.TryGetValue<string>(out var reference) || !reference.StartsWith(RefPrefix, StringComparison.Ordinal)
            || reference[RefPrefix.Length..].Split('/') is not [var first, var second])
        {
            return false;
        }

        (section, component) = (first, second);
        return true;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Children(JsonObject parent, string name) => parent[name] as JsonObject ?? [];
}
