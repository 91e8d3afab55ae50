using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Search;

/// <summary>The texts of a case by which readers find it who are cleared from one level up to another.</summary>
/// <param name="Case">The case.</param>
/// <param name="Level">From this clearance on.</param>
/// <param name="Top">Up to this one.</param>
/// <param name="Findings">What was found out.</param>
/// <param name="Said">Notes, and what the company told.</param>
internal sealed record CaseWords(Guid Case, Tlp Level, Tlp Top, string Findings, string Said)
{
    // Far more than anybody writes; PostgreSQL takes a megabyte of different words.
    private const int Longest = 200_000;

    /// <summary>
    /// One for each clearance at which more of the case can be read: words that a reader may not see must neither find the case for him nor
    /// put it higher.
    /// </summary>
    public static IEnumerable<CaseWords> Of(Case known)
    {
        var byId = known.Facts.ToDictionary(fact => fact.Id);
        var texts = known.Facts.Select(fact => (Text: TextOf(fact.Said), Fact: fact)).Where(one => one.Text is not null and not PersonalMember.Erased)
            .Select(one => (one.Text, IsFinding: one.Fact.Said is FindingAdded, Mark: known.Confidentiality.MarkOf(one.Fact, byId))).ToList();
        var levels = texts.Select(text => text.Mark).Append(Tlp.Clear).Distinct().Order().ToList();
        return levels.Select((level, index) => new CaseWords(
            known.Id, level, index + 1 < levels.Count ? levels[index + 1] - 1 : Tlp.Red,
            Join(texts.Where(text => text.IsFinding && text.Mark <= level).Select(text => text.Text!)),
            Join(texts.Where(text => !text.IsFinding && text.Mark <= level).Select(text => text.Text!))));
    }

    private static string? TextOf(object said) => said switch
    {
        FindingAdded it => it.Summary,
        NoteAdded it => it.Text,
        UpdateReceived it => it.Summary,
        _ => null,
    };

    private static string Join(IEnumerable<string> texts)
    {
        var all = string.Join('\n', texts);
        return all.Length <= Longest ? all : all[..Longest];
    }
}
