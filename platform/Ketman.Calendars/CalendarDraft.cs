using System.Text.Json;

namespace Ketman.Calendars;

/// <summary>
/// What could be read of a calendar document. A part that is missing or of the wrong type is null and has been reported, so that
/// one pass can go on and report everything else that is wrong as well.
/// </summary>
internal sealed class CalendarDraft
{
    /// <summary>More than any real calendar has; it bounds what a stranger's file can cost.</summary>
    private const int LongestText = 1 << 20;

    private const string HoursWanted = "must be \"24x7\" or an object such as {\"mon\": [\"09:00-17:00\"]}";

    private CalendarDraft()
    {
    }

    public string? Zone { get; private set; }

    public bool AroundTheClock { get; private set; }

    public IReadOnlyDictionary<string, IReadOnlyList<string?>>? Hours { get; private set; }

    public IReadOnlyList<string?> Holidays { get; private set; } = [];

    public static CalendarDraft Of(CalendarDocument document) => new()
    {
        Zone = document.Zone,
        AroundTheClock = document.Hours is null,
        Hours = document.Hours?.ToDictionary(day => day.Key, day => (IReadOnlyList<string?>)day.Value),
        Holidays = document.Holidays,
    };

    public static CalendarDraft Parse(string json, List<CalendarError> errors)
    {
        if (json.Length > LongestText)
        {
            errors.Add(new("", "is longer than a calendar can be (1 MiB)."));
            return new();
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, errors);
        }
        catch (JsonException e)
        {
            errors.Add(new("", $"This is no JSON: see line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of that line."));
            return new();
        }
    }

    public static CalendarDraft Read(JsonElement root, List<CalendarError> errors)
    {
        var draft = new CalendarDraft();
        if (root.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(new("", "A calendar is a JSON object such as {\"zone\": \"Europe/Berlin\", \"hours\": {\"mon\": [\"09:00-17:00\"]}, \"holidays\": []}."));
            return draft;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            if (!seen.Add(member.Name))
            {
                errors.Add(new(member.Name, "stands there twice; give it once."));
                continue;
            }

            switch (member.Name)
            {
                case "zone":
                    draft.Zone = ReadText(member.Value, "zone", "must be the name of a time zone, e.g. \"Europe/Berlin\"", errors);
                    break;
                case "hours":
                    draft.ReadHours(member.Value, errors);
                    break;
                case "holidays":
                    draft.Holidays = ReadTexts(member.Value, "holidays", "must be a list of dates such as [\"2015-09-22\"]", "must be a date, e.g. \"2015-09-22\"", errors);
                    break;
                default:
                    errors.Add(new(member.Name, "is not known here; a calendar has zone, hours and holidays."));
                    break;
            }
        }

        if (!seen.Contains("zone"))
            errors.Add(new("zone", "is missing; name a time zone, e.g. \"Europe/Berlin\"."));
        if (!seen.Contains("hours"))
            errors.Add(new("hours", $"is missing; it {HoursWanted}."));
        return draft;
    }

    /// <summary>The document; only when nothing was reported.</summary>
    public CalendarDocument ToDocument() => new()
    {
        Zone = Zone!,
        Hours = AroundTheClock ? null : Hours!.ToDictionary(day => day.Key, day => (IReadOnlyList<string>)[.. day.Value.Select(window => window!)]),
        Holidays = [.. Holidays.Select(date => date!)],
    };

    private void ReadHours(JsonElement value, List<CalendarError> errors)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when value.ValueEquals(CalendarDocument.AroundTheClock):
                AroundTheClock = true;
                return;
            case JsonValueKind.Object:
                var days = new Dictionary<string, IReadOnlyList<string?>>(StringComparer.Ordinal);
                foreach (var day in value.EnumerateObject())
                {
                    var field = $"hours.{day.Name}";
                    if (days.ContainsKey(day.Name))
                        errors.Add(new(field, "stands there twice; give all windows of the day in one list."));
                    else
                        days.Add(day.Name, ReadTexts(day.Value, field, "must be a list of windows such as [\"09:00-17:00\"]", "must be a window, e.g. \"09:00-17:00\"", errors));
                }

                Hours = days;
                return;
            default:
                errors.Add(new("hours", $"{HoursWanted}."));
                return;
        }
    }

    private static List<string?> ReadTexts(JsonElement value, string field, string wanted, string wantedOfEach, List<CalendarError> errors)
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            errors.Add(new(field, $"{wanted}."));
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => ReadText(item, $"{field}[{index}]", wantedOfEach, errors))];
    }

    private static string? ReadText(JsonElement value, string field, string wanted, List<CalendarError> errors)
    {
        if (value.ValueKind is JsonValueKind.String)
            return value.GetString();
        errors.Add(new(field, $"{wanted}."));
        return null;
    }
}
