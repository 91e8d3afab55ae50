using Ketman.Disclosures.Policies;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

/// <summary>How cases are kept in the log.</summary>
public static class DisclosureStream
{
    /// <summary>One stream for each case, <c>disclosure-&lt;guid&gt;</c>.</summary>
    public static Aggregate<Disclosure> Aggregate { get; } = new("disclosure", new Disclosure(), Disclosure.Evolve)
    {
        Admits = (state, reader, now) => state.Confidentiality.Admits(reader, now),
    };

    /// <summary>The names on disk: a contract, approved in a file each; a class may be renamed, a name never.</summary>
    public static EventTypes Events { get; } = new EventTypes.Builder()
        .Add<DisclosureOpened>("disclosure-opened.v1")
        .Add<FindingAdded>("finding-added.v1")
        .Add<CodeMerged>("code-merged.v1")
        .Add<PaymentRecorded>("payment-recorded.v1")
        .Add<PaymentCorrected>("payment-corrected.v1")
        .Add<EngagementEstablished>("engagement-established.v1")
        .Add<WorkerConfirmed>("worker-confirmed.v1")
        .Add<OutreachAttempted>("outreach-attempted.v1")
        .Add<OutreachDelivered>("outreach-delivered.v1")
        .Add<OutreachBounced>("outreach-bounced.v1")
        .Add<OutreachAnswered>("outreach-answered.v1")
        .Add<DisclosureAcknowledged>("disclosure-acknowledged.v1")
        .Add<ReactionClassified>("reaction-classified.v1")
        .Add<CommitmentMade>("commitment-made.v1")
        .Add<CommitmentKept>("commitment-kept.v1")
        .Add<UpdateRequested>("update-requested.v1")
        .Add<UpdateReceived>("update-received.v1")
        .Add<AccessRevoked>("access-revoked.v1")
        .Add<ImplantAssessed>("implant-assessed.v1")
        .Add<PostExploitationHelpEngaged>("post-exploitation-help-engaged.v1")
        .Add<DisclosureResolved>("disclosure-resolved.v1")
        .Add<DisclosureClosed>("disclosure-closed.v1")
        .Add<DisclosureReopened>("disclosure-reopened.v1")
        .Add<PrivacyRequested>("privacy-requested.v1")
        .Add<NoteAdded>("note-added.v1")
        .Add<FactRetracted>("fact-retracted.v1")
        .Add<DisclosureErased>("disclosure-erased.v1")
        .Add<PolicyPinned>("policy-pinned.v1")
        .Add<SeverityAssessed>("severity-assessed.v1")
        .Add<EmbargoSet>("embargo-set.v1")
        .Add<EmbargoLifted>("embargo-lifted.v1")
        .Add<InformationRequested>("information-requested.v1")
        .Add<InformationProvided>("information-provided.v1")
        .Add<ClockPaused>("clock-paused.v1")
        .Add<ClockResumed>("clock-resumed.v1")
        .Add<ClockExtended>("clock-extended.v1")
        .Add<DeadlineNear>("deadline-near.v1")
        .Add<SlaBreached>("sla-breached.v1")
        .Add<BreachAnnulled>("breach-annulled.v1")
        .Add<EscalationStepDue>("escalation-step-due.v1")
        .Add<EscalationStepTaken>("escalation-step-taken.v1")
        .Add<EscalationStepCancelled>("escalation-step-cancelled.v1")
        .Add<FinalNoticeGiven>("final-notice-given.v1")
        .Add<PublicationProposed>("publication-proposed.v1")
        .Add<PublicationApproved>("publication-approved.v1")
        .Add<PublicationScheduled>("publication-scheduled.v1")
        .Add<PublicationHeld>("publication-held.v1")
        .Add<PublicationReleased>("publication-released.v1")
        .Add<PublicationStopped>("publication-stopped.v1")
        .Add<CompanyNamed>("company-named.v1")
        .Add<PublicationWithdrawn>("publication-withdrawn.v1")
        .Add<PolicyApplied>("policy-applied.v1")
        .Add<DisclosureMarked>("disclosure-marked.v1")
        .Add<FactMarked>("fact-marked.v1")
        .Add<DisclosureRestricted>("disclosure-restricted.v1")
        .Add<DisclosureUnrestricted>("disclosure-unrestricted.v1")
        .Add<DisclosureAssigned>("disclosure-assigned.v1")
        .Add<DisclosureUnassigned>("disclosure-unassigned.v1")
        .Add<DisclosureTagged>("disclosure-tagged.v1")
        .Add<DisclosureUntagged>("disclosure-untagged.v1")
        .Build();
}
