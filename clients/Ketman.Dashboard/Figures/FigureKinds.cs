using System.Globalization;

namespace Ketman.Dashboard.Figures;

/// <summary>The figures there are, and by what each can be taken apart.</summary>
internal static class FigureKinds
{
    public static IReadOnlyList<FigureKind> All { get; } =
    [
        new("reaction-times", ["company", "segment", "channel", "month", "policy"]),
        new("sla", ["company", "segment", "month", "policy"]),
        new("channels", ["company", "segment", "channel", "month", "policy"]),
        new("promises", ["company", "segment", "month", "policy"]),
        new("money", ["asset", "company", "actor", "segment", "month"]),
    ];

    /// <summary>The times of the reaction times.</summary>
    public static IReadOnlyList<string> Times { get; } = ["reaction-time", "time-to-triage", "time-to-revocation", "time-to-resolution"];

    public static string Title(string kind) => Word("Kind", kind);

    /// <summary>A word of the figures' own, by what it is about.</summary>
    public static string Word(string about, string name) =>
        Words.ResourceManager.GetString($"Figures_{about}_{name.Replace('-', '_')}", CultureInfo.InvariantCulture) ?? name;
}

/// <summary>One of them.</summary>
internal sealed record FigureKind(string Name, IReadOnlyList<string> Groups);
