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
    private static readonly ConcurrentDictionary<(string Document, string? Calendar), Policy> Kept = new();

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
        var key = (pinned.Document, pinned.Calendar);
        if (Kept.TryGetValue(key, out var kept))
        {
            return kept;
        }

        if (Kept.Count >= MostKept)
        {
            Kept.Clear();
        }

        return Kept[key] = Read(pinned);
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
}
