namespace Ketman.Dashboard.Forms;

/// <summary>Where things stand on this site.</summary>
internal static class To
{
    public static string Company(string reference) => "/companies/" + Segment(reference);

    public static string Account(string reference) => "/accounts/" + Segment(reference);

    public static string Lead(string reference) => "/leads/" + Segment(reference);

    public static string Assessment(string reference) => "/assessments/" + Segment(reference);

    public static string Incident(string reference) => "/incidents/" + Segment(reference);

    public static string User(string name) => "/admin/users/" + Segment(name);

    public static string Key(string name) => "/admin/keys/" + Segment(name);

    public static string Policy(string name) => "/admin/policies/" + Segment(name);

    /// <summary>A handle as a part of a path. The colon of <c>github:quietfox</c> needs no escape, and reads better without.</summary>
    public static string Segment(string reference) => Uri.EscapeDataString(reference).Replace("%3A", ":", StringComparison.Ordinal);

    /// <summary>A part of a path as it was meant: the slash is the one letter that the server leaves escaped there.</summary>
    public static string Meant(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path with a query of what is there.</summary>
    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var mark = '?';
        foreach (var (name, value) in members)
        {
            if (!string.IsNullOrEmpty(value))
            {
                path += $"{mark}{name}={Uri.EscapeDataString(value)}";
                mark = '&';
            }
        }

        return path;
    }
}
