using Ketman.Disclosures.Deadlines;

namespace Ketman.Disclosures.Clocks;

/// <summary>The warnings and breaches that are coming and are not recorded.</summary>
internal static class ClockComings
{
    /// <summary>All of them, in any order.</summary>
    public static IEnumerable<Coming> Of(Disclosure state, bool caughtUp) => [];
}
