using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

// What can happen in a case. The names on disk stand in DisclosureStream; what is told to others in DisclosureContracts. What
// time brings about (clocks, the ladder, publication) stands in ProceedingEvents.

/// <summary>The team reported a suspicion to a company: the case begins.</summary>
public sealed record DisclosureOpened(
    Moment OccurredAt, string Handle, Guid CompanyId, [property: PersonalData] string? Title, [property: Marked(Tlp.AmberStrict)] Guid? LeadId, [property: Marked(Tlp.AmberStrict)] IReadOnlyList<Guid> AccountIds) : IDomainEvent;

/// <summary>Something was found out.</summary>
public sealed record FindingAdded(
    Moment OccurredAt, [property: PersonalData("account")] string Summary, [property: Marked(Tlp.AmberStrict)] Guid? AccountId,
    [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Url, [property: Marked(Tlp.AmberStrict)] string? Sha256) : IDomainEvent;

/// <summary>The worker's code was merged; it happened at the first merge.</summary>
public sealed record CodeMerged(
    Moment OccurredAt, [property: Marked(Tlp.AmberStrict)] Guid AccountId, string Repository, [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Url) : IDomainEvent;

/// <summary>The worker was paid; it happened on the day of the payment.</summary>
/// <param name="OccurredAt">When it was paid.</param>
/// <param name="AccountId">Who was paid.</param>
/// <param name="Asset">The asset's symbol.</param>
/// <param name="Amount">Units of the asset.</param>
/// <param name="Usd">Its value at that time; null: unpriced, which is listed and never guessed.</param>
/// <param name="PriceSource">Where the price comes from.</param>
/// <param name="Reference">E.g. a transaction hash.</param>
public sealed record PaymentRecorded(
    Moment OccurredAt, [property: Marked(Tlp.AmberStrict)] Guid AccountId, string Asset, decimal Amount, UsdValue? Usd, string? PriceSource,
    [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Reference) : IDomainEvent;

/// <summary>What a recorded payment really was, whole; it happened when it was paid, not when it was corrected.</summary>
public sealed record PaymentCorrected(
    Moment OccurredAt, Guid PaymentId, [property: Marked(Tlp.AmberStrict)] Guid AccountId, string Asset, decimal Amount, UsdValue? Usd, string? PriceSource,
    [property: PersonalData("account"), Marked(Tlp.AmberStrict)] string? Reference, [property: PersonalData("account")] string Reason) : IDomainEvent
{
    /// <summary>The payment as it is known now.</summary>
    public PaymentRecorded AsPayment() => new(OccurredAt, AccountId, Asset, Amount, Usd, PriceSource, Reference);
}

/// <summary>The worker began to work for the company.</summary>
public sealed record EngagementEstablished(Moment OccurredAt, [property: Marked(Tlp.AmberStrict)] Guid AccountId, ActorRole Role) : IDomainEvent;

/// <summary>The worker is confirmed on this basis.</summary>
public sealed record WorkerConfirmed(Moment OccurredAt, [property: Marked(Tlp.AmberStrict)] Guid AccountId, ConfirmationBasis Basis) : IDomainEvent;

/// <summary>One try to reach one contact by one channel.</summary>
public sealed record OutreachAttempted(
    Moment OccurredAt, Channel Channel, [property: PersonalData("contact"), Marked(Tlp.AmberStrict)] string? Recipient, [property: Marked(Tlp.AmberStrict)] Guid? ContactId, string By,
    [property: PersonalData] string? Summary) : IDomainEvent;

/// <summary>The attempt is known to have arrived.</summary>
public sealed record OutreachDelivered(Moment OccurredAt, Guid OutreachId) : IDomainEvent;

/// <summary>The attempt is known not to have arrived.</summary>
public sealed record OutreachBounced(Moment OccurredAt, Guid OutreachId, [property: PersonalData] string? Reason) : IDomainEvent;

/// <summary>The attempt was answered, by a person or a machine.</summary>
public sealed record OutreachAnswered(
    Moment OccurredAt, Guid OutreachId, bool Automatic, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From, [property: PersonalData] string? Summary) : IDomainEvent;

/// <summary>
/// A human of the company showed that the report was received. There can be several, because an earlier one may come to
/// light later: the earliest that stands is the acknowledgement.
/// </summary>
/// <param name="OccurredAt">When.</param>
/// <param name="OutreachId">The attempt that it answers, when one is known.</param>
/// <param name="AnswerId">The answer that it rests on, when one is recorded: it falls with that answer.</param>
/// <param name="Channel">The way it came.</param>
/// <param name="From">Who, in words that are no personal data where possible.</param>
public sealed record DisclosureAcknowledged(
    Moment OccurredAt, Guid? OutreachId, Guid? AnswerId, Channel? Channel, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From) : IDomainEvent;

/// <summary>How the company takes it.</summary>
public sealed record ReactionClassified(Moment OccurredAt, Reaction Reaction, [property: PersonalData] string? Note) : IDomainEvent;

/// <summary>The company promised something by a date.</summary>
public sealed record CommitmentMade(
    Moment OccurredAt, [property: PersonalData] string What, Moment Due, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From) : IDomainEvent;

/// <summary>The company kept a promise, in time or late.</summary>
public sealed record CommitmentKept(Moment OccurredAt, Guid CommitmentId) : IDomainEvent;

/// <summary>The team asked how things stand.</summary>
public sealed record UpdateRequested(Moment OccurredAt, Channel? Channel, [property: PersonalData] string? About) : IDomainEvent;

/// <summary>The company said how things stand.</summary>
public sealed record UpdateReceived(Moment OccurredAt, [property: PersonalData] string Summary) : IDomainEvent;

/// <summary>The worker's access was revoked.</summary>
public sealed record AccessRevoked(
    Moment OccurredAt, [property: Marked(Tlp.AmberStrict)] Guid AccountId, [property: PersonalData("account")] string? What) : IDomainEvent;

/// <summary>Whether malicious code was found.</summary>
public sealed record ImplantAssessed(Moment OccurredAt, bool Found, [property: PersonalData] string? Summary) : IDomainEvent;

/// <summary>Outside help was engaged after the exploitation.</summary>
public sealed record PostExploitationHelpEngaged(
    Moment OccurredAt, [property: PersonalData] string? Helper, [property: PersonalData] string? Summary) : IDomainEvent;

/// <summary>The case came to a result.</summary>
public sealed record DisclosureResolved(Moment OccurredAt, ResolutionOutcome Outcome, [property: PersonalData] string? Summary) : IDomainEvent;

/// <summary>The team put the case away.</summary>
public sealed record DisclosureClosed(Moment OccurredAt, [property: PersonalData] string Reason) : IDomainEvent;

/// <summary>The case is open again.</summary>
public sealed record DisclosureReopened(Moment OccurredAt, [property: PersonalData] string Reason) : IDomainEvent;

/// <summary>The company asked that the case be kept private.</summary>
public sealed record PrivacyRequested(Moment OccurredAt, [property: PersonalData] string? Reason) : IDomainEvent;

/// <summary>A note of the team's.</summary>
public sealed record NoteAdded(Moment OccurredAt, [property: PersonalData] string Text) : IDomainEvent;

/// <summary>A fact was a mistake: from now on it counts nowhere. Its event stays.</summary>
public sealed record FactRetracted(Moment OccurredAt, Guid FactId, [property: PersonalData] string Reason) : IDomainEvent;

/// <summary>
/// The words of the case are erased: who was reached, who answered, what was said. What is said of an account belongs to that
/// account and is erased with it.
/// </summary>
public sealed record DisclosureErased(Moment OccurredAt) : IErasure
{
    /// <inheritdoc />
    public string SubjectIn(string stream) => stream;
}
