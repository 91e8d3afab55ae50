namespace Ketman.Contracts.Intake;

/// <summary>A company, project or organisation is known to the team.</summary>
[Contract("company-registered", 1)]
public sealed record CompanyRegistered(
    Guid CompanyId, string Handle, string Name, string? Domain, IReadOnlyList<string> Repositories, int? TvlRank, string? Zone);

/// <summary>The company's profile after a change, whole.</summary>
[Contract("company-changed", 1)]
public sealed record CompanyChanged(
    Guid CompanyId, string Name, string? Domain, IReadOnlyList<string> Repositories, int? TvlRank, string? Zone);

/// <summary>Somebody at the company who can be reached. The address stays in Intake: no consumer needs it.</summary>
[Contract("company-contact-added", 1)]
public sealed record CompanyContactAdded(Guid CompanyId, Guid ContactId, Channel Channel, bool Verified);

/// <summary>The contact is known to be who it says.</summary>
[Contract("company-contact-verified", 1)]
public sealed record CompanyContactVerified(Guid CompanyId, Guid ContactId);

/// <summary>The contact is no longer to be used.</summary>
[Contract("company-contact-removed", 1)]
public sealed record CompanyContactRemoved(Guid CompanyId, Guid ContactId);

/// <summary>What the company asked of the team's silence.</summary>
[Contract("company-privacy-wished", 1)]
public sealed record CompanyPrivacyWished(Guid CompanyId, PrivacyWish Wish);

/// <summary>When people of the company work.</summary>
/// <param name="CompanyId">The company.</param>
/// <param name="Calendar">The calendar as JSON (docs/calendars.md); null: it has none of its own any more.</param>
[Contract("company-calendar-set", 1)]
public sealed record CompanyCalendarSet(Guid CompanyId, string? Calendar);

/// <summary>Who the contact was is erased.</summary>
[Contract("company-contact-erased", 1)]
public sealed record CompanyContactErased(Guid CompanyId, Guid ContactId) : IErasesSubject
{
    /// <inheritdoc />
    public string ErasedSubject() => $"contact-{ContactId:D}";
}
