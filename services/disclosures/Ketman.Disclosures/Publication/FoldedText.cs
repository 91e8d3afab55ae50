using System.Globalization;
using System.Text;

namespace Ketman.Disclosures.Publication;

/// <summary>
/// A text as a reader sees it, not as it is coded: compatibility forms, case, accents, look-alike letters of other alphabets and
/// characters without width are folded, so that a name cannot hide behind them. Every character knows where it came from.
/// </summary>
internal sealed class FoldedText
{
    private readonly List<int> _origins = [];
    private readonly List<int> _ends = [];

    // Of the letters and digits alone: their places in Text.
    private readonly List<int> _solid = [];

    public FoldedText(string original)
    {
        var folded = new StringBuilder(original.Length);
        var offset = 0;
        foreach (var rune in original.EnumerateRunes())
        {
            foreach (var character in Fold(rune))
            {
                if (char.IsLetterOrDigit(character))
                {
                    _solid.Add(folded.Length);
                }

                folded.Append(character);
                _origins.Add(offset);
                _ends.Add(offset + rune.Utf16SequenceLength);
            }

            offset += rune.Utf16SequenceLength;
        }

        Text = folded.ToString();
        Solid = new string([.. _solid.Select(at => Text[at])]);
    }

    /// <summary>The folded text.</summary>
    public string Text { get; }

    /// <summary>Its letters and digits alone, without anything between them.</summary>
    public string Solid { get; }

    /// <summary>Where a stretch of <see cref="Text"/> stands in the original, and how long it is there.</summary>
    public (int Offset, int Length) Origin(int at, int length) => (_origins[at], _ends[at + length - 1] - _origins[at]);

    /// <summary>The same of a stretch of <see cref="Solid"/>.</summary>
    public (int Offset, int Length) OriginOfSolid(int at, int length) => Origin(_solid[at], _solid[at + length - 1] - _solid[at] + 1);

    /// <summary>Whether a stretch of <see cref="Solid"/> begins and ends where words do.</summary>
    public bool IsWhole(int at, int length) =>
        (at == 0 || _solid[at - 1] < _solid[at] - 1) && (at + length == _solid.Count || _solid[at + length] > _solid[at + length - 1] + 1);

    private static string Fold(Rune rune)
    {
        var folded = new StringBuilder();
        foreach (var part in Decompositions.Of(rune).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(part) is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
                && !IsFiller(part.Value))
            {
                folded.Append(LookAlikes.Of(Rune.ToLowerInvariant(part)));
            }
        }

        return folded.ToString();
    }

    // Letters by category, but nothing is seen of them.
    private static bool IsFiller(int character) => character is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x180E;
}
