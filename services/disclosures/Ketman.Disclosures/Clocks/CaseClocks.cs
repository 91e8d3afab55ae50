namespace Ketman.Disclosures.Clocks;

/// <summary>The clocks of a case, from its facts and its pinned policy.</summary>
public static class CaseClocks
{
    /// <summary>Every clock that has its anchor, in the order of the policy; none without a policy.</summary>
    public static IReadOnlyList<Clock> Of(Disclosure state) => state.StandingFacts.Clocks;
}
