using System.Collections.Frozen;
using System.Text;

namespace Ketman.Disclosures.Publication;

/// <summary>Lower-case letters of other alphabets that are read as Latin ones.</summary>
internal static class LookAlikes
{
    // Pairs: the letter, and how it is read.
    private const string Cyrillic = "аaвbсcеeһhнhіiјjкkӏlмmпnоoрpԛqгrѕsтtуyѵvԝwхxԁdьbүyәeѡw";
    private const string Greek = "αaβbεeηnιiκkνvοoρpτtυuχxγyωwϲcϳjσoμu";
    private const string Others = "ıiɑaɡgɩiօoսuհhոnցgքpʋvꞓcᴏoᴄcᴠvᴡwᴢzøołlđdħh";

    private static readonly FrozenDictionary<char, string> s_latin =
        (Cyrillic + Greek + Others).Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1].ToString());

    /// <summary>The letter as it is read.</summary>
    public static string Of(Rune letter) => letter.IsBmp && s_latin.TryGetValue((char)letter.Value, out var latin) ? latin : letter.ToString();
}
