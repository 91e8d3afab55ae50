using Ketman.Calendars;
using Ketman.Contracts;

namespace Ketman.Disclosures.Policies;

/// <summary>When people of a company work, as Intake knows it.</summary>
/// <param name="Zone">Its time zone; null: not known.</param>
/// <param name="Calendar">Its own calendar; null: it has none.</param>
public sealed record CompanyTime(string? Zone, CalendarDocument? Calendar);

/// <summary>Which calendar a case runs by.</summary>
public static class PolicyPinning
{
    /// <summary>
    /// The version pinned by a case. Where the policy lets the company's calendar count, that is taken; a company of which only
    /// the zone is known has the policy's hours and holidays in its own zone.
    /// </summary>
    public static PolicyPinned Pin(this PolicyVersion policy, Moment at, CompanyTime? company, string? reason) =>
        new(at, policy.Name, policy.Version, policy.Text, CalendarOf(policy.Document, company)?.ToJson(), reason);

    private static CalendarDocument? CalendarOf(PolicyDocument policy, CompanyTime? company)
    {
        var own = !policy.CompanyCalendar ? null
            : company?.Calendar ?? (company?.Zone is { } zone && zone != policy.Calendar.Zone ? policy.Calendar with { Zone = zone } : null);
        // A calendar that this build cannot read (a zone that its database does not know) must not keep a case from being opened.
        return own is not null && BusinessCalendar.TryCreate(own, out var calendar, out _) ? calendar.Document : null;
    }
}
