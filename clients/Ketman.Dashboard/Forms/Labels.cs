using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Ketman.Dashboard.Forms;

/// <summary>The names of members and values as people read them: from the resource file, else the name itself in words.</summary>
internal static class Labels
{
    // Parsed once: a page of fifty rows fills in some hundred texts. There are as many as the resource file has.
    private static readonly ConcurrentDictionary<string, CompositeFormat> Parsed = new(StringComparer.Ordinal);

    // Names of members and values are few, but some come with an address: no more of them are kept than there can be of the others.
    private const int MostKept = 2000;
    private static readonly ConcurrentDictionary<string, string> Kept = new(StringComparer.Ordinal);

    /// <summary>E.g. <c>priceSource</c> is "Price source", <c>war-room</c> "War room".</summary>
    public static string Of(string name)
    {
        if (Kept.TryGetValue(name, out var known))
        {
            return known;
        }

        var label = Words.ResourceManager.GetString("Label_" + name.Replace('-', '_'), CultureInfo.InvariantCulture) ?? Sentence(Spaced(name));
        return Kept.Count < MostKept ? Kept.GetOrAdd(name, label) : label;
    }

    /// <summary>A text of the resource file with its places (<c>{0}</c>) filled in.</summary>
    public static string Fill(string text, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, Parsed.GetOrAdd(text, CompositeFormat.Parse), values);

    /// <summary>With a capital at its beginning.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Spaced(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                text.Append(' ').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                text.Append(letter is '-' ? ' ' : letter);
            }
        }

        return text.ToString();
    }
}
