using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Leads;

/// <summary>A suspicion that nobody has been told of yet.</summary>
public sealed record LeadOpened(
    [property: PersonalData] string Handle, [property: PersonalData] string Summary, Guid? CompanyId, IReadOnlyList<Guid> AccountIds, Moment OccurredAt)
    : IDomainEvent;

/// <summary>Something that supports the suspicion; its id is the event's.</summary>
public sealed record EvidenceAdded(
    [property: PersonalData] string Description, [property: PersonalData] string? Url, string? Sha256, Moment OccurredAt) : IDomainEvent;

/// <summary>The lead was opened as a disclosure.</summary>
public sealed record LeadDisclosed(Guid DisclosureId, Moment OccurredAt) : IDomainEvent;

/// <summary>The lead led nowhere.</summary>
public sealed record LeadDismissed([property: PersonalData] string Reason, Moment OccurredAt) : IDomainEvent;

/// <summary>The lead was a duplicate of another.</summary>
public sealed record LeadMerged(Guid IntoLeadId, Moment OccurredAt) : IDomainEvent;

/// <summary>What the lead said is erased, its handle too, which mostly names somebody.</summary>
public sealed record LeadErased(Moment OccurredAt) : IErasure
{
    /// <inheritdoc />
    public string SubjectIn(string stream) => stream;
}
