using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

// The proceedings of a case: its policy, its clocks, the ladder and publication.

/// <summary>
/// A step of the proceedings: written by the platform, or by a person as a step of a procedure. It is undone by a step of its
/// own (a breach is annulled, a publication withdrawn), never retracted.
/// </summary>
public interface IProceeding : IDomainEvent;

/// <summary>
/// The case runs under this version of a policy from now on. The document stands here whole, so that every deadline can be
/// explained from the case's own history, whatever becomes of the policy.
/// </summary>
/// <param name="OccurredAt">When.</param>
/// <param name="Name">The policy.</param>
/// <param name="Version">Its version, from 1.</param>
/// <param name="Document">The <see cref="PolicyDocument"/> as canonical JSON.</param>
/// <param name="Calendar">The company's own calendar as JSON, when it takes the place of the policy's.</param>
/// <param name="Reason">Why the case was moved to it; null at the opening.</param>
public sealed record PolicyPinned(Moment OccurredAt, string Name, int Version, string Document, string? Calendar, string? Reason) : IProceeding;

/// <summary>How urgent the case is, from then on.</summary>
public sealed record SeverityAssessed(Moment OccurredAt, Severity Severity, [property: PersonalData] string Reason) : IDomainEvent;

/// <summary>Nothing about the case leaves the team, until then or until lifted.</summary>
public sealed record EmbargoSet(Moment OccurredAt, Moment? Until, [property: PersonalData] string Reason) : IDomainEvent;

/// <summary>The embargo is over before its time.</summary>
public sealed record EmbargoLifted(Moment OccurredAt, [property: PersonalData] string Reason) : IDomainEvent;

/// <summary>The company asked the team something that it needs to go on: from now on it waits for us.</summary>
public sealed record InformationRequested(Moment OccurredAt, [property: PersonalData] string What, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From) : IDomainEvent;

/// <summary>The team answered what the company asked.</summary>
public sealed record InformationProvided(Moment OccurredAt, Guid RequestId, [property: PersonalData] string? Summary) : IDomainEvent;

/// <summary>A lead stopped a clock for a while.</summary>
/// <param name="OccurredAt">From when.</param>
/// <param name="Clock">Which; null: all clocks of the case.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record ClockPaused(Moment OccurredAt, string? Clock, Guid? SubjectId, string By, [property: PersonalData] string Reason) : IProceeding;

/// <summary>A lead let it run on.</summary>
public sealed record ClockResumed(Moment OccurredAt, Guid PauseId, string By, [property: PersonalData] string? Reason) : IProceeding;

/// <summary>A lead gave more time.</summary>
/// <param name="OccurredAt">When.</param>
/// <param name="Clock">For which clock.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="Until">The new due time.</param>
/// <param name="Grace">Whether it is the grace that the policy grants on request.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record ClockExtended(
    Moment OccurredAt, string Clock, Guid? SubjectId, DateTimeOffset Until, bool Grace, string By, [property: PersonalData] string Reason) : IProceeding;

/// <summary>A warning point before the due time was reached; it happened at that point.</summary>
/// <param name="OccurredAt">The warning point.</param>
/// <param name="Clock">Which clock.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="DueAt">When its time runs out.</param>
/// <param name="CaughtUp">Whether it was noticed so late that one notice for all such tells of it.</param>
public sealed record DeadlineNear(Moment OccurredAt, string Clock, Guid? SubjectId, DateTimeOffset DueAt, bool CaughtUp) : IProceeding;

/// <summary>The time of a clock ran out; it happened at that time, however late it was noticed.</summary>
/// <param name="OccurredAt">When the time ran out.</param>
/// <param name="Clock">Which clock.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="AnchorId">The event that the clock ran from.</param>
/// <param name="OwedBy">Who owed it.</param>
/// <param name="CaughtUp">Whether it was noticed so late that one notice for all such tells of it.</param>
public sealed record SlaBreached(Moment OccurredAt, string Clock, Guid? SubjectId, Guid AnchorId, Party OwedBy, bool CaughtUp) : IProceeding;

