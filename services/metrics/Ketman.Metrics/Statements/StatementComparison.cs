using System.Text.Json.Nodes;

namespace Ketman.Metrics.Statements;

/// <summary>A number of one month beside that of another.</summary>
/// <param name="Figure">The definition's name.</param>
/// <param name="Member">Which of its numbers.</param>
/// <param name="Unit">Of what.</param>
/// <param name="Value">In this month; null: there is none, or it is withheld.</param>
/// <param name="Against">In the other.</param>
/// <param name="Difference">This less the other; null where one of the two is missing.</param>
public sealed record ComparedCell(string Figure, string Member, string Unit, decimal? Value, decimal? Against, decimal? Difference);

/// <summary>Two statements beside each other, number by number.</summary>
internal static class StatementComparison
{
    // A breakdown that has no row for something has none of it; only what is withheld is not known.
    private static bool IsRow(string member) => member.Contains('[', StringComparison.Ordinal);

    /// <summary>Every number that one of the two has, in the order of the first.</summary>
    public static IReadOnlyList<ComparedCell> Of(JsonObject month, JsonObject against)
    {
        var (here, there) = (FigureSheet.Of(month), FigureSheet.Of(against));
        var (values, others) = (ByName(here), ByName(there));
        return
        [
            .. here.Concat(there).DistinctBy(cell => (cell.Figure, cell.Member)).Select(cell =>
            {
                var (value, other) = (ValueIn(values, cell), ValueIn(others, cell));
                return new ComparedCell(cell.Figure, cell.Member, cell.Unit, value, other, value - other);
            }),
        ];
    }

    /// <summary>The numbers that are not the same in both.</summary>
    public static IReadOnlyList<ComparedCell> Moved(JsonObject now, JsonObject before) => [.. Of(now, before).Where(cell => cell.Value != cell.Against)];

    private static Dictionary<(string, string), FigureCell> ByName(IEnumerable<FigureCell> cells) =>
        cells.GroupBy(cell => (cell.Figure, cell.Member)).ToDictionary(group => group.Key, group => group.First());

    private static decimal? ValueIn(Dictionary<(string Figure, string Member), FigureCell> cells, FigureCell cell) =>
        cells.TryGetValue((cell.Figure, cell.Member), out var found) ? found.Value
        : IsRow(cell.Member) && !cells.Values.Any(one => one.Figure == cell.Figure && one.Withheld is not null) ? 0
        : null;
}
