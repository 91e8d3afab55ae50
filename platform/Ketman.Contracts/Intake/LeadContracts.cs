namespace Ketman.Contracts.Intake;

/// <summary>A suspicion that nobody has been told of yet.</summary>
[Contract("lead-opened", 1)]
public sealed record LeadOpened(Guid LeadId, [property: PersonalData] string Handle, Guid? CompanyId, IReadOnlyList<Guid> AccountIds);

/// <summary>Evidence was added to the lead; what it is stays in Intake.</summary>
[Contract("lead-evidence-added", 1)]
public sealed record LeadEvidenceAdded(Guid LeadId, Guid EvidenceId);

/// <summary>The lead was opened as a disclosure.</summary>
[Contract("lead-disclosed", 1)]
public sealed record LeadDisclosed(Guid LeadId, Guid DisclosureId);

/// <summary>The lead led nowhere.</summary>
[Contract("lead-dismissed", 1)]
public sealed record LeadDismissed(Guid LeadId);

/// <summary>The lead was a duplicate of another.</summary>
[Contract("lead-merged", 1)]
public sealed record LeadMerged(Guid LeadId, Guid IntoLeadId);

/// <summary>What the lead said is erased.</summary>
[Contract("lead-erased", 1)]
public sealed record LeadErased(Guid LeadId) : IErasesSubject
{
    /// <inheritdoc />
    public string ErasedSubject() => $"lead-{LeadId:D}";
}
