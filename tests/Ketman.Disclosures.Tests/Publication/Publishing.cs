using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Publication;

/// <summary>
/// A case in which everything that the gate asks for has happened, one event after the other: what comes before event number n is the
/// case before that step. Days are days in Berlin.
/// </summary>
internal static class Publishing
{
    public const string Clause = "If we hear nothing by {publish-from}, we will name {company} in public.";
    public const string Filled = "If we hear nothing by 2025-02-24, we will name Halcyon Labs in public.";

    public static readonly PolicyDocument Document = new(
        "test", "Test", new CalendarDocument { Zone = "Europe/Berlin", Hours = null }, [],
        [new LadderTerms("final-notice", "Say that the company will be named", StepKind.FinalNotice, new DueRule(Milestone.FirstAttempt, Time: "P5D"), [])],
        new PublicationTerms("P14D", 3, 2, 2, 2, [Milestone.CompanyWord], Clause, new AcceleratedTerms(Severity.ActiveHarm, "P3D", 2, 1, 1)));

    /// <summary>What Intake says when nothing is in the way.</summary>
    public static readonly Clearance Cleared = new(PrivacyWish.None, "Halcyon Labs", ["halcyon", "halcyon.example"], [new(GuardedKind.Account, "quietfox")]);

    public static readonly SeverityAssessed ActiveHarm = new(At("2025-02-09T09:00:00Z"), Severity.ActiveHarm, "funds move");

    /// <summary>The whole way up to the moment at which the company may be named.</summary>
    public static readonly IReadOnlyList<IDomainEvent> Way =
    [
        /* 1 */ Opened with { OccurredAt = At("2025-02-03T08:00:00Z") },
        /* 2 */ Pin(Document),
        /* 3 */ new CodeMerged(On("2024-11-04"), Fox, "github.com/halcyon/core", null),
        /* 4 */ new PaymentRecorded(On("2024-11-30"), Fox, "USDC", 5000m, new UsdValue(5000m, 5000m), "at par", "0x5f3a"),
        /* 5 */ new WorkerConfirmed(On("2025-02-03"), Fox, ConfirmationBasis.HighCertainty),
        /* 6 */ new FindingAdded(On("2025-02-03"), "shared keys", Fox, "https://evidence.example/keys", null),
        /* 7 */ new OutreachAttempted(At("2025-02-04T09:00:00Z"), Channel.Email, "security contact", null, "mira", null),
        /* 8 */ new OutreachAttempted(At("2025-02-06T09:00:00Z"), Channel.Telegram, "a maintainer", null, "mira", null),
        /* 9 */ new OutreachAttempted(At("2025-02-10T09:00:00Z"), Channel.Email, "security contact", null, "lena", "Final notice"),
        /* 10 */ new FinalNoticeGiven(At("2025-02-10T09:00:00Z"), Id(9), Utc("2025-02-24T09:00:00Z"), Filled),
        /* 11 */ new PublicationProposed(At("2025-02-24T10:00:00Z"), "lena", "silence"),
        /* 12 */ new PublicationApproved(At("2025-02-24T11:00:00Z"), Id(11), "paul"),
        /* 13 */ new PublicationApproved(At("2025-02-24T12:00:00Z"), Id(11), "rita"),
        /* 14 */ new PublicationScheduled(At("2025-02-24T13:00:00Z"), Id(11), Utc("2025-02-26T09:00:00Z"), "lena"),
    ];

    public const int Noticed = 10;
    public const int Proposed = 11;
    public const int Agreed = 13;
    public const int Scheduled = 14;

    public static Guid Id(int number) => Scenario.EventId(number);

    public static DateTimeOffset Utc(string instant) => At(instant).Start;

    public static PolicyPinned Pin(PolicyDocument document) =>
        new(At("2025-02-03T08:00:00Z"), document.Name, 1, JsonSerializer.Serialize(document, ContractJson.Options), null, null);

    /// <summary>The first events of the way, and what followed instead of the rest.</summary>
    public static IReadOnlyList<IDomainEvent> Up(int to, params IReadOnlyList<IDomainEvent> then) => [.. Way.Take(to), .. then];

    /// <summary>The way with one event replaced; null: with one that says nothing instead, so that all others keep their ids.</summary>
    public static IReadOnlyList<IDomainEvent> Without(int number, int to, IDomainEvent? instead = null) =>
        [.. Way.Take(to).Select((happened, index) => index + 1 == number ? instead ?? new NoteAdded(happened.OccurredAt, "nothing") : happened)];

    public static Disclosure State(IReadOnlyList<IDomainEvent> events) => Scenario.Given(DisclosureStream.Aggregate, events).State;

    /// <summary>Decides, as somebody, at a time, knowing what Intake says.</summary>
    public static Outcome When<TCommand>(
        IReadOnlyList<IDomainEvent> events, Func<Disclosure, TCommand, CommandContext, Decision> decide, TCommand command, string now,
        string by = "lena", Clearance? clearance = null) =>
        new(decide(State(events), command, Context(Utc(now), Scenario.CommandId, by, clearance)));

    public static CommandContext Context(DateTimeOffset now, Guid command, string by, Clearance? clearance = null) =>
        new(now, command, by, DisclosureStream.Aggregate.StreamOf(Scenario.Id), new Dictionary<Reference, Guid>(), Scenario.Ref)
        {
            Details = new Dictionary<Reference, object> { [new Reference(Clearance.Kind, Scenario.Ref)] = clearance ?? Cleared },
        };

    /// <summary>It is refused for exactly these conditions.</summary>
    public static void ThenUnmet(this Outcome outcome, params string[] conditions)
    {
        outcome.ThenRefused("publication-conditions");
        outcome.Decision.Rule!.Conditions.Select(one => one.Name).ShouldBe(conditions);
    }

    /// <summary>What follows at once from one more event.</summary>
    public static IReadOnlyList<IDomainEvent> Following(IReadOnlyList<IDomainEvent> events, IDomainEvent added)
    {
        var id = Id(events.Count + 1);
        return [.. Proceedings.FollowingFrom(State([.. events, added]), [(id, added)], added.OccurredAt.Start)];
    }
}
