using System.Text.Json;

namespace Ketman.Cli.Output;

/// <summary>Reads answers leniently: a member that a newer or older platform lacks is absent, never an error.</summary>
internal static class Json
{
    /// <summary>The element at the end of a path, or null when any part of it is missing.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element.ValueKind is JsonValueKind.Null ? null : element;
    }

    /// <summary>The first of <paramref name="names"/> that is there, as text.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.At(name) is { } value)
                return Plain(value);
        }

        return null;
    }

    /// <summary>The items of a list answer (<c>items</c>), or of a bare array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement answer, string member = "items") =>
        answer.ValueKind is JsonValueKind.Array ? answer.EnumerateArray()
        : answer.At(member) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray()
        : [];

    /// <summary>A value as one would say it: lists with commas, objects by their handle or name.</summary>
    public static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Plain)),
        JsonValueKind.Object => value.Text("ref", "handle", "name", "id") ?? string.Join(", ",
            value.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null)
                .Select(member => $"{Words(member.Name)} {Plain(member.Value)}")),
        JsonValueKind.Null or JsonValueKind.Undefined => string.Empty,
        _ => value.GetRawText(),
    };

    /// <summary><c>firstActiveYear</c> as <c>first active year</c>.</summary>
    public static string Words(string camel) =>
        string.Concat(camel.Select(c => char.IsAsciiLetterUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));
}
