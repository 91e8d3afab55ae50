using System.Text.Json;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Administration;

/// <summary>What a policy's document says, in words. The document itself is the platform's; here it is only read.</summary>
internal static class PolicyText
{
    private const int Longest = 240;

    public static IEnumerable<JsonElement> Items(JsonElement of, string member) =>
        At(of, member) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static JsonElement? At(JsonElement of, string member) =>
        of.ValueKind is JsonValueKind.Object && of.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    /// <summary>A member as text: lists with commas, durations in words, names of milestones as labels.</summary>
    public static string? Text(JsonElement of, string member) => At(of, member) is { } value ? Plain(value) : null;

    /// <summary>A value, short enough for a table.</summary>
    public static string Brief(JsonElement? value) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.Object } there => Cut(there.GetRawText()),
        { ValueKind: JsonValueKind.Array } list => Cut(list.EnumerateArray().Any(one => one.ValueKind is JsonValueKind.Object) ? list.GetRawText() : Plain(list)),
        { } there => Cut(there.ToString()),
    };

    /// <summary><c>16 h of business time after First delivered</c>.</summary>
    public static string Due(JsonElement? rule)
    {
        if (rule is not { } due)
        {
            return "";
        }

        foreach (var (member, words, between) in new[]
        {
            ("firstOf", "{0}", Words.Admin_OrElse), ("latestOf", Words.Admin_LatestOf, "; "), ("earliestOf", Words.Admin_EarliestOf, "; "),
        })
        {
            if (At(due, member) is { } parts)
            {
                return Labels.Fill(words, string.Join(between, parts.EnumerateArray().Select(part => Due(part)))) + Conditions(due);
            }
        }

        var anchor = Text(due, "after")
            ?? (Raw(due, "afterStep") is { } step ? Labels.Fill(Words.Admin_AfterStep, Labels.Of(step))
                : Raw(due, "afterBreach") is { } breach ? Labels.Fill(Words.Admin_AfterBreach, Labels.Of(breach))
                : Labels.Fill(Words.Admin_AfterDue, Labels.Of(Raw(due, "afterDue") ?? "")));
        return Labels.Fill(Raw(due, "counted") == "business" ? Words.Admin_BusinessAfter : Words.Admin_After, Text(due, "time"), anchor) + Conditions(due);
    }

    public static string Calendar(JsonElement calendar) =>
        $"{Raw(calendar, "zone")}: " + (At(calendar, "hours") is { ValueKind: JsonValueKind.Object } hours
            ? string.Join(", ", hours.EnumerateObject().Select(day => $"{Labels.Of(day.Name)} {Plain(day.Value)}"))
            : Raw(calendar, "hours"));

    private static string Conditions(JsonElement due) =>
        (At(due, "if") is { } condition ? ", " + Labels.Fill(Words.Admin_If, Labels.Of(Raw(condition, "clock") ?? ""), Labels.Of(Raw(condition, "is") ?? "")) : "")
        + (Raw(due, "ifAbsent") is { } absent ? ", " + Labels.Fill(Words.Admin_Unless, Labels.Of(absent)) : "");

    private static string? Raw(JsonElement of, string member) => At(of, member)?.ToString();

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Plain)),
        JsonValueKind.String => Word(value.GetString()!),
        _ => value.ToString(),
    };

    // Durations and names of milestones; anything else stays as it was written.
    private static string Word(string text) => Span(text) ?? (text.Length > 0 && text.All(letter => char.IsAsciiLetterLower(letter) || letter == '-') ? Labels.Of(text) : text);

    private static string? Span(string text)
    {
        if (text is not ['P', ..])
        {
            return null;
        }

        try
        {
            var span = System.Xml.XmlConvert.ToTimeSpan(text);
            return Labels.Fill(span.TotalHours >= 24 && span.TotalHours % 24 == 0 && text.Contains('D', StringComparison.Ordinal) ? Words.Admin_SpanDays
                : span.TotalMinutes % 60 == 0 ? Words.Admin_SpanHours : Words.Admin_SpanMinutes,
                text.Contains('D', StringComparison.Ordinal) && span.TotalHours % 24 == 0 ? span.TotalDays : span.TotalMinutes % 60 == 0 ? span.TotalHours : span.TotalMinutes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Cut(string text) => text.Length > Longest ? text[..Longest] + "…" : text;
}
