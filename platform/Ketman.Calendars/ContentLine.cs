namespace Ketman.Calendars;

/// <summary>One line of an iCalendar file after unfolding: <c>NAME;PARAMETER=VALUE:value</c>.</summary>
/// <param name="Number">The line of the file on which it begins.</param>
/// <param name="Name">In capitals.</param>
/// <param name="Parameters">By their names in capitals; values without their quotes.</param>
/// <param name="Value">What stands after the colon.</param>
internal sealed record ContentLine(int Number, string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    // RFC 5545 folds after 75 octets; what is longer than this is no description of a holiday.
    private const int LongestLine = 64 * 1024;

    /// <summary>Reads the lines of a file; what is no content line is reported.</summary>
    public static IEnumerable<ContentLine> ReadAll(string text, Action<int, string> report)
    {
        var (number, first, unfolded) = (0, 0, "");
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r')))
        {
            number++;
            if (raw is [' ' or '\t', ..] && first > 0 && unfolded.Length <= LongestLine)
            {
                unfolded += raw[1..];
                continue;
            }

            if (Parse(first, unfolded, report) is { } line)
                yield return line;
            (first, unfolded) = (number, raw);
        }

        if (Parse(first, unfolded, report) is { } last)
            yield return last;
    }

    private static ContentLine? Parse(int number, string text, Action<int, string> report)
    {
        if (text.Trim().Length == 0)
            return null;

        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = NameEnd(text, 0);
        var name = text[..at].ToUpperInvariant();
        var sound = at > 0 && text.Length <= LongestLine;
        while (sound && at < text.Length && text[at] == ';')
        {
            var end = NameEnd(text, at + 1);
            var key = text[(at + 1)..end].ToUpperInvariant();
            sound = key.Length > 0 && end < text.Length && text[end] == '=';
            if (sound)
            {
                (var value, at) = ParameterValue(text, end + 1);
                sound = parameters.TryAdd(key, value);
            }
        }

        if (sound && at < text.Length && text[at] == ':')
            return new(number, name, parameters, text[(at + 1)..]);
        report(number, "This is no line of an iCalendar file (NAME:value) and was left out.");
        return null;
    }

    private static int NameEnd(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-'))
            at++;
        return at;
    }

    // Quotes protect colons, semicolons and commas.
    private static (string Value, int End) ParameterValue(string text, int from)
    {
        var (at, quoted) = (from, false);
        while (at < text.Length && (quoted || text[at] is not (':' or ';')))
        {
            quoted ^= text[at] == '"';
            at++;
        }

        return (text[from..at].Replace("\"", "", StringComparison.Ordinal), at);
    }
}
