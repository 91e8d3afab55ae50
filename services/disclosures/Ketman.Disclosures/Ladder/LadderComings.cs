using Ketman.Disclosures.Deadlines;

namespace Ketman.Disclosures.Ladder;

/// <summary>The steps that will become due, and those that the platform takes itself.</summary>
internal static class LadderComings
{
    /// <summary>All of them, in any order.</summary>
    public static IEnumerable<Coming> Of(Disclosure state, bool caughtUp) => [];
}
