using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Publication;

/// <summary>What the pinned policy asks for in the case as severe as it is now.</summary>
/// <param name="NoticePeriod">The least time between the final notice and the publication.</param>
/// <param name="Attempts">The least number of attempts that did not bounce.</param>
/// <param name="Channels">Over at least so many channels.</param>
/// <param name="Days">On at least so many days.</param>
/// <param name="Accelerated">Whether the case is so severe that the shorter terms hold.</param>
/// <param name="Policy">The policy.</param>
internal sealed record PublicationRules(TimeSpan NoticePeriod, int Attempts, int Channels, int Days, bool Accelerated, Policy Policy)
{
    /// <summary>The terms of a case; null: it has no policy, so nothing lets its company be named.</summary>
    public static PublicationRules? Of(Disclosure state)
    {
        if (state.Pinned is not { } pinned)
        {
            return null;
        }

        var policy = Policy.Of(pinned);
        var terms = policy.Document.Publication;
        return terms.Accelerated is { } faster && state.StandingFacts.Severity >= faster.From
            ? new PublicationRules(Length(faster.NoticePeriod), faster.Attempts, faster.Channels, faster.Days, true, policy)
            : new PublicationRules(Length(terms.NoticePeriod), terms.Attempts, terms.Channels, terms.Days, false, policy);
    }

    /// <summary>The terms of publication as they stand in the document.</summary>
    public PublicationTerms Terms => Policy.Document.Publication;

    private static TimeSpan Length(string text) => DueTimes.Length(text).ToTimeSpan();
}
