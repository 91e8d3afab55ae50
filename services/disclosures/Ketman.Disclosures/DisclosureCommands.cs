using Ketman.Disclosures.Assignment;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Commitments;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Evidence;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Outreach;
using Ketman.Disclosures.Payments;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.Disclosures.References;
using Ketman.Disclosures.Response;
using Ketman.Disclosures.Workers;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures;

/// <summary>Every command of a case: its name, which is also a batch item's and an import line's, and its route.</summary>
public static class DisclosureCommands
{
    /// <summary>The catalogue.</summary>
    public static CommandCatalogue<Disclosure> Create() => new CommandCatalogue<Disclosure>(DisclosureStream.Aggregate, Proceedings.FollowingFrom)
        .Create("open-disclosure", "disclosures", OpenDisclosure.Decide, new OpenDisclosure.Rules(), OpeningHandle.LocateAsync, role: CallerRoles.Lead)
        .On("add-finding", "disclosures/{ref}/findings", AddFinding.Decide, new AddFinding.Rules())
        .On("record-merge", "disclosures/{ref}/merges", RecordMerge.Decide, new RecordMerge.Rules())
        .On("record-payment", "disclosures/{ref}/payments", RecordPayment.Decide, new RecordPayment.Rules())
        .On("correct-payment", "disclosures/{ref}/payments/{payment}/correct", CorrectPayment.Decide, new CorrectPayment.Rules())
        .On("establish-engagement", "disclosures/{ref}/engagements", EstablishEngagement.Decide, new EstablishEngagement.Rules())
        .On("confirm-worker", "disclosures/{ref}/workers", ConfirmWorker.Decide, new ConfirmWorker.Rules())
        .On("log-outreach", "disclosures/{ref}/outreach", LogOutreach.Decide, new LogOutreach.Rules())
        .On("record-delivery", "disclosures/{ref}/deliveries", RecordDelivery.Decide, new RecordDelivery.Rules())
        .On("record-bounce", "disclosures/{ref}/bounces", RecordBounce.Decide, new RecordBounce.Rules())
        .On("record-answer", "disclosures/{ref}/answers", RecordAnswer.Decide, new RecordAnswer.Rules())
        .On("acknowledge", "disclosures/{ref}/acknowledgements", Acknowledge.Decide, new Acknowledge.Rules())
        .On("classify-reaction", "disclosures/{ref}/reactions", ClassifyReaction.Decide, new ClassifyReaction.Rules())
        .On("make-commitment", "disclosures/{ref}/commitments", MakeCommitment.Decide, new MakeCommitment.Rules())
        .On("keep-commitment", "disclosures/{ref}/commitments/kept", KeepCommitment.Decide, new KeepCommitment.Rules())
        .On("request-update", "disclosures/{ref}/update-requests", RequestUpdate.Decide, new RequestUpdate.Rules())
        .On("receive-update", "disclosures/{ref}/updates", ReceiveUpdate.Decide, new ReceiveUpdate.Rules())
        .On("revoke-access", "disclosures/{ref}/revocations", RevokeAccess.Decide, new RevokeAccess.Rules())
        .On("assess-implant", "disclosures/{ref}/implants", AssessImplant.Decide, new AssessImplant.Rules())
        .On("engage-help", "disclosures/{ref}/help", EngageHelp.Decide, new EngageHelp.Rules())
        .On("resolve", "disclosures/{ref}/resolution", ResolveDisclosure.Decide, new ResolveDisclosure.Rules())
        .On("close", "disclosures/{ref}/closing", CloseDisclosure.Decide, new CloseDisclosure.Rules(), role: CallerRoles.Lead)
        .On("reopen", "disclosures/{ref}/reopening", ReopenDisclosure.Decide, new ReopenDisclosure.Rules(), role: CallerRoles.Lead)
        .On("request-privacy", "disclosures/{ref}/privacy", RequestPrivacy.Decide, new RequestPrivacy.Rules())
        .On("add-note", "disclosures/{ref}/notes", AddNote.Decide, new AddNote.Rules())
        .On("retract-fact", "disclosures/{ref}/retractions", RetractFact.Decide, new RetractFact.Rules())
        .On("assess-severity", "disclosures/{ref}/severity", AssessSeverity.Decide, new AssessSeverity.Rules())
        .On("set-embargo", "disclosures/{ref}/embargo", SetEmbargo.Decide, new SetEmbargo.Rules())
        .On("lift-embargo", "disclosures/{ref}/embargo/lifted", LiftEmbargo.Decide, new LiftEmbargo.Rules())
        .On("request-information", "disclosures/{ref}/information-requests", RequestInformation.Decide, new RequestInformation.Rules())
        .On("provide-information", "disclosures/{ref}/information", ProvideInformation.Decide, new ProvideInformation.Rules())
        .On("migrate-policy", "disclosures/{ref}/policy", MigratePolicy.Decide, new MigratePolicy.Rules(), role: CallerRoles.Lead)
        .On("pause-clock", "disclosures/{ref}/clocks/pauses", PauseClock.Decide, new PauseClock.Rules(), role: CallerRoles.Lead)
        .On("resume-clock", "disclosures/{ref}/clocks/resumptions", ResumeClock.Decide, new ResumeClock.Rules(), role: CallerRoles.Lead)
        .On("extend-clock", "disclosures/{ref}/clocks/extensions", ExtendClock.Decide, new ExtendClock.Rules(), role: CallerRoles.Lead)
        .On("take-step", "disclosures/{ref}/steps", TakeStep.Decide, new TakeStep.Rules())
        .On("give-final-notice", "disclosures/{ref}/final-notices", GiveFinalNotice.Decide, new GiveFinalNotice.Rules(), role: CallerRoles.Lead)
        .On("propose-publication", "disclosures/{ref}/publication/proposals", ProposePublication.Decide, new ProposePublication.Rules(), role: CallerRoles.Lead)
        .On("approve-publication", "disclosures/{ref}/publication/approvals", ApprovePublication.Decide, new ApprovePublication.Rules(), role: CallerRoles.Publisher)
        .On("schedule-publication", "disclosures/{ref}/publication/schedule", SchedulePublication.Decide, new SchedulePublication.Rules(), role: CallerRoles.Lead)
        .On("hold-publication", "disclosures/{ref}/publication/holds", HoldPublication.Decide, new HoldPublication.Rules())
        .On("release-publication", "disclosures/{ref}/publication/releases", ReleasePublication.Decide, new ReleasePublication.Rules(), role: CallerRoles.Lead)
        .On("publish", "disclosures/{ref}/publication", Publish.Decide, new Publish.Rules(), role: CallerRoles.Publisher)
        .On("withdraw-publication", "disclosures/{ref}/publication/withdrawals", WithdrawPublication.Decide, new WithdrawPublication.Rules(), role: CallerRoles.Lead)
        .On("erase-disclosure", "disclosures/{ref}/erase", EraseDisclosure.Decide, new EraseDisclosure.Rules(), role: CallerRoles.Admin, blind: true)
        .On("mark-disclosure", "disclosures/{ref}/marking", MarkDisclosure.Decide, new MarkDisclosure.Rules(), roleIn: MarkDisclosure.RoleIn)
        .On("mark-fact", "disclosures/{ref}/marking/facts", MarkFact.Decide, new MarkFact.Rules(), roleIn: MarkFact.RoleIn)
        .On("restrict-disclosure", "disclosures/{ref}/restriction", RestrictDisclosure.Decide, new RestrictDisclosure.Rules(), role: CallerRoles.Lead)
        .On("unrestrict-disclosure", "disclosures/{ref}/restriction/lifted", UnrestrictDisclosure.Decide, new UnrestrictDisclosure.Rules(), role: CallerRoles.Lead)
        .On("assign", "disclosures/{ref}/assignee", Assign.Decide, new Assign.Rules())
        .On("unassign", "disclosures/{ref}/assignee/cleared", Unassign.Decide, new Unassign.Rules())
        .On("tag", "disclosures/{ref}/tags", TagDisclosure.Decide, new TagDisclosure.Rules())
        .On("untag", "disclosures/{ref}/tags/removed", UntagDisclosure.Decide, new UntagDisclosure.Rules());
}
