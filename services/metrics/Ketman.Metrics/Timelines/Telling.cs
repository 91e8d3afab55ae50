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
            DisclosureErased => "The words of the case were erased",
            _ => said.GetType().Name,
        };
    }

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
