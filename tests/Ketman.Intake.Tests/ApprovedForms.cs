using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Intake.Accounts;
using Ketman.Intake.Assessments;
using Ketman.Intake.Companies;
using Ketman.Intake.Leads;

namespace Ketman.Intake.Tests;

public sealed class ApprovedForms
{
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly Moment Day = Moment.On(new DateOnly(2025, 2, 3));
    private static readonly Moment Instant = Moment.At(new DateTimeOffset(2025, 2, 3, 14, 5, 6, TimeSpan.Zero));
    private static readonly Guid Stream = new("01950000-0000-7000-8000-000000000001");
    private static readonly Guid Event = new("01950000-0000-7000-8000-00000000c0de");
    private static readonly Guid Other = new("01950000-0000-7000-8000-0000000000aa");

    private static readonly IReadOnlyList<IDomainEvent> Examples =
    [
        new CompanyRegistered("halcyon", "Halcyon Finance", "halcyon.example", ["github.com/halcyon/core"], 120, "Europe/Berlin", Instant),
        new CompanyChanged("Halcyon Labs", "halcyon.example", ["github.com/halcyon/core"], 98, "Europe/Berlin", Instant),
        new ContactAdded("Ada", "security", Channel.Email, "security@halcyon.example", true, Instant),
        new ContactVerified(Other, "called back", Instant),
        new ContactRemoved(Other, Instant),
        new CompanyCalendarSet(
            new CalendarDocument { Zone = "Europe/Berlin", Hours = new Dictionary<string, IReadOnlyList<string>> { ["mon"] = ["09:00-17:00"] }, Holidays = ["2025-12-25"] }, Instant),
        new PrivacyWished(PrivacyWish.Private, "ongoing audit", Instant),
        new AccountRegistered(Platform.Github, "octocat", 2019, "moss", "seen twice", Instant),
        new AccountFlagged("odd hours", "https://evidence.example/1", Day),
        new AccountIndexed(true, ["halcyon"], "https://evidence.example/1", Day),
        new AccountConfirmed("https://evidence.example/1", Day),
        new AccountCleared("met in person", Day),
        new ActivityObserved(true, Day),
        new EmploymentObserved(["halcyon"], Day),
        new AccountLinked(Other, LinkKind.SameWallet, "tx 1", Instant),
        new AccountAttributed("moss", Instant),
        new AccountMerged(Other, "same wallet", Instant),
        new LeadOpened("odd-hours", "Commits at odd hours", Other, [Other], Day),
        new EvidenceAdded("screenshot", "https://evidence.example/1", Hash, Instant),
        new LeadDisclosed(Other, Day),
        new LeadDismissed("lives in Lisbon", Instant),
        new LeadMerged(Other, Instant),
        new ContactErased(Other, Instant),
        new AccountErased(Other, Instant),
        new LeadErased(Instant),
        new AssessmentOpened(Other, 1, Day),
        new QuestionAnswered(Other, "met-in-person", "no", "ada", "their engineering lead", "https://evidence.example/1", "cancelled twice", Instant),
        new AnswerWithdrawn(Other, Event, "asked the wrong person", Instant),
        new AssessmentConcluded(Other, Advice.GatherEvidence, ActorRole.Worker, [InsiderGoal.Revenue, InsiderGoal.SanctionsEvasion], "ada", "nobody has met the person", Day),
    ];

    [Fact]
    public void every_event_is_stored_in_its_approved_form()
    {
        Examples.Select(example => example.GetType()).ShouldBe(IntakeEvents.Types.Current.Keys, ignoreOrder: true);
        foreach (var example in Examples)
        {
            Approved.ShouldBeApproved("Events", IntakeEvents.Types.NameOf(example.GetType()), example);
        }
    }

    [Fact]
    public void every_form_that_was_ever_stored_loads()
    {
        Approved.Names("Events").ShouldBe(IntakeEvents.Types.Names, ignoreOrder: true);
        foreach (var name in Approved.Names("Events"))
        {
            var stored = Approved.Read("Events", name);

            var written = EventTypes.Write(IntakeEvents.Types.Read(name, stored));

            JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(stored)).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void every_event_but_those_of_assessments_is_published_in_its_approved_form()
    {
        var contracts = Examples.Where(example => !IsOfAnAssessment(example)).Select(example => Publish(example).ShouldNotBeNull(example.GetType().Name)).ToList();

        contracts.Select(contract => ContractJson.UrnOf(contract.GetType())).ShouldBe(
            ContractJson.All.Where(pair => pair.Value.Namespace == "Ketman.Contracts.Intake").Select(pair => pair.Key), ignoreOrder: true);
        foreach (var contract in contracts)
        {
            var attribute = contract.GetType().GetCustomAttribute<ContractAttribute>()!;
            Approved.ShouldBeApproved("Contracts", $"{attribute.Name}.v{attribute.Version}", contract);
        }
    }

    [Fact]
    public void nothing_of_an_assessment_is_published()
    {
        var ofAssessments = Examples.Where(IsOfAnAssessment).ToList();
        ofAssessments.Count.ShouldBe(4);
        foreach (var example in ofAssessments)
        {
            Publish(example).ShouldBeNull(example.GetType().Name);
        }
    }

    [Fact]
    public void what_is_said_of_a_person_does_not_leave_the_service_but_for_handles_and_actors()
    {
        string[] handles = ["octocat", "moss", "odd-hours"];
        foreach (var example in Examples.Where(example => !IsOfAnAssessment(example)))
        {
            var contract = Publish(example)!;
            var published = Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(contract, contract.GetType(), ContractJson.Options));

            PersonalMembers(example.GetType()).Select(member => member.GetValue(example)).OfType<string>()
                .Except(handles).Where(text => published.Contains(text, StringComparison.Ordinal)).ShouldBeEmpty(example.GetType().Name);
        }
    }

    [Fact]
    public void what_says_something_about_a_person_is_marked_for_erasure() =>
        Examples.SelectMany(example => PersonalMembers(example.GetType()).Select(member => $"{example.GetType().Name}.{member.Name}")).ShouldBe(
        [
            "ContactAdded.Name", "ContactAdded.Address", "ContactVerified.How", "AccountRegistered.Handle",
            "AccountRegistered.Actor", "AccountRegistered.Note",
            "AccountFlagged.Reason", "AccountFlagged.Evidence", "AccountIndexed.Evidence", "AccountConfirmed.Evidence", "AccountCleared.Reason",
            "AccountLinked.Evidence", "AccountAttributed.Actor", "AccountMerged.Reason", "LeadOpened.Handle", "LeadOpened.Summary", "EvidenceAdded.Description", "EvidenceAdded.Url",
            "LeadDismissed.Reason",
            "QuestionAnswered.Answer", "QuestionAnswered.From", "QuestionAnswered.Evidence", "QuestionAnswered.Note", "AnswerWithdrawn.Reason",
            "AssessmentConcluded.Summary",
        ]);

    private static bool IsOfAnAssessment(IDomainEvent example) => example.GetType().Namespace == typeof(Assessment).Namespace;

    private static IEnumerable<PropertyInfo> PersonalMembers(Type type) =>
        type.GetProperties().Where(member => member.GetCustomAttribute<PersonalDataAttribute>() is not null);

    private static object? Publish(IDomainEvent data) => IntakeContracts.ToContract(Stream, new RecordedEvent(
        1, Event, $"company-{Stream}", 1, IntakeEvents.Types.NameOf(data.GetType()), data, "",
        new EventMetadata(Instant.Start, "analyst", Event, null, null, null)));
}
