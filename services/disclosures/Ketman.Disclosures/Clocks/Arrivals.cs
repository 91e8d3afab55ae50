using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Clocks;

/// <summary>When the report first arrived, as far as is known.</summary>
internal static class Arrivals
{
    /// <summary>
    /// The earliest delivery. An answer, be it a machine's, and an acknowledgement prove that the attempt arrived, though nobody
    /// recorded it: then the attempt's own time is the best that is known, as it is for the reaction times of Metrics.
    /// </summary>
    public static Happening? First(
        CaseFacts facts, List<Happening>? delivered, List<(Guid Id, Guid Outreach)> answered, List<(Guid Id, DisclosureAcknowledged Said)> acknowledgements)
    {
        Happening? first = delivered is [var earliest, ..] ? earliest : null;
        foreach (var (id, outreach) in answered)
        {
            first = Earlier(first, Attempt(facts, id, outreach));
        }

        foreach (var (id, said) in acknowledgements)
        {
            first = said.OutreachId is { } outreach ? Earlier(first, Attempt(facts, id, outreach)) : first;
        }

        return first ?? (acknowledgements.Count == 0 ? null : ByAcknowledgementOfNothingKnown(facts));
    }

    // It came by another way than any answer that was recorded, so it proves no more than that one of the attempts arrived.
    private static Happening? ByAcknowledgementOfNothingKnown(CaseFacts facts)
    {
        var acknowledged = facts.Of(Milestone.Acknowledged)[0];
        var bounced = facts.State.Standing<OutreachBounced>().Select(known => known.Said.OutreachId).ToHashSet();
        Happening? first = null;
        foreach (var (id, said) in facts.State.Standing<OutreachAttempted>())
        {
            first = bounced.Contains(id) ? first : Earlier(first, facts.When(acknowledged.FactId, said.OccurredAt));
        }

        return first;
    }

    private static Happening? Attempt(CaseFacts facts, Guid id, Guid outreach) =>
        facts.State.Facts.GetValueOrDefault(outreach) is { Retracted: false, Said: OutreachAttempted attempted } ? facts.When(id, attempted.OccurredAt) : null;

    private static Happening? Earlier(Happening? one, Happening? other) =>
        one is not { } first ? other : other is { } second && second.CompareTo(first) < 0 ? other : one;
}
