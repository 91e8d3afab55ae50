using System.Text.Json;

namespace Ketman.Dashboard.Incident;

/// <summary>A case as <c>GET /disclosures/{ref}</c> tells it to this reader; moments are days or instants, as the API writes them.</summary>
public sealed record CaseView(
    Guid Id, string Handle, long Version, string Company, string? Title, string? Lead, IReadOnlyList<string> Accounts, string OpenedAt, string Status,
    string StatusSince, string? Outcome, bool PrivacyRequested, string? AcknowledgedAt, string? Reaction, PolicyPin? Policy, string? Severity,
    Embargo? Embargo, IReadOnlyList<Attempt> Outreach, IReadOnlyList<Promise> Commitments, IReadOnlyList<Payment> Payments,
    IReadOnlyList<CaseFact> Facts, IReadOnlyList<CaseFact> Retracted, string Marking, IReadOnlyList<string>? RestrictedTo, string? Assignee,
    IReadOnlyList<string> Tags, IReadOnlyList<WithheldPart>? Withheld);

public sealed record PolicyPin(string Name, int Version, string Since, string? Reason);

public sealed record Embargo(string Since, string? Until, string Reason);

public sealed record Attempt(
    Guid Id, string At, string Channel, string? Recipient, string By, string? Summary, string? DeliveredAt, string? BouncedAt, IReadOnlyList<Answer> Answers);

public sealed record Answer(Guid Id, string At, bool Automatic, string? From, string? Summary);

public sealed record Promise(Guid Id, string At, string What, string Due, string? From, string? KeptAt);

/// <summary>A payment; amounts are exact decimals, a range has its ends apart.</summary>
public sealed record Payment(Guid Id, string At, string? Account, string Asset, decimal Amount, UsdRange? Usd, string? PriceSource, string? Reference);

public sealed record UsdRange(decimal Low, decimal High)
{
    public decimal Mean => (Low + High) / 2;
}

public sealed record CaseFact(Guid Id, string Type, string At, string? Account, string? Text)
{
    /// <summary>The type without its version.</summary>
    public string Kind => Type.Split('.')[0];
}

/// <summary>Something that is left out because it is marked above the reader's clearance.</summary>
public sealed record WithheldPart(string Member, string Marking, int? Count);

/// <summary>Everything that happened, as <c>GET /disclosures/{ref}/timeline</c> tells it.</summary>
public sealed record Timeline(IReadOnlyList<Entry> Entries, IReadOnlyList<WithheldPart>? Withheld);

public sealed record Entry(
    Guid Id, long Version, string Type, string What, string At, string Precision, DateTimeOffset RecordedAt, string RecordedBy, string? Account,
    Retraction? Retracted, Guid? CorrectedBy, JsonElement Details)
{
    /// <summary>A text among what was said; null when it has none of that name, or it is withheld.</summary>
    public string? Said(string member) =>
        Details.ValueKind is JsonValueKind.Object && Details.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ToString()
            : null;
}

public sealed record Retraction(Guid Event, string Reason, DateTimeOffset RecordedAt);

/// <summary>The clocks of a case, as <c>GET /disclosures/{ref}/clocks</c> tells them.</summary>
public sealed record CaseClocks(DateTimeOffset Now, PolicyPinTitled? Policy, IReadOnlyList<ClockView> Items);

public sealed record PolicyPinTitled(string Name, int Version, string Title, string Zone);

public sealed record ClockView(
    string Name, string Clock, Guid? Subject, string Title, string OwedBy, string Status, DateTimeOffset? DueAt, FactRef Anchor, FactRef? Stop,
    bool StoppedBeforeAnchor, IReadOnlyList<ClockPause> Pauses, IReadOnlyList<ClockExtension> Extensions);

public sealed record FactRef(Guid Event, string Type, string At)
{
    public string Kind => Type.Split('.')[0];
}

public sealed record ClockPause(Guid Event, string Cause, DateTimeOffset From, DateTimeOffset? To, string? By, string? Reason);

public sealed record ClockExtension(string At, DateTimeOffset Until, bool Grace, string By, string Reason);

/// <summary>How a due time came about.</summary>
public sealed record ClockExplanation(
    string Disclosure, ClockView Clock, PolicyPinTitled Policy, ExplainedZones Zones, ExplainedRule Rule, ExplainedTime Start, string? Budget, string Counted,
    ExplainedTime? Due, IReadOnlyList<ExplainedInterval> Intervals, IReadOnlyList<ExplainedBreach> Breaches);

public sealed record ExplainedZones(string Calendar, string Reader);

public sealed record ExplainedRule(string Says, bool Taken, DateTimeOffset? Due, string? Why, IReadOnlyList<ExplainedRule>? Parts);

/// <summary>One moment in three zones.</summary>
public sealed record ExplainedTime(string Utc, string Calendar, string Reader);

