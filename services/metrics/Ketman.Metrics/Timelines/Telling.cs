using System.Globalization;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Timelines;

/// <summary>Facts of a case in words.</summary>
internal static class Telling
{
    /// <summary>One sentence; <paramref name="account"/> is how the account it is about is called.</summary>
    public static string Tell(object said, string? account)
    {
        var who = account ?? "an account";
        return said switch
        {
            DisclosureOpened it => $"Case opened{About(it.Title)}",
            FindingAdded it => $"Finding: {it.Summary}",
            CodeMerged it => $"Code of {who} merged into {it.Repository}",
            PaymentRecorded it => $"{who} was paid {Money(it.Amount, it.Asset, it.Usd)}",
            PaymentCorrected it => $"Payment corrected: {who} was paid {Money(it.Amount, it.Asset, it.Usd)} ({it.Reason})",
            EngagementEstablished it => $"{who} began as {it.Role.Wire()}",
            WorkerConfirmed { Basis: ConfirmationBasis.WithCompany } => $"{who} confirmed together with the company",
            WorkerConfirmed => $"{who} reported with high certainty",
            OutreachAttempted it => $"Outreach by {it.Channel.Wire()}{To(it.Recipient)}{About(it.Summary)}",
            OutreachDelivered => "Outreach delivered",
            OutreachBounced it => $"Outreach bounced{About(it.Reason)}",
            OutreachAnswered { Automatic: true } it => $"Automatic reply{From(it.From)}{About(it.Summary)}",
            OutreachAnswered it => $"Answer{From(it.From)}{About(it.Summary)}",
            DisclosureAcknowledged it => $"Report acknowledged{From(it.From)}",
            ReactionClassified it => $"Reaction: {it.Reaction.Wire()}{About(it.Note)}",
            CommitmentMade it => $"Promise{From(it.From)}: {it.What}, due {it.Due}",
            CommitmentKept => "Promise kept",
            UpdateRequested it => $"Update requested{(it.Channel is { } channel ? $" by {channel.Wire()}" : "")}{About(it.About)}",
            UpdateReceived it => $"Update received: {it.Summary}",
            AccessRevoked it => $"Access of {who} revoked{About(it.What)}",
            ImplantAssessed it => (it.Found ? "Malicious code found" : "No malicious code found") + About(it.Summary),
            PostExploitationHelpEngaged it => $"Outside help engaged{(it.Helper is null ? "" : $": {it.Helper}")}{About(it.Summary)}",
            DisclosureResolved it => $"Resolved: {it.Outcome.Wire()}{About(it.Summary)}",
            DisclosureClosed it => $"Closed: {it.Reason}",
            DisclosureReopened it => $"Reopened: {it.Reason}",
            PrivacyRequested it => $"Privacy requested{About(it.Reason)}",
            NoteAdded it => $"Note: {it.Text}",
            FactRetracted it => $"Retracted: {it.Reason}",
            DisclosureMarked it => $"{it.By} marked the case {Marking.Label(it.Marking)}{About(it.Reason)}",
            FactMarked it => $"{it.By} marked a fact {Marking.Label(it.Marking)}{About(it.Reason)}",
            DisclosureRestricted it => $"{it.By} restricted the case to {string.Join(", ", it.People)}{About(it.Reason)}",
            DisclosureUnrestricted it => $"{it.By} lifted the restriction of the case{About(it.Reason)}",
            DisclosureAssigned it => $"{it.By} put {it.To} in charge",
            DisclosureUnassigned it => $"{it.By} left nobody in charge",
            DisclosureTagged it => $"{it.By} tagged the case {it.Tag}",
            DisclosureUntagged it => $"{it.By} took the tag {it.Tag} away",
            DisclosureErased => "The words of the case were erased",
            _ => Proceeding(said) ?? said.GetType().Name,
        };
    }

    // What time brings about, and the steps of procedures.
    private static string? Proceeding(object said) => said switch
    {
        PolicyPinned it => $"Runs under the policy {it.Name}, version {it.Version}{About(it.Reason)}",
        SeverityAssessed it => $"Severity assessed as {it.Severity.Wire()}: {it.Reason}",
        EmbargoSet it => $"Embargo{(it.Until is { } until ? $" until {until}" : "")}: {it.Reason}",
        EmbargoLifted it => $"Embargo lifted: {it.Reason}",
        InformationRequested it => $"The company asked us{From(it.From)}: {it.What}",
        InformationProvided it => $"We answered what the company asked{About(it.Summary)}",
        ClockPaused it => $"{it.By} paused {Clock(it.Clock)}: {it.Reason}",
        ClockResumed it => $"{it.By} let time run on{About(it.Reason)}",
        ClockExtended it => $"{it.By} {(it.Grace ? "granted grace" : "gave more time")} for {it.Clock} until {Moment.At(it.Until)}: {it.Reason}",
        DeadlineNear it => $"{it.Clock} is due {Moment.At(it.DueAt)}{Late(it.CaughtUp)}",
        SlaBreached it => $"{(it.OwedBy is Party.Company ? "The company" : "The team")} missed {it.Clock}{Late(it.CaughtUp)}",
        BreachAnnulled => "A missed deadline was not missed after all: annulled",
        EscalationStepDue it => $"Step {it.Step} became due{Late(it.CaughtUp)}",
        EscalationStepTaken { By: "platform" } it => $"Step {it.Step} taken by the platform",
        EscalationStepTaken it => $"{it.By} took the step {it.Step}",
        EscalationStepCancelled it => $"Step {it.Step} became needless",
        FinalNoticeGiven it => $"Final notice: the company may be named from {Moment.At(it.PublishFrom)} on",
        PublicationProposed it => $"{it.By} proposed to name the company: {it.Reason}",
        PublicationApproved it => $"{it.By} approved the publication",
        PublicationScheduled it => $"{it.By} scheduled the publication for {Moment.At(it.For)}",
        PublicationHeld it => $"{it.By} holds the publication: {it.Reason}",
        PublicationReleased it => $"{it.By} released the publication{About(it.Reason)}",
        PublicationStopped => "The countdown to a publication stopped by itself",
        CompanyNamed it => $"{it.By} named the company in public: {it.Url}",
        PublicationWithdrawn it => $"{it.By} withdrew the publication: {it.Reason}",
        _ => null,
    };

    private static string Clock(string? name) => name is null ? "all clocks" : $"the clock {name}";

    private static string Late(bool caughtUp) => caughtUp ? " (noticed late)" : "";

    private static string Money(decimal amount, string asset, UsdValue? usd)
    {
        var worth = usd switch
        {
            null => "without a known price",
            _ when usd.Low == usd.High => $"{Number(usd.Low)} USD",
            _ => $"{Number(usd.Low)} to {Number(usd.High)} USD",
        };
        return $"{Number(amount)} {asset} ({worth})";
    }

    private static string Number(decimal number) => number.ToString("#,0.##################", CultureInfo.InvariantCulture);

    private static string About(string? text) => text is null ? "" : $": {text}";

    private static string To(string? whom) => whom is null ? "" : $" to {whom}";

    private static string From(string? whom) => whom is null ? "" : $" from {whom}";
}
