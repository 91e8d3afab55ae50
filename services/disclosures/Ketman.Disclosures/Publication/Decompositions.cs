using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Ketman.Disclosures.Publication;

/// <summary>
/// What a character consists of, by Unicode's compatibility decomposition: the letter and its accents, the plain letter of a
/// full-width or mathematical one. The table is our own copy because without ICU, which a server may lack, and in invariant mode,
/// <see cref="string.Normalize()"/> gives back the text as it was, and a name with one accent would leave unseen.
/// </summary>
internal static class Decompositions
{
    private static readonly FrozenDictionary<int, string> s_table = Read();

    /// <summary>The parts; for what has none, the character itself.</summary>
    public static string Of(Rune character) =>
        !character.IsAscii && s_table.TryGetValue(character.Value, out var parts) ? parts : character.ToString();

    private static FrozenDictionary<int, string> Read()
    {
        using var resource = typeof(Decompositions).Assembly.GetManifestResourceStream(
            "Ketman.Disclosures.Publication.Data.decompositions.txt")!;
        using var lines = new StreamReader(resource);
        var table = new Dictionary<int, string>();
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var characters = line.Split(' ');
            table.Add(Code(characters[0]), string.Concat(characters.Skip(1).Select(part => char.ConvertFromUtf32(Code(part)))));
        }

        return table.ToFrozenDictionary();
    }

    private static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
