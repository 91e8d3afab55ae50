namespace Ketman.Contracts.Disclosures;

/// <summary>The case goes as far as this from now on.</summary>
[Contract("disclosure-marked", 1)]
public sealed record DisclosureMarked(Guid DisclosureId, Tlp Marking, string By, [property: PersonalData] string? Reason);

/// <summary>A fact goes as far as this from now on, and never farther than its case.</summary>
[Contract("fact-marked", 1)]
public sealed record FactMarked(Guid DisclosureId, Guid FactId, Tlp Marking, string By, [property: PersonalData] string? Reason);

/// <summary>Only these people know of the case from now on, whatever role others have.</summary>
[Contract("disclosure-restricted", 1)]
public sealed record DisclosureRestricted(Guid DisclosureId, IReadOnlyList<string> People, string By, [property: PersonalData] string? Reason);

/// <summary>Whoever is cleared for it may know of the case again.</summary>
[Contract("disclosure-unrestricted", 1)]
public sealed record DisclosureUnrestricted(Guid DisclosureId, string By, [property: PersonalData] string? Reason);
