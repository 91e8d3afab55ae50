using Ketman.EventStore;
using Ketman.Intake.Accounts;
using Ketman.Intake.Assessments;
using Ketman.Intake.Companies;
using Ketman.Intake.Leads;

namespace Ketman.Intake;

/// <summary>The names that the service's events have on disk: a contract, never renamed.</summary>
internal static class IntakeEvents
{
    public static EventTypes Types { get; } = new EventTypes.Builder()
        .Add<CompanyRegistered>("company-registered.v1")
        .Add<CompanyChanged>("company-changed.v1")
        .Add<ContactAdded>("company-contact-added.v1")
        .Add<ContactVerified>("company-contact-verified.v1")
        .Add<ContactRemoved>("company-contact-removed.v1")
        .Add<ContactErased>("company-contact-erased.v1")
        .Add<CompanyCalendarSet>("company-calendar-set.v1")
        .Add<PrivacyWished>("company-privacy-wished.v1")
        .Add<AccountRegistered>("account-registered.v1")
        .Add<AccountFlagged>("account-flagged.v1")
        .Add<AccountIndexed>("account-indexed.v1")
        .Add<AccountConfirmed>("account-confirmed.v1")
        .Add<AccountCleared>("account-cleared.v1")
        .Add<ActivityObserved>("account-activity-observed.v1")
        .Add<EmploymentObserved>("account-employment-observed.v1")
        .Add<AccountLinked>("account-linked.v1")
        .Add<AccountAttributed>("account-attributed.v1")
        .Add<AccountMerged>("account-merged.v1")
        .Add<AccountErased>("account-erased.v1")
        .Add<LeadOpened>("lead-opened.v1")
        .Add<EvidenceAdded>("lead-evidence-added.v1")
        .Add<LeadDisclosed>("lead-disclosed.v1")
        .Add<LeadDismissed>("lead-dismissed.v1")
        .Add<LeadMerged>("lead-merged.v1")
        .Add<LeadErased>("lead-erased.v1")
        .Add<AssessmentOpened>("assessment-opened.v1")
        .Add<QuestionAnswered>("assessment-question-answered.v1")
        .Add<AnswerWithdrawn>("assessment-answer-withdrawn.v1")
        .Add<AssessmentConcluded>("assessment-concluded.v1")
        .Build();
}
