using System.Globalization;
using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Forms;

/// <summary>Turns a sent form into the body of its command, by what the vocabulary says of the fields.</summary>
internal static class CommandBody
{
    /// <summary>The body, and what in it cannot be read; what else is wrong the platform says.</summary>
    /// <param name="type">The command.</param>
    /// <param name="form">As it was sent: a moment in two parts, <c>NAME</c> (the day) and <c>NAME.time</c> (the hour, in <paramref name="zone"/>; empty: the day is all that is known).</param>
    /// <param name="zone">Where its sender reads the clock.</param>
    public static (JsonObject Body, IReadOnlyList<FieldError> Errors) Read(LineType type, SentForm form, TimeZoneInfo zone)
    {
        var body = new JsonObject();
        var errors = new List<FieldError>();
        foreach (var field in type.Fields)
        {
            if (field.Kind is FieldKind.YesNo && form.Has(field.Name + ".asked"))
            {
                body[field.Name] = form[field.Name] is "true";
                continue;
            }

            if (form[field.Name] is not { } text)
            {
                if (field.Required)
                {
                    errors.Add(new FieldError(field.Name, Ketman.Dashboard.Words.Form_Required));
                }

                continue;
            }

            if (Value(field, text, form[field.Name + ".time"], zone) is { } value)
            {
                body[field.Name] = value;
            }
            else
            {
                errors.Add(new FieldError(field.Name, Labels.Fill(Ketman.Dashboard.Words.Form_Unreadable, field.Example)));
            }
        }

        return (body, errors);
    }

    private static JsonNode? Value(Field field, string text, string? time, TimeZoneInfo zone) => field.Kind switch
    {
        FieldKind.Text or FieldKind.Choice => text,
        FieldKind.TextList => new JsonArray([.. text.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => (JsonNode)line)]),
        // As typed: an amount is exact, and is no floating-point number on the way.
        FieldKind.Decimal => text.Replace(" ", "", StringComparison.Ordinal),
        FieldKind.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        FieldKind.YesNo => text is "true",
        FieldKind.Moment => Moment(text, time, zone),
        _ => null,
    };

    /// <summary>A day, or an instant where an hour is given; null: neither can be read.</summary>
    public static JsonNode? Moment(string day, string? time, TimeZoneInfo zone)
    {
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return null;
        }

        if (time is null)
        {
            return day;
        }

        if (!TimeOnly.TryParse(time, CultureInfo.InvariantCulture, out var hour))
        {
            return null;
        }

        // What the clock skips in spring is meant an hour later, as the platform's calendars take it too.
        var local = date.ToDateTime(hour);
        local = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
    }
}
