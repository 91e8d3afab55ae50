using Ketman.Disclosures.Payments;
using Ketman.Disclosures.Policies;
using Ketman.EventStore;
using Contract = Ketman.Contracts.Disclosures;

namespace Ketman.Disclosures;

/// <summary>What other services are told. Every event of a case has a contract; whatever a consumer does not need stays here.</summary>
public static class DisclosureContracts
{
    /// <summary>The contract of a recorded event.</summary>
    /// <param name="id">The case.</param>
    /// <param name="recorded">The event.</param>
    public static object? ToContract(Guid id, RecordedEvent recorded) => recorded.Data switch
    {
        DisclosureOpened e => new Contract.DisclosureOpened(id, e.Handle, e.CompanyId, e.Title, e.LeadId, e.AccountIds),
        FindingAdded e => new Contract.FindingAdded(id, e.Summary, e.AccountId, e.Url, e.Sha256),
        CodeMerged e => new Contract.CodeMerged(id, e.AccountId, e.Repository, e.Url),
        PaymentRecorded e => new Contract.PaymentRecorded(
            id, e.AccountId, e.Asset, e.Amount, e.Usd, e.PriceSource, e.Reference, Assets.Find(e.Asset)?.Kind),
        PaymentCorrected e => new Contract.PaymentCorrected(
            id, e.PaymentId, e.AccountId, e.Asset, e.Amount, e.Usd, e.PriceSource, e.Reference, e.Reason, Assets.Find(e.Asset)?.Kind),
        EngagementEstablished e => new Contract.EngagementEstablished(id, e.AccountId, e.Role),
        WorkerConfirmed e => new Contract.WorkerConfirmed(id, e.AccountId, e.Basis),
        OutreachAttempted e => new Contract.OutreachAttempted(id, e.Channel, e.Recipient, e.ContactId, e.By, e.Summary),
        OutreachDelivered e => new Contract.OutreachDelivered(id, e.OutreachId),
        OutreachBounced e => new Contract.OutreachBounced(id, e.OutreachId, e.Reason),
        OutreachAnswered e => new Contract.OutreachAnswered(id, e.OutreachId, e.Automatic, e.From, e.Summary),
        DisclosureAcknowledged e => new Contract.DisclosureAcknowledged(id, e.OutreachId, e.Channel, e.From),
        ReactionClassified e => new Contract.ReactionClassified(id, e.Reaction, e.Note),
        CommitmentMade e => new Contract.CommitmentMade(id, e.What, e.Due, e.From),
        CommitmentKept e => new Contract.CommitmentKept(id, e.CommitmentId),
        UpdateRequested e => new Contract.UpdateRequested(id, e.Channel, e.About),
        UpdateReceived e => new Contract.UpdateReceived(id, e.Summary),
        AccessRevoked e => new Contract.AccessRevoked(id, e.AccountId, e.What),
        ImplantAssessed e => new Contract.ImplantAssessed(id, e.Found, e.Summary),
        PostExploitationHelpEngaged e => new Contract.PostExploitationHelpEngaged(id, e.Helper, e.Summary),
        DisclosureResolved e => new Contract.DisclosureResolved(id, e.Outcome, e.Summary),
        DisclosureClosed e => new Contract.DisclosureClosed(id, e.Reason),
        DisclosureReopened e => new Contract.DisclosureReopened(id, e.Reason),
        PrivacyRequested e => new Contract.PrivacyRequested(id, e.Reason),
        NoteAdded e => new Contract.NoteAdded(id, e.Text),
        FactRetracted e => new Contract.FactRetracted(id, e.FactId, e.Reason),
        DisclosureErased => new Contract.DisclosureErased(id),
        DisclosureMarked e => new Contract.DisclosureMarked(id, e.Marking, e.By, e.Reason),
        FactMarked e => new Contract.FactMarked(id, e.FactId, e.Marking, e.By, e.Reason),
        DisclosureRestricted e => new Contract.DisclosureRestricted(id, e.People, e.By, e.Reason),
        DisclosureUnrestricted e => new Contract.DisclosureUnrestricted(id, e.By, e.Reason),
        DisclosureAssigned e => new Contract.DisclosureAssigned(id, e.To, e.By),
        DisclosureUnassigned e => new Contract.DisclosureUnassigned(id, e.By),
        DisclosureTagged e => new Contract.DisclosureTagged(id, e.Tag, e.By),
        DisclosureUntagged e => new Contract.DisclosureUntagged(id, e.Tag, e.By),
        PolicyPinned e => new Contract.PolicyPinned(id, e.Name, e.Version, e.Reason),
        SeverityAssessed e => new Contract.SeverityAssessed(id, e.Severity, e.Reason),
        EmbargoSet e => new Contract.EmbargoSet(id, e.Until, e.Reason),
        EmbargoLifted e => new Contract.EmbargoLifted(id, e.Reason),
        InformationRequested e => new Contract.InformationRequested(id, e.What, e.From),
        InformationProvided e => new Contract.InformationProvided(id, e.RequestId, e.Summary),
        ClockPaused e => new Contract.ClockPaused(id, e.Clock, e.SubjectId, e.By, e.Reason),
        ClockResumed e => new Contract.ClockResumed(id, e.PauseId, e.By, e.Reason),
        ClockExtended e => new Contract.ClockExtended(id, e.Clock, e.SubjectId, e.Until, e.Grace, e.By, e.Reason),
        DeadlineNear e => new Contract.DeadlineNear(id, e.Clock, e.SubjectId, e.DueAt, e.CaughtUp),
        SlaBreached e => new Contract.SlaBreached(id, e.Clock, e.SubjectId, e.AnchorId, e.OwedBy, e.CaughtUp),
        BreachAnnulled e => new Contract.BreachAnnulled(id, e.BreachId, e.FactId),
        EscalationStepDue e => new Contract.EscalationStepDue(id, e.Step, e.CaughtUp),
        EscalationStepTaken e => new Contract.EscalationStepTaken(id, e.Step, e.OutreachId, e.By, e.Text),
        EscalationStepCancelled e => new Contract.EscalationStepCancelled(id, e.Step, e.FactId),
        FinalNoticeGiven e => new Contract.FinalNoticeGiven(id, e.OutreachId, e.PublishFrom, e.Clause),
        PublicationProposed e => new Contract.PublicationProposed(id, e.By, e.Reason),
        PublicationApproved e => new Contract.PublicationApproved(id, e.ProposalId, e.By),
        PublicationScheduled e => new Contract.PublicationScheduled(id, e.ProposalId, e.For, e.By),
        PublicationHeld e => new Contract.PublicationHeld(id, e.ProposalId, e.By, e.Reason),
        PublicationReleased e => new Contract.PublicationReleased(id, e.ProposalId, e.By, e.Reason),
        PublicationStopped e => new Contract.PublicationStopped(id, e.ProposalId, e.FactId),
        CompanyNamed e => new Contract.CompanyNamed(id, e.ProposalId, e.By, e.Url, e.TextSha256),
        PublicationWithdrawn e => new Contract.PublicationWithdrawn(id, e.ProposalId, e.By, e.Reason),
        PolicyApplied e => new Contract.PolicyApplied(id, e.Name, e.Version, e.Digest, e.By),
        _ => null,
    };
}
