using System.Globalization;
using System.Text.RegularExpressions;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>A datum in a text that must not leave. The datum itself is not repeated: neither answers nor logs are to spread it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it begins, in UTF-16 units from 0.</param>
/// <param name="Length">How long it is there.</param>
public sealed record Leak(GuardedKind Kind, int Offset, int Length)
{
    internal UnmetCondition AsCondition() => new("leak", string.Create(CultureInfo.InvariantCulture, $"The text has {Words} at offset {Offset}."));

    private string Words => Kind switch
    {
        GuardedKind.Account => "an account",
        GuardedKind.Contact => "a contact",
        GuardedKind.Person => "a person's name",
        GuardedKind.Wallet => "a wallet's address",
        GuardedKind.Transaction => "a transaction",
        GuardedKind.Email => "an e-mail address",
        GuardedKind.Evidence => "a place or a digest of evidence",
        GuardedKind.Amount => "an exact amount",
        _ => "another company",
    };
}

/// <summary>
/// Searches a text for what must not leave: what is known by name, in whatever spelling, and what has the form of an address. It
/// errs to the side of refusing: a sentence can be written otherwise, a name that is out cannot be taken back.
/// </summary>
internal static partial class LeakCheck
{
    // Shorter names are words of their own, so they count only where they stand alone; a single letter is no name.
    private const int LongEnoughAnywhere = 8;
    private const int Shortest = 2;

    /// <summary>Everything in <paramref name="text"/> that must not leave, in its order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="guarded">What is known by name.</param>
    /// <param name="allowed">Names that may leave: the company's own.</param>
    public static IReadOnlyList<Leak> Of(string text, IEnumerable<Guarded> guarded, IEnumerable<string> allowed)
    {
        var folded = new FoldedText(text);
        var own = allowed.Select(name => new FoldedText(name).Solid).Where(name => name.Length > 0).ToList();
        var all = guarded.ToList();
        var found = all.Where(one => one.What is not GuardedKind.Amount).SelectMany(one => Named(folded, one, own))
            .Concat(GuardedAmounts.In(folded, all.Where(one => one.What is GuardedKind.Amount).Select(one => one.Text)))
            .Concat(Formed(folded));
        return [.. found.Distinct().OrderBy(leak => leak.Offset).ThenBy(leak => leak.Kind)];
    }

    /// <summary>What of a case must not leave: what it says itself, and what Intake knows.</summary>
    public static IEnumerable<Guarded> Guarding(Disclosure state, Clearance clearance) => [.. clearance.Guarded, .. GuardedFacts.Of(state)];

    /// <summary>The company's own names.</summary>
    public static IEnumerable<string> Allowed(Clearance clearance) => [clearance.Company, .. clearance.CompanyWords];

    private static IEnumerable<Leak> Named(FoldedText text, Guarded one, List<string> own)
    {
        var name = new FoldedText(one.Text).Solid;
        if (name.Length < Shortest || own.Any(allowed => allowed.Contains(name, StringComparison.Ordinal)))
        {
            yield break;
        }

        for (var at = text.Solid.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.Solid.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if (name.Length >= LongEnoughAnywhere || text.IsWhole(at, name.Length))
            {
                var (offset, length) = text.OriginOfSolid(at, name.Length);
                yield return new Leak(one.What, offset, length);
            }
        }
    }

    private static IEnumerable<Leak> Formed(FoldedText text) =>
    [
        .. Matches(text, Mail(), GuardedKind.Email),
        .. Matches(text, Transaction(), GuardedKind.Transaction),
        .. Matches(text, Wallet(), GuardedKind.Wallet),
        .. Matches(text, Digest(), GuardedKind.Evidence),
    ];

    private static IEnumerable<Leak> Matches(FoldedText text, Regex form, GuardedKind kind)
    {
        foreach (var match in form.EnumerateMatches(text.Text).ToArray())
        {
            var (offset, length) = text.Origin(match.Index, match.Length);
            yield return new Leak(kind, offset, length);
        }
    }

    // ToArray for the struct enumerator, which cannot live across a yield.
    private static (int Index, int Length)[] ToArray(this Regex.ValueMatchEnumerator matches)
    {
        var all = new List<(int, int)>();
        foreach (var match in matches)
        {
            all.Add((match.Index, match.Length));
        }

        return [.. all];
    }

    [GeneratedRegex(@"[\w.+-]+\s*(?:@|[(\[{]\s*at\s*[)\]}])\s*[\w-]+(?:\s*(?:\.|[(\[{]\s*dot\s*[)\]}])\s*[\w-]+)+|[\w.+-]+\s+at\s+[\w-]+\s+dot\s+\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Mail();

    [GeneratedRegex(@"\b0x[0-9a-f]{64}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Transaction();

    // 0x with 40 digits, or the long runs of letters and digits of the other chains.
    [GeneratedRegex(@"\b0x[0-9a-f]{40}\b|\b(?=[a-z]*[0-9])(?!0x)(?![0-9]+\b)[a-z0-9]{26,62}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Wallet();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
