using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Response;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Reading;

/// <summary>A case as it is known now. Companies, leads and accounts are shown by name, or by id while Intake does not answer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">What people call it.</param>
/// <param name="Version">The version of its stream, also its ETag.</param>
/// <param name="Company">To which company.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Lead">The lead that it comes from.</param>
/// <param name="Accounts">The accounts that it was opened about.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="Status">Open, resolved or closed.</param>
/// <param name="StatusSince">Since when.</param>
/// <param name="Outcome">How it was resolved.</param>
/// <param name="PrivacyRequested">Whether the company asked that it be kept private.</param>
/// <param name="AcknowledgedAt">When a human of the company first answered.</param>
/// <param name="Reaction">How the company takes it, by the latest classification.</param>
/// <param name="Policy">Under which policy it runs.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Embargo">The embargo that was set and not lifted; it may be over by its date.</param>
/// <param name="Outreach">Who was approached how, and what came of it.</param>
/// <param name="Commitments">What the company promised.</param>
/// <param name="Payments">What workers were paid, corrections applied.</param>
/// <param name="Facts">All other facts that stand.</param>
/// <param name="Retracted">The mistakes: they count nowhere.</param>
/// <param name="Marking">How far the case may go.</param>
/// <param name="RestrictedTo">Who alone may know of it; absent: whoever is cleared for it.</param>
/// <param name="Assignee">Who is in charge; absent: nobody.</param>
/// <param name="Tags">The words by which it is found.</param>
/// <param name="Withheld">What is left out because it is marked above the reader's clearance; absent: nothing.</param>
public sealed record DisclosureView(
    Guid Id, string Handle, long Version, string Company, string? Title, string? Lead, IReadOnlyList<string> Accounts, Moment OpenedAt,
    DisclosureStatus Status, Moment StatusSince, ResolutionOutcome? Outcome, bool PrivacyRequested, Moment? AcknowledgedAt, Reaction? Reaction,
    PinnedView? Policy, Severity? Severity, EmbargoView? Embargo,
    IReadOnlyList<OutreachView> Outreach, IReadOnlyList<CommitmentView> Commitments, IReadOnlyList<PaymentView> Payments,
    IReadOnlyList<FactView> Facts, IReadOnlyList<FactView> Retracted, Tlp Marking, IReadOnlyList<string>? RestrictedTo,
    string? Assignee, IReadOnlyList<string> Tags, IReadOnlyList<WithheldPart>? Withheld)
{
    /// <summary>The view of a case, as far as its reader may see it.</summary>
    /// <param name="read">The case.</param>
    /// <param name="names">What is known by name.</param>
    internal static DisclosureView Of(ReadCase read, IReadOnlyDictionary<Guid, string> names)
    {
        var (id, version, state, cut) = (read.Id, read.Version, read.Seen, new CaseCut(read));
        var opening = state.Opening!;
        var reaction = state.Standing<ReactionClassified>().OrderBy(known => known.Said.OccurredAt).LastOrDefault().Said;
        var facts = state.Facts.Values.OrderBy(fact => fact.Said.OccurredAt).ThenBy(fact => fact.Ordinal).ToList();
        return new DisclosureView(
            id, opening.Handle, version, Name(opening.CompanyId), opening.Title, opening.LeadId is { } lead && cut.Shows<DisclosureOpened>("lead", nameof(DisclosureOpened.LeadId)) ? Name(lead) : null,
            [.. opening.AccountIds.Where(_ => cut.Shows<DisclosureOpened>("accounts", nameof(DisclosureOpened.AccountIds))).Select(Name)], opening.OccurredAt, state.Status, state.StatusSince, state.Resolution?.Outcome,
            state.WantsPrivacy, cut.WorkedOut("acknowledgedAt") ? state.AcknowledgedAt : null, cut.WorkedOut("reaction") ? reaction?.Reaction : null,
            state.Pinned is { } pinned ? new PinnedView(pinned.Name, pinned.Version, pinned.OccurredAt, pinned.Reason) : null,
            cut.WorkedOut("severity") ? AssessSeverity.Latest(state)?.Severity ?? Contracts.Severity.Standard : null,
            SetEmbargo.Latest(state) is EmbargoSet embargo ? new EmbargoView(embargo.OccurredAt, embargo.Until, embargo.Reason) : null,
            [.. state.Standing<OutreachAttempted>().Select(attempt => OutreachOf(state, attempt.Id, attempt.Said, cut))],
            [.. state.Standing<CommitmentMade>().Select(made => CommitmentOf(state, made.Id, made.Said, cut))],
            [.. state.Standing<PaymentRecorded>().Select(paid => PaymentOf(paid.Id, paid.Said))],
            [.. facts.Where(fact => !fact.Retracted && fact.Said is not (OutreachAttempted or CommitmentMade or PaymentRecorded or IProceeding) && fact.RestsOn is null)
                .Select(FactOf)],
            [.. facts.Where(fact => fact.Retracted).Select(FactOf)],
            read.Marking, state.RestrictedTo, state.Assignee, [.. state.Tags], null) with
        { Withheld = cut.Parts };

        string Name(Guid known) => names.TryGetValue(known, out var name) ? name : known.ToString("D");

        PaymentView PaymentOf(Guid fact, PaymentRecorded said) => new(
            fact, said.OccurredAt, cut.Shows<PaymentRecorded>("payments.account", nameof(said.AccountId)) ? Name(said.AccountId) : null, said.Asset, said.Amount, said.Usd,
            said.PriceSource, said.Reference is not null && cut.Shows<PaymentRecorded>("payments.reference", nameof(said.Reference)) ? said.Reference : null);

        FactView FactOf(Fact fact) => new(
            fact.Id, DisclosureStream.Events.NameOf(fact.Said.GetType()), fact.Said.OccurredAt,
            AccountOf(fact.Said) is { } account && cut.Shows(fact.Said.GetType(), "facts.account", "AccountId") ? Name(account) : null, WordsOf(fact.Said));
    }

    /// <summary>The accounts that a case speaks of.</summary>
    internal static IEnumerable<Guid> AccountsOf(Disclosure state) =>
        state.Facts.Values.Select(fact => AccountOf(fact.Said)).OfType<Guid>().Concat(state.Opening?.AccountIds ?? []).Distinct();

    private static OutreachView OutreachOf(Disclosure state, Guid id, OutreachAttempted said, CaseCut cut) => new(
        id, said.OccurredAt, said.Channel,
        said.Recipient is not null && cut.Shows<OutreachAttempted>("outreach.recipient", nameof(said.Recipient)) ? said.Recipient : null,
        said.ContactId is not null && cut.Shows<OutreachAttempted>("outreach.contactId", nameof(said.ContactId)) ? said.ContactId : null, said.By, said.Summary,
        state.Standing<OutreachDelivered>().FirstOrDefault(known => known.Said.OutreachId == id).Said?.OccurredAt,
        state.Standing<OutreachBounced>().FirstOrDefault(known => known.Said.OutreachId == id).Said?.OccurredAt,
        [.. state.Standing<OutreachAnswered>().Where(known => known.Said.OutreachId == id)
            .Select(known => new AnswerView(known.Id, known.Said.OccurredAt, known.Said.Automatic,
                known.Said.From is not null && cut.Shows<OutreachAnswered>("outreach.answers.from", nameof(known.Said.From)) ? known.Said.From : null, known.Said.Summary))]);

    private static CommitmentView CommitmentOf(Disclosure state, Guid id, CommitmentMade said, CaseCut cut) => new(
        id, said.OccurredAt, said.What, said.Due, said.From is not null && cut.Shows<CommitmentMade>("commitments.from", nameof(said.From)) ? said.From : null,
        state.Standing<CommitmentKept>().FirstOrDefault(known => known.Said.CommitmentId == id).Said?.OccurredAt);

    private static Guid? AccountOf(IDomainEvent said) => said switch
    {
        FindingAdded finding => finding.AccountId,
        CodeMerged merged => merged.AccountId,
        PaymentRecorded paid => paid.AccountId,
        EngagementEstablished engaged => engaged.AccountId,
        WorkerConfirmed confirmed => confirmed.AccountId,
        AccessRevoked revoked => revoked.AccountId,
        _ => null,
    };

    private static string? WordsOf(IDomainEvent said) => said switch
    {
        FindingAdded finding => finding.Summary,
        CodeMerged merged => merged.Repository,
        PaymentRecorded paid => $"{paid.Amount.ToString(System.Globalization.CultureInfo.InvariantCulture)} {paid.Asset}",
        EngagementEstablished engaged => Word(engaged.Role),
        WorkerConfirmed confirmed => Word(confirmed.Basis),
        OutreachAttempted attempted => attempted.Summary,
        OutreachAnswered answered => answered.Summary,
        ReactionClassified classified => classified.Note is { } note ? $"{Word(classified.Reaction)}: {note}" : Word(classified.Reaction),
        CommitmentMade made => made.What,
        UpdateRequested requested => requested.About,
        UpdateReceived received => received.Summary,
        AccessRevoked revoked => revoked.What,
        ImplantAssessed assessed => assessed.Summary is { } summary ? $"{(assessed.Found ? "found" : "none found")}: {summary}" : assessed.Found ? "found" : "none found",
        PostExploitationHelpEngaged engaged => engaged.Summary,
        PrivacyRequested requested => requested.Reason,
        NoteAdded note => note.Text,
        SeverityAssessed assessed => $"{Word(assessed.Severity)}: {assessed.Reason}",
        EmbargoSet set => set.Reason,
        EmbargoLifted lifted => lifted.Reason,
        InformationRequested requested => requested.What,
        InformationProvided provided => provided.Summary,
        _ => null,
    };

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>One try to reach one contact, and what came of it.</summary>
public sealed record OutreachView(
    Guid Id, Moment At, Channel Channel, string? Recipient, Guid? ContactId, string By, string? Summary,
    Moment? DeliveredAt, Moment? BouncedAt, IReadOnlyList<AnswerView> Answers);

/// <summary>An answer, by a person or a machine.</summary>
public sealed record AnswerView(Guid Id, Moment At, bool Automatic, string? From, string? Summary);

/// <summary>The policy that a case runs under.</summary>
/// <param name="Name">Which.</param>
/// <param name="Version">In which version.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why it was moved to it; null: it was opened under it.</param>
public sealed record PinnedView(string Name, int Version, Moment Since, string? Reason);

/// <summary>An embargo.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when; null: until it is lifted.</param>
/// <param name="Reason">Why.</param>
public sealed record EmbargoView(Moment Since, Moment? Until, string Reason);

/// <summary>A promise.</summary>
public sealed record CommitmentView(Guid Id, Moment At, string What, Moment Due, string? From, Moment? KeptAt);

/// <summary>A payment as it is known now; without a value it is unpriced.</summary>
public sealed record PaymentView(
    Guid Id, Moment At, string? Account, string Asset, decimal Amount, UsdValue? Usd, string? PriceSource, string? Reference);

/// <summary>Any other fact.</summary>
/// <param name="Id">Its id, by which it is retracted.</param>
/// <param name="Type">The event's name.</param>
/// <param name="At">When it happened.</param>
/// <param name="Account">The account that it is about.</param>
/// <param name="Text">What it says.</param>
public sealed record FactView(Guid Id, string Type, Moment At, string? Account, string? Text);
