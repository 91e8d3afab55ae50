using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

// Who may know of a case, and how far it may go. None of these is a fact of the case: what is right is said after it, not taken back.

/// <summary>The case goes as far as this from now on.</summary>
public sealed record DisclosureMarked(Moment OccurredAt, Tlp Marking, string By, [property: PersonalData] string? Reason) : IDomainEvent;

/// <summary>A fact goes as far as this from now on, and never farther than its case.</summary>
public sealed record FactMarked(Moment OccurredAt, Guid FactId, Tlp Marking, string By, [property: PersonalData] string? Reason) : IDomainEvent;

/// <summary>Only these people know of the case from now on, whatever role others have.</summary>
/// <param name="OccurredAt">From when on.</param>
/// <param name="People">The names that their keys or users bear.</param>
/// <param name="By">Who said so; one of them.</param>
/// <param name="Reason">Why.</param>
public sealed record DisclosureRestricted(Moment OccurredAt, IReadOnlyList<string> People, string By, [property: PersonalData] string? Reason) : IDomainEvent;

/// <summary>Whoever is cleared for it may know of the case again.</summary>
public sealed record DisclosureUnrestricted(Moment OccurredAt, string By, [property: PersonalData] string? Reason) : IDomainEvent;
