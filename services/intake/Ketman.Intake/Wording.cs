using System.Collections.Immutable;

namespace Ketman.Intake;

/// <summary>When two texts that people typed say the same.</summary>
internal static class Wording
{
    /// <summary>No texts; capitals make no difference to what is added.</summary>
    public static ImmutableHashSet<string> None { get; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Without blanks around it; blank is nothing.</summary>
    public static string? Trimmed(this string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>Each text once, in the order in which they came; capitals make no difference.</summary>
    public static IReadOnlyList<string> Distinct(IEnumerable<string>? texts) =>
        [.. (texts ?? []).Select(text => text.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether both name the same things, in whatever order.</summary>
    public static bool SameSet(IEnumerable<string> left, IEnumerable<string> right) =>
        left.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(right);
}
