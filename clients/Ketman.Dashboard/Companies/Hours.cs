using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Companies;

/// <summary>A company's calendar as a form holds it: a line for each day, and one for each holiday.</summary>
/// <param name="Zone">The zone's IANA name.</param>
/// <param name="Always">Open at all hours (<c>24x7</c>).</param>
/// <param name="Days">By <c>mon</c> to <c>sun</c>, windows such as <c>09:00-12:30, 13:30-17:00</c>; a day that is absent is closed.</param>
/// <param name="Holidays">Local dates.</param>
public sealed record Hours(string Zone, bool Always, IReadOnlyDictionary<string, string> Days, IReadOnlyList<string> Holidays)
{
    public static IReadOnlyList<string> Week { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    public static Hours Of(JsonElement calendar)
    {
        var hours = calendar.GetProperty("hours");
        return new Hours(
            calendar.GetProperty("zone").GetString() ?? "",
            hours.ValueKind is JsonValueKind.String,
            hours.ValueKind is JsonValueKind.Object
                ? hours.EnumerateObject().ToDictionary(day => day.Name, day => string.Join(", ", day.Value.EnumerateArray().Select(window => window.GetString())))
                : new Dictionary<string, string>(),
            calendar.TryGetProperty("holidays", out var holidays) && holidays.ValueKind is JsonValueKind.Array ? [.. holidays.EnumerateArray().Select(day => day.GetString() ?? "")] : []);
    }

    public static Hours Of(SentForm form) => new(
        form["zone"] ?? "", form["always"] is "true",
        Week.Select(day => (day, Text: form["hours." + day])).Where(pair => pair.Text is not null).ToDictionary(pair => pair.day, pair => pair.Text!),
        [.. Parts(form["holidays"])]);

    /// <summary>The document, as the platform takes it.</summary>
    public JsonObject ToJson() => new()
    {
        ["zone"] = Zone,
        ["hours"] = Always
            ? JsonValue.Create("24x7")
            : new JsonObject(Days.Select(day => KeyValuePair.Create(day.Key, (JsonNode?)new JsonArray([.. Parts(day.Value).Select(window => (JsonNode)window)])))),
        ["holidays"] = new JsonArray([.. Holidays.Select(day => (JsonNode)day)]),
    };

    /// <summary>Whether it is open at an instant; null when the zone is unknown here. Windows that run over midnight belong to the day on which they begin.</summary>
    public bool? IsOpen(DateTimeOffset instant)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone))
        {
            return null;
        }

        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return Windows(local, 0).Any(window => window.From <= local.TimeOfDay && (window.To > local.TimeOfDay || window.To <= window.From))
            || Windows(local, -1).Any(window => window.To <= window.From && window.To > local.TimeOfDay);
    }

    private IEnumerable<(TimeSpan From, TimeSpan To)> Windows(DateTimeOffset local, int days)
    {
        var day = local.AddDays(days);
        if (Holidays.Contains(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))
        {
            yield break;
        }

        if (Always)
        {
            yield return (TimeSpan.Zero, TimeSpan.FromHours(24));
            yield break;
        }

        foreach (var window in Parts(Days.GetValueOrDefault(Week[((int)day.DayOfWeek + 6) % 7])))
        {
            if (window.Split('-') is [var from, var to] && TimeSpan.TryParse(from, CultureInfo.InvariantCulture, out var begin) && TimeSpan.TryParse(to == "24:00" ? "1.00:00" : to, CultureInfo.InvariantCulture, out var end))
            {
                yield return (begin, end);
            }
        }
    }

    private static string[] Parts(string? text) => (text ?? "").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
