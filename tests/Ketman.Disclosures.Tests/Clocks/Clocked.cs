using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

/// <summary>A case under a policy with every kind of clock; Berlin, Monday to Friday, 09:00 to 17:00.</summary>
internal static class Clocked
{
    public static readonly CalendarDocument Berlin = new()
    {
        Zone = "Europe/Berlin",
        Hours = new[] { "mon", "tue", "wed", "thu", "fri" }.ToDictionary(day => day, _ => (IReadOnlyList<string>)["09:00-17:00"]),
        Holidays = ["2025-02-12"],
    };

    public static readonly ClockTerms FirstOutreach = new(
        "first-outreach", "The team reports", Party.Team, new DueRule(Milestone.Opened, Time: "PT16H", Counted: Counting.Business), [Milestone.FirstAttempt]);

    public static readonly ClockTerms Acknowledgement = new(
        "acknowledgement", "The company answers", Party.Company,
        new DueRule(Milestone.FirstDelivered, Time: "PT24H", Counted: Counting.Business), [Milestone.Acknowledged],
        PausedBy: [PauseCause.InformationRequested], WarnBefore: ["PT4H", "PT24H"]);

    public static readonly ClockTerms Triage = new(
        "triage", "The company says how it takes it", Party.Company,
        new DueRule(Milestone.Acknowledged, Time: "PT16H", Counted: Counting.Business), [Milestone.Triaged], PausedBy: [PauseCause.InformationRequested]);

    public static readonly ClockTerms Revocation = new(
        "access-revocation", "The company revokes access", Party.Company, new DueRule(Milestone.Acknowledged, Time: "P7D"), [Milestone.AccessRevoked],
        PausedBy: [PauseCause.InformationRequested, PauseCause.Embargo], Grace: new GraceTerms("P3D"),
        Variants: [new SeverityVariant(Severity.ActiveHarm, new DueRule(Milestone.Acknowledged, Time: "P1D"))]);

    public static readonly ClockTerms NextUpdate = new(
        "next-update", "The company says how things stand", Party.Company, new DueRule(Milestone.UpdateRequested, Time: "PT16H", Counted: Counting.Business),
        [Milestone.CompanyWord], ClockScope.UpdateRequest);

    public static readonly ClockTerms Resolution = new(
        "resolution", "The case comes to a result", Party.Company, new DueRule(Milestone.FirstDelivered, Time: "P30D"), [Milestone.Resolved]);

    public static readonly ClockTerms Commitment = new(
        "commitment", "The company keeps its word", Party.Company, new DueRule(Milestone.CommitmentDue), [Milestone.CommitmentKept], ClockScope.Commitment,
        PausedBy: [PauseCause.InformationRequested]);

    public static readonly IReadOnlyList<ClockTerms> All = [FirstOutreach, Acknowledgement, Triage, Revocation, NextUpdate, Resolution, Commitment];

    public static readonly DisclosureOpened Began = Opened with { OccurredAt = At("2025-02-03T08:00:00Z") };

    /// <summary>The case was put under these clocks at its opening.</summary>
    public static PolicyPinned Pinned(params IReadOnlyList<ClockTerms> clocks) => PinnedIn(Berlin, clocks);

    public static PolicyPinned PinnedIn(CalendarDocument calendar, params IReadOnlyList<ClockTerms> clocks) => new(
        Began.OccurredAt, "test", 1,
        JsonSerializer.Serialize(
            new PolicyDocument("test", "Test", calendar, clocks, [], new PublicationTerms("P14D", 1, 1, 1, 1, [], "clause")), ContractJson.Options),
        null, null);

    /// <summary>An open case under all clocks in which <paramref name="events"/> followed; the first of them is <see cref="Fact"/> 1.</summary>
    public static Given<Disclosure> Clocked_(params IReadOnlyList<IDomainEvent> events) => Scenario.Given(DisclosureStream.Aggregate, [Began, Pinned(All), .. events]);

    /// <summary>The id of the event number <paramref name="number"/> after opening and pinning, from 1.</summary>
    public static Guid Fact(int number) => Scenario.EventId(number + 2);

    public static string Ref(int number) => Fact(number).ToString("D");

    public static DateTimeOffset Utc(string instant) => At(instant).Start;

    /// <summary>The clock of this name; of several, the first.</summary>
    public static Clock Clock(this Given<Disclosure> given, string name) => given.State.Clock(name);

    public static Clock Clock(this Disclosure state, string name) => CaseClocks.Of(state).First(clock => clock.Terms.Name == name);

    public static ClockStatus Status(this Given<Disclosure> given, string name, string now) => given.Clock(name).StatusAt(Utc(now));

    /// <summary>All that time brings about until then.</summary>
    public static IReadOnlyList<(Guid Id, IDomainEvent Event)> UpTo(Disclosure state, string now) => Disclosures.Deadlines.Proceedings.UpTo(
        state, Utc(now), DateTimeOffset.MinValue, name => DeterministicId.From("scenario", name));

    /// <summary>The state after time went on until then.</summary>
    public static Disclosure After(Disclosure state, string now) => UpTo(state, now).Aggregate(state, (folded, one) => Disclosure.Evolve(folded, one.Id, one.Event));

    /// <summary>The state after a fact was recorded, with what follows from it at once.</summary>
    public static Disclosure Record(Disclosure state, string now, params IDomainEvent[] events)
    {
        var added = events.Select((data, index) => (Id: DeterministicId.From($"recorded {now} {state.Facts.Count + state.Steps.Count}", $"{index}"), Event: data)).ToList();
        var after = added.Aggregate(state, (folded, one) => Disclosure.Evolve(folded, one.Id, one.Event));
        var following = Disclosures.Deadlines.Proceedings.FollowingFrom(after, added, Utc(now)).ToList();
        return following.Select((data, index) => (Id: DeterministicId.From($"following {now} {after.Facts.Count}", $"{index}"), Event: data))
            .Aggregate(after, (folded, one) => Disclosure.Evolve(folded, one.Id, one.Event));
    }
}
