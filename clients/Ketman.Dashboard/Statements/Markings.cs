namespace Ketman.Dashboard.Statements;

/// <summary>The Traffic Light Protocol's levels by the API's names, the widest first.</summary>
internal static class Markings
{
    public static IReadOnlyList<string> All { get; } = ["clear", "green", "amber", "amber-strict", "red"];

    /// <summary>As it stands on what leaves, e.g. <c>TLP:AMBER+STRICT</c>; the same in every language.</summary>
    public static string Label(string level) => "TLP:" + level.ToUpperInvariant().Replace('-', '+');
}
