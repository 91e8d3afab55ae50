using System.Globalization;
using System.Text.Json;

namespace Ketman.Vocabulary;

/// <summary>Turns text, as typed or as it stands in a CSV cell, into the JSON that a member takes.</summary>
internal static class FieldText
{
    private const NumberStyles DecimalStyle = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    /// <summary>Writes the value, or returns what would be right; only what cannot be said in JSON is judged here, the rest is the platform's.</summary>
    public static string? Write(Utf8JsonWriter json, Field field, string text)
    {
        switch (field.Kind)
        {
            case FieldKind.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                json.WriteNumber(field.Name, whole);
                return null;
            case FieldKind.Integer:
                return $"expected a whole number such as {field.Example}";
            case FieldKind.Decimal when decimal.TryParse(text, DecimalStyle, CultureInfo.InvariantCulture, out var number):
                json.WriteNumber(field.Name, number);
                return null;
            case FieldKind.Decimal:
                return $"expected a number with a decimal point and no thousands separators, such as {field.Example}";
            case FieldKind.YesNo:
                if (YesNo(text) is not { } yes)
                    return "expected true or false";
                json.WriteBoolean(field.Name, yes);
                return null;
            case FieldKind.Choice when !field.Choices.Contains(text):
                return ExpectedOf(field, text);
            default:
                json.WriteString(field.Name, text);
                return null;
        }
    }

    /// <summary>Writes the values, or returns what would be right.</summary>
    public static string? WriteList(Utf8JsonWriter json, Field field, IReadOnlyList<string> texts)
    {
        if (field.Choices.Count > 0 && texts.FirstOrDefault(text => !field.Choices.Contains(text)) is { } unknown)
            return ExpectedOf(field, unknown);

        json.WriteStartArray(field.Name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        return null;
    }

    private static string ExpectedOf(Field field, string text)
    {
        var near = Spelling.Nearest(text, field.Choices);
        return $"expected one of {string.Join(", ", field.Choices)}{(near is null ? "" : $"; did you mean {near}?")}";
    }

    private static bool? YesNo(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" => true,
        "false" or "no" => false,
        _ => null,
    };
}
