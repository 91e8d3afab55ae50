using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>One number of a statement, as its reader may know it.</summary>
/// <param name="Figure">The definition's name.</param>
/// <param name="Version">The definition's version.</param>
/// <param name="Member">Which of its numbers: <c>value</c>, <c>relaxed.value</c>, <c>by-asset[USDC].usd</c>.</param>
/// <param name="Unit">The definition's unit.</param>
/// <param name="Value">The number; null: it is withheld.</param>
/// <param name="Withheld">Above which clearance it is withheld.</param>
public sealed record FigureCell(string Figure, int Version, string Member, string Unit, decimal? Value, Tlp? Withheld = null);

/// <summary>
/// The numbers of a statement as a flat list: what a CSV file, a comparison of months and a restatement are made of. It is read from what
/// was cut for the reader, so it can hold nothing else.
/// </summary>
internal static class FigureSheet
{
    // How the rows of a breakdown are called apart.
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal) { ["byKind"] = "kind", ["byAsset"] = "asset", ["byAttitude"] = "attitude" };

    // What is withheld and no number.
    private static readonly HashSet<string> Lists =
        new(StringComparer.Ordinal) { "events", "event", "disclosures", "companies", "company", "accountId", "accounts", "payments", "unpriced", "engagements" };

    /// <summary>All numbers, in the order in which the statement tells them; what is withheld at the end.</summary>
    public static IReadOnlyList<FigureCell> Of(JsonObject cut)
    {
        List<FigureCell> cells = [];
        foreach (var (_, figure) in cut)
        {
            if (figure is JsonObject of && of["definition"] is JsonObject definition)
            {
                Read(of, "", new FigureCell((string)definition["name"]!, (int)definition["version"]!, "", (string)definition["unit"]!, null), cells);
            }
        }

        foreach (var part in cut["withheld"]?.AsArray() ?? [])
        {
            var path = ((string)part!["member"]!).Split('.', 2);
            var member = path.Length == 2 ? path[1] : "all";
            if (!Lists.Contains(member.Split('.')[^1]) && cut[path[0]]?["definition"] is JsonObject definition)
            {
                cells.Add(new FigureCell(
                    (string)definition["name"]!, (int)definition["version"]!, Kebab(member), (string)definition["unit"]!, null, part["marking"].Deserialize<Tlp>(ContractJson.Options)));
            }
        }

        return cells;
    }

    private static void Read(JsonObject of, string path, FigureCell cell, List<FigureCell> cells)
    {
        foreach (var (name, node) in of)
        {
            var member = path + Kebab(name);
            switch (node)
            {
                case JsonValue value when value.GetValueKind() is JsonValueKind.Number:
                    cells.Add(cell with { Member = member, Unit = UnitOf(cell.Figure, member, cell.Unit), Value = value.GetValue<JsonElement>().GetDecimal() });
                    break;
                case JsonObject inner when name != "definition":
                    Read(inner, member + ".", cell, cells);
                    break;
                case JsonArray payments when name == "unpriced":
                    foreach (var asset in payments.OfType<JsonObject>().GroupBy(payment => (string)payment["asset"]!, StringComparer.Ordinal).OrderBy(asset => asset.Key, StringComparer.Ordinal))
                    {
                        cells.Add(cell with { Member = $"{member}[{asset.Key}].amount", Unit = asset.Key, Value = asset.Sum(payment => payment["amount"]!.GetValue<JsonElement>().GetDecimal()) });
                    }

                    break;
                case JsonArray rows when Keys.TryGetValue(name, out var key):
                    foreach (var row in rows.OfType<JsonObject>())
                    {
                        Read(row, $"{member}[{(string?)row[key] ?? "unknown"}].", cell, cells);
                    }

                    break;
            }
        }
    }

    // The definition names the unit of what is counted; beside it stand numbers of other things.
    private static string UnitOf(string figure, string member, string unit) => member switch
    {
        _ when member.EndsWith("].amount", StringComparison.Ordinal) => member[(member.IndexOf('[', StringComparison.Ordinal) + 1)..^"].amount".Length],
        _ when member.EndsWith("days", StringComparison.Ordinal) => "days",
        _ when member.EndsWith(".months", StringComparison.Ordinal) => "months",
        _ when member.StartsWith("first-active-years.", StringComparison.Ordinal) => "year",
        _ when member.StartsWith("steps-", StringComparison.Ordinal) => "steps",
        _ when member.StartsWith("breaches", StringComparison.Ordinal) || member == "annulled" => "breaches",
        "final-notices" => "notices",
        "update-requests-after-deadline" => "requests",
        _ when figure == "reaction-time" => "cases",
        _ => unit,
    };

    /// <summary>The number as JSON and CSV write it.</summary>
    public static string Text(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string Kebab(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
}
