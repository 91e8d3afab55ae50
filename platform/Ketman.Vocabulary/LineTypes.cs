using System.Collections.Frozen;

namespace Ketman.Vocabulary;

/// <summary>Every command of the platform that records something, by name.</summary>
internal static class LineTypes
{
    /// <summary>In the order in which documentation shows them: what is referred to comes before what refers to it.</summary>
    public static IReadOnlyList<LineType> All { get; } = [.. IntakeLines.All, .. DisclosureLines.All];

    private static readonly FrozenDictionary<string, LineType> Index = All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    public static LineType? Find(string name) => Index.GetValueOrDefault(name);

    /// <exception cref="KeyNotFoundException">No such type: a mistake in the CLI itself.</exception>
    public static LineType Get(string name) => Index[name];

    /// <summary>The known name that is nearest to a mistyped one, or null when none is near.</summary>
    public static string? Nearest(string name) => Spelling.Nearest(name, All.Select(type => type.Name));
}
