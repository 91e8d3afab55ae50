using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Shows one thing whole: its members below one another, its lists as tables. New members appear without a change here.</summary>
internal static class ObjectView
{
    private const int MostColumns = 7;

    public static void Show(Session session, JsonElement thing, string? heading)
    {
        var screen = session.Screen;
        if (heading is not null)
            screen.Heading(heading);
        if (thing.ValueKind is not JsonValueKind.Object)
        {
            screen.Line(Json.Plain(thing));
            return;
        }

        var members = thing.EnumerateObject().ToList();
        screen.Facts(members.Where(member => !IsTable(member.Value))
            .Select(member => (Json.Words(member.Name), (string?)Value(session, member.Value))));
        foreach (var member in members.Where(member => IsTable(member.Value)))
        {
            screen.Line();
            screen.Heading(Json.Words(member.Name));
            ShowTable(session, [.. member.Value.EnumerateArray()]);
        }
    }

    /// <summary>A list answer of things that have no table of their own.</summary>
    public static void ShowList(Session session, List<JsonElement> items) => ShowTable(session, items);

    private static void ShowTable(Session session, List<JsonElement> rows)
    {
        // Ids are for programs; they stay only where nothing else names the row.
        var names = rows.Where(row => row.ValueKind is JsonValueKind.Object)
            .SelectMany(row => row.EnumerateObject())
            .Where(member => member.Value.ValueKind is not JsonValueKind.Null && !IsTable(member.Value))
            .Select(member => member.Name)
            .Distinct()
            .ToList();
        if (names.Count > MostColumns)
            names.RemoveAll(name => name.EndsWith("Id", StringComparison.Ordinal));

        session.Screen.Table(
            [.. names.Select(name => new Column(Json.Words(name)))],
            [.. rows.Select(row => names.Select(name => row.At(name) is { } value ? Value(session, value) : null).ToArray())],
            "none");
    }

    private static bool IsTable(JsonElement value) =>
        value.ValueKind is JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind is JsonValueKind.Object;

    private static string Value(Session session, JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? session.Time(value.GetString())! : Json.Plain(value);
}
