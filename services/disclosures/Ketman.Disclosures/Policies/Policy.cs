using System.Collections.Concurrent;
using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;

namespace Ketman.Disclosures.Policies;

/// <summary>A policy as a case runs under it: the document of the pinned version, with the calendar that holds for the company.</summary>
public sealed class Policy
{
    // A policy version is pinned by thousands of cases; reading its document anew for each fold would be most of the fold. What is
    // kept follows from the texts alone, so folding stays a pure function. Policies are few, company calendars at most one a company.
    private const int MostKept = 4096;
    private static readonly ConcurrentDictionary<PolicyPinned, Policy> Kept = new(new SameTerms());

    private Policy(PolicyDocument document, BusinessCalendar calendar, BusinessCalendar teamCalendar)
    {
        Document = document;
        Calendar = calendar;
        TeamCalendar = teamCalendar;
    }

    /// <summary>The document.</summary>
    public PolicyDocument Document { get; }

    /// <summary>The calendar of business time: the company's own where the policy lets it, or else the policy's.</summary>
    public BusinessCalendar Calendar { get; }

    /// <summary>The policy's own calendar, whatever holds for the company: when the team works, and may be told something.</summary>
    public BusinessCalendar TeamCalendar { get; }

    /// <summary>The policy that was pinned. What is pinned was validated, so this does not fail.</summary>
    public static Policy Of(PolicyPinned pinned)
    {
        if (Kept.TryGetValue(pinned, out var kept))
        {
            return kept;
        }

        if (Kept.Count >= MostKept)
        {
            Kept.Clear();
        }

        return Kept[pinned] = Read(pinned);
    }

    private static Policy Read(PolicyPinned pinned)
    {
        var document = JsonSerializer.Deserialize<PolicyDocument>(pinned.Document, ContractJson.Options)!;
        var team = CalendarOf(document.Calendar);
        return new Policy(document, pinned.Calendar is { } own ? CalendarOf(JsonSerializer.Deserialize<CalendarDocument>(own, ContractJson.Options)!) : team, team);
    }

    private static BusinessCalendar CalendarOf(CalendarDocument terms) => BusinessCalendar.TryCreate(terms, out var calendar, out var errors)
        ? calendar
        : throw new JsonException($"The pinned calendar cannot be read: {string.Join("; ", errors)}");

    // A document has thousands of characters: hashing it would cost more than reading all clocks of a case. Name and version nearly
    // always tell two apart; that the texts are the same is made sure of by comparing them, which is fast.
    private sealed class SameTerms : IEqualityComparer<PolicyPinned>
    {
        public bool Equals(PolicyPinned? one, PolicyPinned? other) => ReferenceEquals(one, other)
            || (one is not null && other is not null && one.Name == other.Name && one.Version == other.Version && one.Document == other.Document && one.Calendar == other.Calendar);

        public int GetHashCode(PolicyPinned pinned) => HashCode.Combine(pinned.Name, pinned.Version, pinned.Calendar);
    }
}
