using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Statements;

/// <summary>The page of a note.</summary>
/// <param name="Month">The month.</param>
/// <param name="Section">The section it is written to.</param>
/// <param name="Stands">What stands there; null: nothing.</param>
/// <param name="Version">On which version saving depends.</param>
/// <param name="Sent">What was sent and refused.</param>
/// <param name="Problem">Why.</param>
public sealed record NoteView(string Month, string Section, StatementNote? Stands, string Version, SentForm? Sent = null, Problem? Problem = null)
{
    /// <summary>Whether somebody else wrote meanwhile.</summary>
    public bool IsConflict => Problem?.IsConflict == true;
}
