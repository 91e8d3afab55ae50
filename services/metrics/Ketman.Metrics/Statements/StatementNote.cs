using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>What somebody of the team wrote to a section of a statement: his words, so they bear a marking of their own.</summary>
/// <param name="Section">The section; see <see cref="Sections"/>.</param>
/// <param name="Version">From 1; every version is kept.</param>
/// <param name="Text">Markdown without HTML, images and foreign schemes; empty: taken back.</param>
/// <param name="Marking">How far it goes.</param>
/// <param name="By">Who wrote it.</param>
/// <param name="At">When.</param>
public sealed record StatementNote(string Section, int Version, string Text, Tlp Marking, string By, DateTimeOffset At)
{
    /// <summary>The sections of a statement that a note can be written to, in their order.</summary>
    public static IReadOnlyList<string> Sections { get; } =
    [
        "introduction", "companies-affected", "confirmed-threats", "money-transferred", "time-of-activity", "new-accounts", "reaction-time", "escalations", "publications",
    ];
}
