namespace Ketman.Contracts.Disclosures;

/// <summary>A version of a policy holds for cases that are opened from then on.</summary>
[Contract("policy-applied", 1)]
public sealed record PolicyApplied(Guid PolicyId, string Name, int Version, string Digest, string By);

/// <summary>The case runs under this version of a policy from now on.</summary>
[Contract("policy-pinned", 1)]
public sealed record PolicyPinned(Guid DisclosureId, string Name, int Version, string? Reason);

/// <summary>How urgent the case is, from then on.</summary>
[Contract("severity-assessed", 1)]
public sealed record SeverityAssessed(Guid DisclosureId, Severity Severity, [property: PersonalData] string Reason);

/// <summary>Nothing about the case leaves the team, until then or until lifted.</summary>
[Contract("embargo-set", 1)]
public sealed record EmbargoSet(Guid DisclosureId, Moment? Until, [property: PersonalData] string Reason);

/// <summary>The embargo is over before its time.</summary>
[Contract("embargo-lifted", 1)]
public sealed record EmbargoLifted(Guid DisclosureId, [property: PersonalData] string Reason);

/// <summary>The company asked the team something that it needs to go on: it waits for us.</summary>
[Contract("information-requested", 1)]
public sealed record InformationRequested(Guid DisclosureId, [property: PersonalData] string What, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From);

/// <summary>The team answered what the company asked.</summary>
[Contract("information-provided", 1)]
public sealed record InformationProvided(Guid DisclosureId, Guid RequestId, [property: PersonalData] string? Summary);

/// <summary>A lead stopped a clock (null: all) for a while.</summary>
[Contract("clock-paused", 1)]
public sealed record ClockPaused(Guid DisclosureId, string? Clock, Guid? SubjectId, string By, [property: PersonalData] string Reason);

/// <summary>A lead let it run on.</summary>
[Contract("clock-resumed", 1)]
public sealed record ClockResumed(Guid DisclosureId, Guid PauseId, string By, [property: PersonalData] string? Reason);

/// <summary>A lead gave more time.</summary>
[Contract("clock-extended", 1)]
public sealed record ClockExtended(
    Guid DisclosureId, string Clock, Guid? SubjectId, DateTimeOffset Until, bool Grace, string By, [property: PersonalData] string Reason);

/// <summary>A warning point before the due time was reached; it happened at that point.</summary>
/// <param name="DisclosureId">The case.</param>
/// <param name="Clock">Which clock.</param>
/// <param name="SubjectId">Of a clock kept per promise or request: which.</param>
/// <param name="DueAt">When its time runs out.</param>
/// <param name="CaughtUp">Whether it was noticed so late that one notice for all such tells of it.</param>
[Contract("deadline-near", 1)]
public sealed record DeadlineNear(Guid DisclosureId, string Clock, Guid? SubjectId, DateTimeOffset DueAt, bool CaughtUp);

/// <summary>The time of a clock ran out; it happened at that time, however late it was noticed.</summary>
[Contract("sla-breached", 1)]
public sealed record SlaBreached(Guid DisclosureId, string Clock, Guid? SubjectId, Guid AnchorId, Party OwedBy, bool CaughtUp);

/// <summary>A breach is disproved by what really happened, and counts nowhere.</summary>
[Contract("breach-annulled", 1)]
public sealed record BreachAnnulled(Guid DisclosureId, Guid BreachId, Guid FactId);

/// <summary>A step of the ladder became due; it happened at that time.</summary>
[Contract("escalation-step-due", 1)]
public sealed record EscalationStepDue(Guid DisclosureId, string Step, bool CaughtUp);

/// <summary>A step of the ladder was taken.</summary>
[Contract("escalation-step-taken", 1)]
public sealed record EscalationStepTaken(Guid DisclosureId, string Step, Guid? OutreachId, string By, [property: PersonalData] string? Text);

/// <summary>A step of the ladder is needless: something came.</summary>
[Contract("escalation-step-cancelled", 1)]
public sealed record EscalationStepCancelled(Guid DisclosureId, string Step, Guid FactId);

/// <summary>The company was told that it will be named, and from when.</summary>
[Contract("final-notice-given", 1)]
public sealed record FinalNoticeGiven(Guid DisclosureId, Guid OutreachId, DateTimeOffset PublishFrom, [property: PersonalData] string Clause);

/// <summary>Somebody proposed to name the company.</summary>
[Contract("publication-proposed", 1)]
public sealed record PublicationProposed(Guid DisclosureId, string By, [property: PersonalData] string Reason);

/// <summary>A publisher agreed.</summary>
[Contract("publication-approved", 1)]
public sealed record PublicationApproved(Guid DisclosureId, Guid ProposalId, string By);

/// <summary>It is to be published from then on, by a person.</summary>
[Contract("publication-scheduled", 1)]
public sealed record PublicationScheduled(Guid DisclosureId, Guid ProposalId, DateTimeOffset For, string By);

/// <summary>Somebody stopped it for a while.</summary>
[Contract("publication-held", 1)]
public sealed record PublicationHeld(Guid DisclosureId, Guid ProposalId, string By, [property: PersonalData] string Reason);

/// <summary>It may go on.</summary>
[Contract("publication-released", 1)]
public sealed record PublicationReleased(Guid DisclosureId, Guid ProposalId, string By, [property: PersonalData] string? Reason);

/// <summary>The countdown to a publication ended by itself.</summary>
[Contract("publication-stopped", 1)]
public sealed record PublicationStopped(Guid DisclosureId, Guid? ProposalId, Guid FactId);

/// <summary>A person named the company in public.</summary>
[Contract("company-named", 1)]
public sealed record CompanyNamed(Guid DisclosureId, Guid ProposalId, string By, string Url, string TextSha256);

/// <summary>A proposal, or what was published, is taken back.</summary>
[Contract("publication-withdrawn", 1)]
public sealed record PublicationWithdrawn(Guid DisclosureId, Guid ProposalId, string By, [property: PersonalData] string Reason);
