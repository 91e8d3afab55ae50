using System.Text.Json.Nodes;

namespace Ketman.Chaos.Fuzz;

/// <summary>Something that the API offers, as its own description says.</summary>
/// <param name="Id">The operation's id; a command's is its name.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">With <c>{parameters}</c>.</param>
/// <param name="Query">The names of query parameters.</param>
/// <param name="Body">The schema of the body, or null.</param>
internal sealed record Operation(string Id, string Method, string Path, IReadOnlyList<string> Query, JsonObject? Body)
{
    /// <summary>Whether it is a command that a batch takes, too.</summary>
    public bool IsCommand => Method == "POST" && Body is not null && !Path.EndsWith("/batch", StringComparison.Ordinal)
        && !Path.Contains("/keys", StringComparison.Ordinal) && !Path.Contains("/operations/", StringComparison.Ordinal);

    /// <summary>Every operation of a description.</summary>
    public static IReadOnlyList<Operation> ReadAll(JsonObject document) =>
    [
        .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(member => member.Key is "get" or "post" or "put" or "patch" or "delete")
            .Select(member => Read(path.Key, member.Key, member.Value!.AsObject())))
            .OrderBy(operation => operation.Path, StringComparer.Ordinal).ThenBy(operation => operation.Method, StringComparer.Ordinal),
    ];

    private static Operation Read(string path, string method, JsonObject described) => new(
        (string?)described["operationId"] ?? $"{method} {path}",
        method.ToUpperInvariant(),
        path,
        [
            .. (described["parameters"] as JsonArray ?? []).OfType<JsonObject>()
                .Where(parameter => (string?)parameter["in"] == "query").Select(parameter => (string)parameter["name"]!),
        ],
        described["requestBody"]?["content"]?["application/json"]?["schema"] as JsonObject);
}
