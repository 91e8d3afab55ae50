using Ketman.EventStore;
using Ketman.Intake.Accounts;
using Ketman.Intake.Companies;
using Ketman.Intake.Leads;
using Published = Ketman.Contracts.Intake;

namespace Ketman.Intake;

/// <summary>What of the service's events leaves it. Evidence, reasons and addresses do not: no consumer needs them.</summary>
internal static class IntakeContracts
{
    /// <summary>The contract of an event. Every event of this service has one but for those of assessments: nobody outside learns what was asked about whom.</summary>
    public static object? ToContract(Guid id, RecordedEvent recorded) => recorded.Data switch
    {
        CompanyRegistered e => new Published.CompanyRegistered(id, e.Handle, e.Name, e.Domain, e.Repositories, e.TvlRank, e.Zone),
        CompanyChanged e => new Published.CompanyChanged(id, e.Name, e.Domain, e.Repositories, e.TvlRank, e.Zone),
        ContactAdded e => new Published.CompanyContactAdded(id, recorded.Id, e.Channel, e.Verified),
        ContactVerified e => new Published.CompanyContactVerified(id, e.ContactId),
        ContactRemoved e => new Published.CompanyContactRemoved(id, e.ContactId),
        ContactErased e => new Published.CompanyContactErased(id, e.ContactId),
        CompanyCalendarSet e => new Published.CompanyCalendarSet(id, e.Calendar?.ToJson()),
        PrivacyWished e => new Published.CompanyPrivacyWished(id, e.Wish),
        AccountRegistered e => new Published.AccountRegistered(id, e.Platform.Name(), e.Handle, e.FirstActiveYear, e.Actor),
        AccountFlagged => new Published.AccountFlagged(id),
        AccountIndexed e => new Published.AccountIndexed(id, e.Active, e.EmployedAt),
        AccountConfirmed => new Published.AccountConfirmed(id),
        AccountCleared => new Published.AccountCleared(id),
        ActivityObserved e => new Published.AccountActivityObserved(id, e.Active),
        EmploymentObserved e => new Published.AccountEmploymentObserved(id, e.EmployedAt),
        AccountLinked e => new Published.AccountLinked(id, e.OtherAccountId, e.Kind),
        AccountAttributed e => new Published.AccountAttributed(id, e.Actor),
        AccountMerged e => new Published.AccountMerged(id, e.IntoAccountId),
        AccountErased e => new Published.AccountErased(id, e.SameWorkerAs),
        LeadOpened e => new Published.LeadOpened(id, e.Handle, e.CompanyId, e.AccountIds),
        EvidenceAdded => new Published.LeadEvidenceAdded(id, recorded.Id),
        LeadDisclosed e => new Published.LeadDisclosed(id, e.DisclosureId),
        LeadDismissed => new Published.LeadDismissed(id),
        LeadMerged e => new Published.LeadMerged(id, e.IntoLeadId),
        LeadErased => new Published.LeadErased(id),
        _ => null,
    };
}
