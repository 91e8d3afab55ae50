using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ketman.Calendars;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Policies;

/// <summary>
/// Whether JSON has the members and types of a policy document. A serializer stops at the first thing that is wrong; whoever
/// writes a policy by hand wants to see all of them.
/// </summary>
internal static class PolicyShape
{
    private const int MostProblems = 50;
    private const int LongestMemberName = 64;

    /// <summary>Everything that is wrong with the form, in the order of the document.</summary>
    public static IReadOnlyList<FieldError> ProblemsOf(JsonElement json)
    {
        var problems = new List<FieldError>();
        try
        {
            Check(json, typeof(PolicyDocument), "", problems);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape, is found only when the text is asked for.
            problems.Add(new FieldError("", "text must be valid Unicode"));
        }

        return problems;
    }

    private static void Check(JsonElement json, Type declared, string path, List<FieldError> problems)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (problems.Count >= MostProblems)
        {
            return;
        }

        if (type == typeof(CalendarDocument))
        {
            // The calendar reads itself, content and all.
            _ = BusinessCalendar.TryRead(json, out _, out var errors);
            problems.AddRange(errors.Select(error => new FieldError(Join(path, error.Field), error.Message)));
            return;
        }

        var info = StrictJson.Options.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckMembers(json, info, path, problems);
                break;
            case JsonTypeInfoKind.Enumerable when json.ValueKind is JsonValueKind.Array:
                var index = 0;
                foreach (var element in json.EnumerateArray())
                {
                    Check(element, info.ElementType!, $"{path}[{index++}]", problems);
                }

                break;
            case JsonTypeInfoKind.Enumerable:
                problems.Add(new FieldError(path, "expected a list"));
                break;
            default:
                if (Expected(json, type) is { } expected)
                {
                    problems.Add(new FieldError(path, $"expected {expected}"));
                }

                break;
        }
    }

    private static void CheckMembers(JsonElement json, JsonTypeInfo info, string path, List<FieldError> problems)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new FieldError(path, "expected an object"));
            return;
        }

        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var known = info.Properties.FirstOrDefault(property => property.Name == member.Name);
            if (!said.Add(member.Name))
            {
                problems.Add(new FieldError(Join(path, Shown(member.Name)), "comes more than once"));
            }
            else if (known is null)
            {
                problems.Add(new FieldError(Join(path, Shown(member.Name)), $"unknown member; known are {string.Join(", ", info.Properties.Select(property => property.Name))}"));
            }
            else if (member.Value.ValueKind is not JsonValueKind.Null || !known.IsSetNullable)
            {
                Check(member.Value, known.PropertyType, Join(path, member.Name), problems);
            }
        }

        problems.AddRange(info.Properties.Where(property => property.IsRequired && !said.Contains(property.Name))
            .Select(property => new FieldError(Join(path, property.Name), "missing")));
    }

    private static string? Expected(JsonElement json, Type type) => type switch
    {
        { IsEnum: true } => Names(type) is var names && json.ValueKind is JsonValueKind.String && names.Contains(json.GetString())
            ? null : $"one of {string.Join(", ", names)}",
        _ when type == typeof(bool) => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false",
        _ when type == typeof(int) => json.ValueKind is JsonValueKind.Number && json.TryGetInt32(out _) ? null : "a whole number",
        // Asking for the text finds out whether it is one.
        _ => json.ValueKind is JsonValueKind.String && json.GetString() is not null ? null : "a string",
    };

    private static string[] Names(Type type) => [.. Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    private static string Join(string path, string member) =>
        path.Length == 0 || member.Length == 0 ? path + member : member[0] == '[' ? path + member : $"{path}.{member}";

    private static string Shown(string name)
    {
        var cleaned = new string([.. name.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character)]);
        return cleaned.Length > LongestMemberName ? cleaned[..LongestMemberName] + "..." : cleaned;
    }
}