public sealed record ExplainedInterval(ExplainedTime From, ExplainedTime? To, bool Counted, string Reason, string? Holiday, IReadOnlyList<string>? By);

public sealed record ExplainedBreach(Guid Event, DateTimeOffset DueAt, Annulment? Annulled);

public sealed record Annulment(string At, FactRef By);

/// <summary>The escalation ladder, as <c>GET /disclosures/{ref}/ladder</c> tells it.</summary>
public sealed record Ladder(string Company, string? Policy, int? PolicyVersion, string? Turn, string? Next, string Publication, IReadOnlyList<LadderStep> Steps);

public sealed record LadderStep(
    string Step, string Title, string Kind, string TakenBy, string Status, DateTimeOffset? Due, string? AnchoredAt, string? TakenAt, string? By,
    Guid? OutreachId, string? CancelledAt, string? CancelledBy, string? Text)
{
    public bool CanBeTaken => Status is "coming" or "due";
}

/// <summary>How far a publication is, as <c>GET /disclosures/{ref}/publication</c> tells it.</summary>
public sealed record Publication(
    string Phase, DateTimeOffset? PublishFrom, string? NoticeSent, string? ProposedBy, IReadOnlyList<string> ApprovedBy, DateTimeOffset? ScheduledFor,
    string? HeldBy, string? PublishedAt, string? Url, string? StoppedAt, Guid? StoppedBy, IReadOnlyList<UnmetCondition> Unmet, string Text,
    string Sha256, IReadOnlyList<Leak> Leaks);

public sealed record UnmetCondition(string Name, string Explanation);

/// <summary>What must not leave and stands in a text; offsets count UTF-16 units.</summary>
public sealed record Leak(string Kind, int Offset, int Length);

public sealed record TextCheck(bool Clean, string Sha256, IReadOnlyList<Leak> Leaks);

/// <summary>Whether the stream's hashes and seals hold.</summary>
public sealed record Verification(int Events, int Seals, IReadOnlyList<VerificationFault> Faults, SealStanding Sealed);

public sealed record VerificationFault(string Fault, string Message);

public sealed record SealStanding(long Number, string? Hash, DateTimeOffset? At, long Unsealed);

public sealed record CompanyView(
    Guid Id, string Handle, string Name, string? Zone, string Privacy, IReadOnlyList<CompanyContact>? Contacts);

public sealed record CompanyContact(Guid Id, string? Name, string? Role, string Channel);

/// <summary>The row of the case on the board: what runs out first.</summary>
public sealed record CaseRow(string Disclosure, string? WaitingOn, RowOwed? NextOwed, bool? Overdue, DateTimeOffset? BreachedSince);

public sealed record RowOwed(string Kind, DateTimeOffset? OverdueAt, string? Name, string? Title, string? OwedBy, string? Since, bool Paused, RowThen? Then);

public sealed record RowThen(string Kind, string? Title, string? OwedBy, DateTimeOffset? DueAt);

public sealed record Listed<T>(IReadOnlyList<T> Items);

public sealed record PolicyName(string Name, string? Title);

/// <summary>Of a policy's document only what a final notice must leave the company.</summary>
public sealed record PolicyTerms(PolicyDocument Document);

public sealed record PolicyDocument(PolicyPublication Publication);

public sealed record PolicyPublication(string NoticePeriod, PolicyAccelerated? Accelerated);

public sealed record PolicyAccelerated(string From, string? NoticePeriod);

/// <summary>Everything that the page of one case shows. What its reader may not be told is null, and the page says so.</summary>
public sealed record IncidentView(
    CaseView Case, string ETag, CompanyView? Company, CaseRow? Row, Timeline? Timeline, CaseClocks? Clocks, Ladder? Ladder, Publication? Publication,
    Verification? Verification)
{
    public string Path => "/incidents/" + Uri.EscapeDataString(Case.Handle);

    public bool IsOpen => Case.Status == "open";

    public bool IsClosed => Case.Status == "closed";

    public string CompanyName => Company?.Name ?? Ladder?.Company ?? Case.Company;

    public IEnumerable<Entry> Entries => Timeline?.Entries ?? [];

    /// <summary>Entries of a kind that stand.</summary>
    public IEnumerable<Entry> Standing(string type) => Entries.Where(entry => entry.Type == type && entry.Retracted is null);

    /// <summary>Accounts that the case speaks of, those that it was opened about first.</summary>
    public IEnumerable<string> KnownAccounts => Case.Accounts
        .Concat(Case.Facts.Select(fact => fact.Account).OfType<string>())
        .Concat(Case.Payments.Select(payment => payment.Account).OfType<string>())
        .Distinct();

    /// <summary>Whether something is left out for this reader, by its member, e.g. <c>payments.account</c>.</summary>
    public bool Hides(string member) => Case.Withheld?.Any(part => part.Member == member) == true;

    public Promise? OpenPromise => Case.Commitments.FirstOrDefault(promise => promise.KeptAt is null);
}
