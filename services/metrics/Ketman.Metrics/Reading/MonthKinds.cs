using System.Collections.Frozen;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;

namespace Ketman.Metrics.Reading;

/// <summary>Which kinds of facts the statement of a month is made of. The migrations that index them still call it by its former name, MonthFacts.</summary>
internal static class MonthKinds
{
    // By which a case counts in the month in which they happened. The index facts_counted has these kinds and those of accounts.
    public static readonly Type[] OfCases =
    [
        typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(WorkerConfirmed), typeof(ImplantAssessed), typeof(PostExploitationHelpEngaged),
        typeof(EscalationStepDue), typeof(EscalationStepTaken), typeof(EscalationStepCancelled), typeof(SlaBreached), typeof(FinalNoticeGiven),
        typeof(PublicationProposed), typeof(PublicationApproved), typeof(CompanyNamed), typeof(PublicationStopped), typeof(PublicationWithdrawn),
    ];

    public static readonly Type[] OfAccounts =
        [typeof(AccountIndexed), typeof(AccountConfirmed), typeof(AccountActivityObserved), typeof(AccountEmploymentObserved)];

    // By which an account works in a case.
    public static readonly Type[] OfWork =
        [typeof(CodeMerged), typeof(EngagementEstablished), typeof(AccessRevoked), typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(WorkerConfirmed)];

    // What is needed of every case of a company, to know to whom the company may be named.
    public static readonly Type[] Access =
    [
        typeof(DisclosureOpened), typeof(FactRetracted), typeof(PrivacyRequested), typeof(EmbargoSet), typeof(EmbargoLifted), typeof(DisclosureMarked),
        typeof(DisclosureRestricted), typeof(DisclosureUnrestricted),
    ];

    // What of a case is needed that was not opened in the month.
    public static readonly Type[] Narrow =
    [
        .. Access, .. OfCases.Union(OfWork), typeof(BreachAnnulled),
    ];

    /// <summary>What else is needed of one that was: how the company took it.</summary>
    public static readonly Type[] OfContact =
    [
        typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
        typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(DisclosureResolved), typeof(DisclosureClosed),
        typeof(DisclosureReopened),
    ];

    public static readonly Type[] Whole = [.. Narrow, .. OfContact];

    // What holds for every month as soon as it is known.
    public static readonly Type[] Timeless = [.. Access, typeof(BreachAnnulled), typeof(PublicationWithdrawn)];

    private static readonly FrozenSet<string> Counted = Indexed.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> OfAccess = Access.Select(ContractJson.UrnOf).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The kinds that the index on what counts must have.</summary>
    public static IEnumerable<string> Indexed => new[] { OfCases, OfAccounts, [typeof(DisclosureOpened)] }.SelectMany(types => types).Select(ContractJson.UrnOf);

    /// <summary>The kinds that the index on who worked where must have.</summary>
    public static IEnumerable<string> IndexedWork => OfWork.Select(ContractJson.UrnOf);

    /// <summary>Whether a case counts in the month in which such a fact happened.</summary>
    public static bool Counts(string type) => Counted.Contains(type);

    /// <summary>Whether such a fact changes who may know of a case, and so which other cases of its company are needed.</summary>
    public static bool IsOfAccess(string type) => OfAccess.Contains(type);

    /// <summary>The kinds as a list in SQL.</summary>
    public static string In(IEnumerable<Type> types) => string.Join(", ", types.Select(type => $"'{ContractJson.UrnOf(type)}'"));
}
