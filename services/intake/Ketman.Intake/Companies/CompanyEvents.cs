using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Companies;

/// <summary>A company, project or organisation is known to the team.</summary>
public sealed record CompanyRegistered(
    string Handle, string Name, string? Domain, IReadOnlyList<string> Repositories, int? TvlRank, string? Zone, Moment OccurredAt)
    : IDomainEvent;

/// <summary>The profile after a change, whole.</summary>
public sealed record CompanyChanged(
    string Name, string? Domain, IReadOnlyList<string> Repositories, int? TvlRank, string? Zone, Moment OccurredAt) : IDomainEvent;

/// <summary>Somebody at the company who can be reached; the contact's id is the event's.</summary>
public sealed record ContactAdded(
    [property: PersonalData("contact")] string? Name,
    string? Role,
    Channel Channel,
    [property: PersonalData("contact")] string Address,
    bool Verified,
    Moment OccurredAt) : IDomainEvent;

/// <summary>The contact is known to be who it says.</summary>
public sealed record ContactVerified(
    Guid ContactId, [property: PersonalData("contact")] string? How, Moment OccurredAt) : IDomainEvent;

/// <summary>The contact is no longer to be used.</summary>
public sealed record ContactRemoved(Guid ContactId, Moment OccurredAt) : IDomainEvent;

/// <summary>Who the contact was is erased, here and where outreach names them.</summary>
public sealed record ContactErased(Guid ContactId, Moment OccurredAt) : IErasure
{
    /// <inheritdoc />
    public string SubjectIn(string stream) => $"contact-{ContactId:D}";
}

/// <summary>When people of the company work; null: it has no calendar of its own any more.</summary>
public sealed record CompanyCalendarSet(CalendarDocument? Calendar, Moment OccurredAt) : IDomainEvent;

/// <summary>What the company asked of the team's silence.</summary>
public sealed record PrivacyWished(PrivacyWish Wish, string? Reason, Moment OccurredAt) : IDomainEvent;
