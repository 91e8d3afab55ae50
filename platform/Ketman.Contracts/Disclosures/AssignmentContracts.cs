namespace Ketman.Contracts.Disclosures;

/// <summary>Somebody of the team is in charge of the case from now on.</summary>
[Contract("disclosure-assigned", 1)]
public sealed record DisclosureAssigned(Guid DisclosureId, string To, string By);

/// <summary>Nobody is in charge of the case any more.</summary>
[Contract("disclosure-unassigned", 1)]
public sealed record DisclosureUnassigned(Guid DisclosureId, string By);

/// <summary>The case bears this word from now on.</summary>
[Contract("disclosure-tagged", 1)]
public sealed record DisclosureTagged(Guid DisclosureId, string Tag, string By);

/// <summary>The case does not bear this word any more.</summary>
[Contract("disclosure-untagged", 1)]
public sealed record DisclosureUntagged(Guid DisclosureId, string Tag, string By);
