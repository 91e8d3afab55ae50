using System.Globalization;
using System.Text.RegularExpressions;

namespace Ketman.Disclosures.Publication;

/// <summary>Finds exact amounts of money, however they are written.</summary>
internal static partial class GuardedAmounts
{
    // Small numbers are everywhere (three attempts, two channels): they are amounts only beside a currency.
    private const decimal Telling = 100;

    /// <summary>The amounts in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="amounts">Invariant decimals.</param>
    public static IEnumerable<Leak> In(FoldedText text, IEnumerable<string> amounts)
    {
        var guarded = amounts.Select(amount => decimal.Parse(amount, CultureInfo.InvariantCulture)).Where(amount => amount > 0).ToHashSet();
        if (guarded.Count == 0)
        {
            yield break;
        }

        var dates = Date().Matches(text.Text).Select(match => (match.Index, End: match.Index + match.Length)).ToList();
        foreach (var match in Number().Matches(text.Text).Where(match => !dates.Any(date => match.Index < date.End && match.Index + match.Length > date.Index)))
        {
            var factor = match.Groups["times"].Value switch { "k" or "thousand" => 1000m, "m" or "million" => 1_000_000m, _ => 1m };
            var isMoney = match.Groups["before"].Success || match.Groups["after"].Success;
            if (Readings(match.Groups["number"].Value).Any(value => guarded.Contains(value * factor) && (value * factor >= Telling || isMoney)))
            {
                var (offset, length) = text.Origin(match.Index, match.Length);
                yield return new Leak(GuardedKind.Amount, offset, length);
            }
        }
    }

    // 5.000 is five thousand to some and five to others: both are read.
    private static IEnumerable<decimal> Readings(string written)
    {
        var digits = string.Concat(written.Where(char.IsAsciiDigit));
        if (Parse(digits) is { } whole)
        {
            yield return whole;
        }

        var point = written.LastIndexOfAny(['.', ',']);
        if (point > 0 && Parse($"{string.Concat(written[..point].Where(char.IsAsciiDigit))}.{written[(point + 1)..]}") is { } broken)
        {
            yield return broken;
        }
    }

    private static decimal? Parse(string digits) =>
        decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"\b\d{4}-\d{2}(?:-\d{2})?\b", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    [GeneratedRegex(
        @"(?<before>[$€£¥]\s*|\b(?:usd|eur|usdc|usdt|dai|eth|btc)\s+)?(?<![\w.,])(?<number>\d+(?:[ .,'’_]\d+)*)(?:\s?(?<times>k|m|thousand|million)\b)?(?<after>\s*[$€£¥]|\s*(?:usd|eur|usdc|usdt|dai|eth|btc|[a-z]{2,6}\s+tokens?|dollars?)\b)?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
