using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Metrics.Figures;

/// <summary>The numbers of a figure by their paths, so that two of them can be laid beside one another whatever kind they are.</summary>
internal static class FigureNumbers
{
    // By what the things of a list are told apart; their places are not the same in both.
    private static readonly string[] Names = ["clock", "channel", "asset", "source", "p", "attempts"];

    /// <summary>The numbers that differ.</summary>
    public static IReadOnlyList<ChangedNumber> Differences<TFigure>(TFigure then, TFigure now)
    {
        var (before, after) = (Of(then), Of(now));
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(path => (path, Then: Number(before, path), Now: Number(after, path))).Where(one => one.Then != one.Now)
                .Select(one => new ChangedNumber(one.path, one.Then, one.Now, one.Now - one.Then)),
        ];
    }

    private static decimal? Number(Dictionary<string, decimal> numbers, string path) => numbers.TryGetValue(path, out var number) ? number : null;

    private static Dictionary<string, decimal> Of<TFigure>(TFigure figure)
    {
        Dictionary<string, decimal> numbers = [];
        Read(JsonSerializer.SerializeToNode(figure, ContractJson.Options), "");
        return numbers;

        void Read(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject members:
                    foreach (var (name, value) in members.Where(member => member.Key is not ("definition" or "curve")))
                    {
                        Read(value, path.Length == 0 ? name : $"{path}.{name}");
                    }

                    break;
                case JsonArray items:
                    foreach (var (index, item) in items.Index())
                    {
                        Read(item, $"{path}[{NameOf(item, index)}]");
                    }

                    break;
                case JsonValue value when value.GetValueKind() is JsonValueKind.Number:
                    numbers[path] = value.GetValue<decimal>();
                    break;
            }
        }
    }

    private static string NameOf(JsonNode? item, int index) => item is not JsonObject members ? $"{index}"
        : members["definition"] is { } definition ? $"{definition["name"]}, {members["variant"]}"
        : Names.Select(name => members[name]?.ToString()).FirstOrDefault(name => name is not null) is { } name
            ? members["metKnown"] is JsonValue known && !known.GetValue<bool>() ? $"{name}, met not known" : name
        : members.ContainsKey("source") || members.ContainsKey("usd") ? "not said" : $"{index}";
}
