using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Confidential;

/// <summary>
/// Who may know of a case, as its standing facts tell it. It holds for every month as soon as it is known, so it is read from all of
/// them, whatever day the case is looked at.
/// </summary>
/// <param name="Mark">What it was marked with last; null: nothing.</param>
/// <param name="IsPrivate">Whether the company asked for privacy in this case.</param>
/// <param name="EmbargoEnds">When the embargo that was set is over; null: none was, or it is lifted.</param>
/// <param name="People">Who alone may know of it; null: whoever is cleared for it.</param>
/// <param name="FactMarks">What facts were marked with last.</param>
public sealed record CaseConfidentiality(
    Tlp? Mark, bool IsPrivate, DateTimeOffset? EmbargoEnds, IReadOnlyList<string>? People, IReadOnlyDictionary<Guid, Tlp> FactMarks)
{
    private static readonly UInt128 Kinds = new[]
    {
        typeof(EmbargoSet), typeof(EmbargoLifted), typeof(DisclosureRestricted), typeof(DisclosureUnrestricted), typeof(DisclosureMarked), typeof(PrivacyRequested), typeof(FactMarked),
    }.Aggregate(UInt128.Zero, (kinds, type) => kinds | FactKinds.Of(type));

    private static readonly CaseConfidentiality Usual = new(null, false, null, null, new Dictionary<Guid, Tlp>());

    /// <summary>Reads the standing facts of a case.</summary>
    internal static CaseConfidentiality Of(IReadOnlyCollection<Fact> standing) => Of(standing, UInt128.MaxValue);

    /// <summary>Reads the standing facts of a case, of which it is known which kinds there are.</summary>
    internal static CaseConfidentiality Of(IReadOnlyCollection<Fact> standing, UInt128 kinds)
    {
        if ((kinds & Kinds) == UInt128.Zero)
        {
            return Usual;
        }

        var embargo = standing.Where(fact => fact.Said is EmbargoSet or EmbargoLifted).OrderBy(fact => fact.At).ThenBy(fact => fact.Version).LastOrDefault();
        var restriction = standing.Where(fact => fact.Said is DisclosureRestricted or DisclosureUnrestricted).MaxBy(fact => fact.Version);
        return new CaseConfidentiality(
            (standing.Where(fact => fact.Said is DisclosureMarked).MaxBy(fact => fact.Version)?.Said as DisclosureMarked)?.Marking,
            standing.Any(fact => fact.Said is PrivacyRequested),
            embargo?.Said is EmbargoSet set ? Marking.EmbargoEnds(set.Until) : null,
            (restriction?.Said as DisclosureRestricted)?.People,
            standing.Where(fact => fact.Said is FactMarked).OrderBy(fact => fact.Version)
                .GroupBy(fact => ((FactMarked)fact.Said).FactId).ToDictionary(marks => marks.Key, marks => ((FactMarked)marks.Last().Said).Marking));
    }

    /// <summary>The narrowest mark among its facts; TLP:CLEAR: none is marked.</summary>
    public Tlp NarrowestFact => FactMarks.Count == 0 ? Tlp.Clear : FactMarks.Values.Max();

    /// <summary>Whether an embargo stands.</summary>
    public bool IsEmbargoedAt(DateTimeOffset now) => EmbargoEnds > now;

    /// <summary>Whether it is kept from somebody by name.</summary>
    public bool IsRestrictedFor(Reader reader) => People is not null && !People.Contains(reader.Name, StringComparer.Ordinal);

    /// <summary>Whether somebody may know of the case.</summary>
    /// <param name="reader">Who.</param>
    /// <param name="companyIsPrivate">Whether the company wishes privacy, in whatever case.</param>
    /// <param name="now">When.</param>
    public bool Admits(Reader reader, bool companyIsPrivate, DateTimeOffset now) =>
        !IsRestrictedFor(reader) && Marking.OfCase(Mark, companyIsPrivate || IsPrivate, IsEmbargoedAt(now)) <= reader.Clearance;

    /// <summary>
    /// How far an event may go, looked at apart from its case: as it was marked, and no farther than what it rests on, corrects, marks or
    /// takes back.
    /// </summary>
    public Tlp MarkOf(Fact fact, IReadOnlyDictionary<Guid, Fact> byId)
    {
        var marking = FactMarks.GetValueOrDefault(fact.Id);
        return FactMarks.Count > 0 && GroundOf(fact.Said) is { } ground && ground != fact.Id
            ? Marking.Higher(marking, byId.TryGetValue(ground, out var known) ? MarkOf(known, byId) : FactMarks.GetValueOrDefault(ground))
            : marking;
    }

    /// <summary>The fact that another one rests on, corrects, marks or takes back; null: none.</summary>
    internal static Guid? GroundOf(object said) => said switch
    {
        OutreachDelivered it => it.OutreachId,
        OutreachBounced it => it.OutreachId,
        OutreachAnswered it => it.OutreachId,
        DisclosureAcknowledged it => it.OutreachId,
        CommitmentKept it => it.CommitmentId,
        InformationProvided it => it.RequestId,
        PaymentCorrected it => it.PaymentId,
        FactRetracted it => it.FactId,
        FactMarked it => it.FactId,
        SlaBreached it => it.AnchorId,
        BreachAnnulled it => it.FactId,
        EscalationStepTaken it => it.OutreachId,
        EscalationStepCancelled it => it.FactId,
        FinalNoticeGiven it => it.OutreachId,
        PublicationStopped it => it.FactId,
        _ => null,
    };
}
