using System.Globalization;

namespace Ketman.Metrics.Statements;

/// <summary>Numbers as a statement writes them.</summary>
internal static class Prose
{
    private static readonly string[] Small =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>Small numbers in words (none is <c>no</c>), larger ones in digits.</summary>
    public static string Words(int number) => number < Small.Length ? Small[number] : Digits(number);

    /// <summary>The same at the beginning of a sentence.</summary>
    public static string Sentence(int number) => string.Concat(char.ToUpperInvariant(Words(number)[0]).ToString(), Words(number)[1..]);

    /// <summary>A number and what it counts, e.g. <c>seven companies</c>.</summary>
    public static string Count(int number, string one, string many) => $"{Words(number)} {(number == 1 ? one : many)}";

    /// <summary>One form or the other.</summary>
    public static string Plural(int number, string one, string many) => number == 1 ? one : many;

    /// <summary>50,000, or 50,000.25: cents only where there are any.</summary>
    public static string Digits(decimal number) =>
        number.ToString(number == decimal.Truncate(number) ? "#,0" : "#,0.00", CultureInfo.InvariantCulture);

    /// <summary>A number with the decimals it has, e.g. <c>3.5</c>.</summary>
    public static string Plain(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary><c>a, b and c</c>.</summary>
    public static string List(IReadOnlyList<string> parts) =>
        parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}";
}
