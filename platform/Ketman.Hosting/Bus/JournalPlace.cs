using System.Globalization;

namespace Ketman.Hosting.Bus;

/// <summary>An event as operators name it: <c>disclosure-0198...@3</c>.</summary>
internal readonly record struct JournalPlace(string Stream, long Version)
{
    /// <summary>Reads one; false: it is none.</summary>
    public static bool TryParse(string text, out JournalPlace place)
    {
        var at = text.LastIndexOf('@');
        var fits = at > 0 && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0;
        place = fits ? new JournalPlace(text[..at], long.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture)) : default;
        return fits;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stream}@{Version}");
}
