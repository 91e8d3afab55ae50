namespace Ketman.Contracts.Disclosures;

/// <summary>A lead of the team opened a disclosure to a company.</summary>
[Contract("disclosure-opened", 1)]
public sealed record DisclosureOpened(
    Guid DisclosureId, string Handle, Guid CompanyId, [property: PersonalData] string? Title, [property: Marked(Tlp.AmberStrict)] Guid? LeadId, [property: Marked(Tlp.AmberStrict)] IReadOnlyList<Guid> AccountIds);

/// <summary>Something that was found out.</summary>
[Contract("finding-added", 1)]
public sealed record FindingAdded(
    Guid DisclosureId, [property: PersonalData("account")] string Summary, [property: Marked(Tlp.AmberStrict)] Guid? AccountId,
    [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Url, [property: Marked(Tlp.AmberStrict)] string? Sha256);

/// <summary>The worker's code was merged; it happened at the first merge.</summary>
[Contract("code-merged", 1)]
public sealed record CodeMerged(
    Guid DisclosureId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, string Repository, [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Url);

/// <summary>A payment to the worker; it happened on the day it was paid.</summary>
/// <param name="DisclosureId">The case.</param>
/// <param name="AccountId">Who was paid.</param>
/// <param name="Asset">The asset's symbol, e.g. <c>USDC</c>.</param>
/// <param name="Amount">Units of the asset.</param>
/// <param name="Usd">Its value at the payment's date; null: the asset has no known price and is never guessed.</param>
/// <param name="PriceSource">Where the price comes from.</param>
/// <param name="Reference">E.g. a transaction hash.</param>
/// <param name="AssetKind">What sort of money the asset is.</param>
[Contract("payment-recorded", 1)]
public sealed record PaymentRecorded(
    Guid DisclosureId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, string Asset, decimal Amount, UsdValue? Usd, string? PriceSource,
    [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Reference, AssetKind? AssetKind = null);

/// <summary>What a recorded payment really was, whole; it happened on the day it was paid.</summary>
[Contract("payment-corrected", 1)]
public sealed record PaymentCorrected(
    Guid DisclosureId, Guid PaymentId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, string Asset, decimal Amount, UsdValue? Usd, string? PriceSource,
    [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Reference, [property: PersonalData("account")] string Reason,
    AssetKind? AssetKind = null);

/// <summary>The worker began to work for the company.</summary>
[Contract("engagement-established", 1)]
public sealed record EngagementEstablished(Guid DisclosureId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, ActorRole Role);

/// <summary>The worker is confirmed, in this case, on this basis.</summary>
[Contract("worker-confirmed", 1)]
public sealed record WorkerConfirmed(Guid DisclosureId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, ConfirmationBasis Basis);

/// <summary>The worker's access was revoked.</summary>
[Contract("access-revoked", 1)]
public sealed record AccessRevoked(Guid DisclosureId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, [property: PersonalData("account")] string? What);

/// <summary>Whether malicious code was found.</summary>
[Contract("implant-assessed", 1)]
public sealed record ImplantAssessed(Guid DisclosureId, bool Found, [property: PersonalData] string? Summary);

/// <summary>Outside help was engaged after the exploitation.</summary>
[Contract("post-exploitation-help-engaged", 1)]
public sealed record PostExploitationHelpEngaged(Guid DisclosureId, [property: PersonalData] string? Helper, [property: PersonalData] string? Summary);

/// <summary>The case is resolved.</summary>
[Contract("disclosure-resolved", 1)]
public sealed record DisclosureResolved(Guid DisclosureId, ResolutionOutcome Outcome, [property: PersonalData] string? Summary);

/// <summary>The case is closed.</summary>
[Contract("disclosure-closed", 1)]
public sealed record DisclosureClosed(Guid DisclosureId, [property: PersonalData] string Reason);

/// <summary>The case is open again.</summary>
[Contract("disclosure-reopened", 1)]
public sealed record DisclosureReopened(Guid DisclosureId, [property: PersonalData] string Reason);

/// <summary>The company asked that the case be kept private.</summary>
[Contract("privacy-requested", 1)]
public sealed record PrivacyRequested(Guid DisclosureId, [property: PersonalData] string? Reason);

/// <summary>A note of the team's.</summary>
[Contract("note-added", 1)]
public sealed record NoteAdded(Guid DisclosureId, [property: PersonalData] string Text);

/// <summary>A fact was a mistake: from now on it counts nowhere. Its event stays.</summary>
[Contract("fact-retracted", 1)]
public sealed record FactRetracted(Guid DisclosureId, Guid FactId, [property: PersonalData] string Reason);

/// <summary>The words of the case are erased: who was reached, who answered, what was said. What happened stays, and counts as before.</summary>
[Contract("disclosure-erased", 1)]
public sealed record DisclosureErased(Guid DisclosureId) : IErasesSubject
{
    /// <inheritdoc />
    public string ErasedSubject() => $"disclosure-{DisclosureId:D}";
}