/// <summary>A breach is disproved by what really happened. The breach stays in the history and counts nowhere.</summary>
/// <param name="OccurredAt">When the fact was recorded.</param>
/// <param name="BreachId">The breach.</param>
/// <param name="FactId">The event that disproves it: a stop that came in time, a retraction, a pause, an extension that was given in time, a corrected anchor.</param>
public sealed record BreachAnnulled(Moment OccurredAt, Guid BreachId, Guid FactId) : IProceeding;

/// <summary>A step of the ladder became due; it happened at that time.</summary>
public sealed record EscalationStepDue(Moment OccurredAt, string Step, bool CaughtUp) : IProceeding;

/// <summary>A step of the ladder was taken.</summary>
/// <param name="OccurredAt">When.</param>
/// <param name="Step">Which.</param>
/// <param name="OutreachId">The attempt by which it was taken, when something was sent.</param>
/// <param name="By">Who; <c>platform</c> when nobody had to.</param>
/// <param name="Text">What was sent.</param>
public sealed record EscalationStepTaken(Moment OccurredAt, string Step, Guid? OutreachId, string By, [property: PersonalData] string? Text) : IProceeding;

/// <summary>A step that was due is needless: something came.</summary>
/// <param name="OccurredAt">When.</param>
/// <param name="Step">Which.</param>
/// <param name="FactId">What came.</param>
public sealed record EscalationStepCancelled(Moment OccurredAt, string Step, Guid FactId) : IProceeding;

/// <summary>The company was told that it will be named, and from when.</summary>
/// <param name="OccurredAt">When it was sent.</param>
/// <param name="OutreachId">The attempt by which.</param>
/// <param name="PublishFrom">The date that it bore.</param>
/// <param name="Clause">The words that it bore.</param>
public sealed record FinalNoticeGiven(Moment OccurredAt, Guid OutreachId, DateTimeOffset PublishFrom, [property: PersonalData] string Clause) : IProceeding;

/// <summary>Somebody proposed to name the company.</summary>
public sealed record PublicationProposed(Moment OccurredAt, string By, [property: PersonalData] string Reason) : IProceeding;

/// <summary>A publisher agreed; nobody agrees to their own proposal.</summary>
public sealed record PublicationApproved(Moment OccurredAt, Guid ProposalId, string By) : IProceeding;

/// <summary>It is to be published from then on, by a person.</summary>
public sealed record PublicationScheduled(Moment OccurredAt, Guid ProposalId, DateTimeOffset For, string By) : IProceeding;

/// <summary>Somebody stopped it for a while.</summary>
public sealed record PublicationHeld(Moment OccurredAt, Guid ProposalId, string By, [property: PersonalData] string Reason) : IProceeding;

/// <summary>It may go on.</summary>
public sealed record PublicationReleased(Moment OccurredAt, Guid ProposalId, string By, [property: PersonalData] string? Reason) : IProceeding;

/// <summary>The company answered (or an embargo or a wish for privacy came): the countdown ended by itself.</summary>
/// <param name="OccurredAt">When that was.</param>
/// <param name="ProposalId">The proposal that ends; null: only the final notice stood.</param>
/// <param name="FactId">What stopped it.</param>
public sealed record PublicationStopped(Moment OccurredAt, Guid? ProposalId, Guid FactId) : IProceeding;

/// <summary>A person named the company in public.</summary>
/// <param name="OccurredAt">When.</param>
/// <param name="ProposalId">The approved proposal.</param>
/// <param name="By">Who.</param>
/// <param name="Url">Where.</param>
/// <param name="TextSha256">SHA-256 of the text as it was generated and published, lower-case hex.</param>
public sealed record CompanyNamed(Moment OccurredAt, Guid ProposalId, string By, string Url, string TextSha256) : IProceeding;

/// <summary>A proposal, or what was published, is taken back.</summary>
public sealed record PublicationWithdrawn(Moment OccurredAt, Guid ProposalId, string By, [property: PersonalData] string Reason) : IProceeding;
