using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Tests;

/// <summary>
/// Names and forms on disk and on the wire are contracts: each has a file in Approved. A changed form fails here; then it is a
/// new version beside the old one, whose file stays and must go on loading.
/// </summary>
public sealed class ApprovedFormsTests
{
    private static readonly Guid Case = new("01950000-0000-7000-8000-000000000001");
    private static readonly Guid Account = new("01950000-0000-7000-8000-00000000acc0");
    private static readonly Guid Fact = new("01950000-0000-7000-8000-00000000fac7");
    private static readonly Moment Day = Moment.On(new DateOnly(2025, 2, 3));
    private static readonly Moment Instant = Moment.At(new DateTimeOffset(2025, 2, 4, 9, 30, 0, 250, TimeSpan.Zero));

    private static readonly DateTimeOffset Later = new(2025, 3, 7, 17, 0, 0, TimeSpan.Zero);

    /// <summary>One event of each kind with every member filled.</summary>
    private static readonly IReadOnlyList<IDomainEvent> Full =
    [
        new DisclosureOpened(Day, "halcyon-2025-02", new Guid("01950000-0000-7000-8000-00000000c0de"), "A contributor is an insider",
            new Guid("01950000-0000-7000-8000-000000001ead"), [Account]),
        new FindingAdded(Instant, "Shared deploy keys", Account, "https://example.org/keys", new string('a', 64)),
        new CodeMerged(Day, Account, "halcyon/core", "https://example.org/halcyon/core/7"),
        new PaymentRecorded(Day, Account, "UNI", 400.5m, new UsdValue(4800m, 5200.25m), "low and high of the day", "0x5f3a"),
        new PaymentCorrected(Day, Fact, Account, "USDC", 5000m, new UsdValue(5000m, 5000m), "at par", "0x5f3b", "another token"),
        new EngagementEstablished(Day, Account, ActorRole.Facilitator),
        new WorkerConfirmed(Day, Account, ConfirmationBasis.HighCertainty),
        new OutreachAttempted(Instant, Channel.BugBounty, "security contact", new Guid("01950000-0000-7000-8000-00000000c047"), "mira", "Signals report"),
        new OutreachDelivered(Instant, Fact),
        new OutreachBounced(Instant, Fact, "mailbox unknown"),
        new OutreachAnswered(Instant, Fact, Automatic: true, "security desk", "ticket opened"),
        new DisclosureAcknowledged(Instant, Fact, new Guid("01950000-0000-7000-8000-00000000a453"), Channel.Email, "head of security"),
        new ReactionClassified(Instant, Reaction.WarRoom, "within the hour"),
        new CommitmentMade(Instant, "revoke the access", Moment.On(new DateOnly(2025, 2, 14)), "head of security"),
        new CommitmentKept(Day, Fact),
        new UpdateRequested(Instant, Channel.Telegram, "is the access revoked?"),
        new UpdateReceived(Instant, "keys are rotated"),
        new AccessRevoked(Day, Account, "deploy keys"),
        new ImplantAssessed(Day, Found: false, "all merges reviewed"),
        new PostExploitationHelpEngaged(Day, "a response firm", "search for persistence"),
        new DisclosureResolved(Day, ResolutionOutcome.Removed, "the worker is out"),
        new DisclosureClosed(Day, "nothing is owed any more"),
        new DisclosureReopened(Day, "a second account"),
        new PrivacyRequested(Day, "asked by its counsel"),
        new NoteAdded(Instant, "call on \"Thursday\""),
        new FactRetracted(Instant, Fact, "belongs to another case"),
        new DisclosureErased(Instant),
        new PolicyPinned(Instant, "ketman-standard", 2, "{}", """{"hours":"24x7","zone":"Europe/Zurich"}""", "agreed with the company"),
        new SeverityAssessed(Instant, Severity.ActiveHarm, "funds are moving"),
        new EmbargoSet(Instant, Day, "an investigation goes on"),
        new EmbargoLifted(Instant, "it is over"),
        new InformationRequested(Instant, "which commits?", "head of security"),
        new InformationProvided(Instant, Fact, "a list of them"),
        new ClockPaused(Instant, "acknowledgement", Fact, "mira", "their office is closed"),
        new ClockResumed(Instant, Fact, "mira", "they are back"),
        new ClockExtended(Instant, "resolution", Fact, Later, Grace: true, "mira", "a release is planned"),
        new DeadlineNear(Instant, "acknowledgement", Fact, Later, CaughtUp: true),
        new SlaBreached(Instant, "acknowledgement", Fact, Account, Party.Company, CaughtUp: true),
        new BreachAnnulled(Instant, Fact, Account),
        new EscalationStepDue(Instant, "reminder", CaughtUp: true),
        new EscalationStepTaken(Instant, "reminder", Fact, "mira", "We wrote to you last week"),
        new EscalationStepCancelled(Instant, "reminder", Fact),
        new FinalNoticeGiven(Instant, Fact, Later, "We will name you from then on"),
        new PublicationProposed(Instant, "mira", "nothing came in six weeks"),
        new PublicationApproved(Instant, Fact, "tomas"),
        new PublicationScheduled(Instant, Fact, Later, "mira"),
        new PublicationHeld(Instant, Fact, "mira", "a call is announced"),
        new PublicationReleased(Instant, Fact, "mira", "there was no call"),
        new PublicationStopped(Instant, Fact, Account),
        new CompanyNamed(Instant, Fact, "mira", "https://example.org/statement", new string('b', 64)),
        new PolicyApplied(Instant, "ketman-standard", 2, "{}", new string('c', 64), "mira", "two more days to acknowledge"),
        new PublicationWithdrawn(Instant, Fact, "tomas", "they removed the worker"),
        new DisclosureMarked(Instant, Tlp.AmberStrict, "mira", "a source would show"),
        new FactMarked(Instant, Fact, Tlp.Red, "mira", "a source would show"),
        new DisclosureRestricted(Instant, ["ines", "mira"], "mira", "one of us is named in it"),
        new DisclosureUnrestricted(Instant, "mira", "it is settled"),
        new DisclosureAssigned(Instant, "ines", "mira"),
        new DisclosureUnassigned(Instant, "mira"),
        new DisclosureTagged(Instant, "wallet-drainer", "mira"),
        new DisclosureUntagged(Instant, "wallet-drainer", "mira"),
    ];

    public static TheoryData<string> Events => [.. DisclosureStream.Events.Names];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Approved");

    [Fact]
    public void every_event_is_registered_under_a_versioned_name()
    {
        var events = typeof(Disclosure).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IDomainEvent)));

        DisclosureStream.Events.Current.Keys.ShouldBe(events, ignoreOrder: true);
        DisclosureStream.Events.Names.ShouldAllBe(name => System.Text.RegularExpressions.Regex.IsMatch(name, "^[a-z]+(-[a-z]+)*\\.v[1-9][0-9]*$"));
    }

    [Fact]
    public void every_event_has_an_example_with_every_member_filled()
    {
        Full.Select(one => one.GetType()).ShouldBe(DisclosureStream.Events.Current.Keys, ignoreOrder: true);
        Full.SelectMany(one => one.GetType().GetProperties().Where(member => member.GetValue(one) is null).Select(member => $"{one.GetType().Name}.{member.Name}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void every_approved_file_belongs_to_a_form_and_every_form_has_one()
    {
        Files("Events").ShouldBe(DisclosureStream.Events.Names, ignoreOrder: true);
        Files("Contracts").ShouldBe(Full.Select(ContractName), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void an_event_has_the_approved_form_on_disk(string name)
    {
        var example = Full.Single(one => DisclosureStream.Events.NameOf(one.GetType()) == name);

        Indented(EventTypes.Write(example)).ShouldBe(Approved("Events", name));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void every_form_that_was_ever_on_disk_still_loads(string name)
    {
        var loaded = DisclosureStream.Events.Read(name, File.ReadAllBytes(Path.Combine(Folder, "Events", name + ".json")));

        // What can be written again as the same is what was read; an upcast form is written in its newest one.
        var newest = DisclosureStream.Events.NameOf(loaded.GetType());
        Indented(EventTypes.Write(loaded)).ShouldBe(Approved("Events", newest));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void an_event_without_what_may_be_left_out_loads_as_it_was_stored(string name)
    {
        var type = DisclosureStream.Events.Current.Single(known => known.Value == name).Key;
        var stored = (JsonObject)JsonNode.Parse(Approved("Events", name))!;
        var nullability = new System.Reflection.NullabilityInfoContext();
        foreach (var member in type.GetProperties().Where(member => nullability.Create(member).ReadState is System.Reflection.NullabilityState.Nullable))
        {
            stored.Remove(JsonNamingPolicy.CamelCase.ConvertName(member.Name)).ShouldBeTrue();
        }

        var bytes = Encoding.UTF8.GetBytes(stored.ToJsonString());
        Indented(EventTypes.Write(DisclosureStream.Events.Read(name, bytes))).ShouldBe(Indented(bytes));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void an_event_is_told_to_others_in_the_approved_form(string name)
    {
        var example = Full.Single(one => DisclosureStream.Events.NameOf(one.GetType()) == name);
        var contract = ContractOf(example);

        var json = JsonSerializer.SerializeToUtf8Bytes(contract, contract.GetType(), ContractJson.Options);

        Indented(json).ShouldBe(Approved("Contracts", ContractName(example)));
        var read = JsonSerializer.Deserialize(json, contract.GetType(), ContractJson.Options);
        Indented(JsonSerializer.SerializeToUtf8Bytes(read, contract.GetType(), ContractJson.Options)).ShouldBe(Indented(json));
    }

    private static object ContractOf(IDomainEvent example) => DisclosureContracts.ToContract(Case, new RecordedEvent(
        1, Fact, DisclosureStream.Aggregate.StreamOf(Case), 1, DisclosureStream.Events.NameOf(example.GetType()), example, "",
        new EventMetadata(DateTimeOffset.UnixEpoch, "mira", Fact, null, null, null))).ShouldNotBeNull();

    // ketman:outreach-attempted:v1 lies in outreach-attempted.v1.json.
    private static string ContractName(IDomainEvent example) =>
        ContractJson.UrnOf(ContractOf(example).GetType()).Replace("ketman:", "", StringComparison.Ordinal).Replace(':', '.');

    private static IEnumerable<string> Files(string kind) =>
        Directory.EnumerateFiles(Path.Combine(Folder, kind)).Select(file => Path.GetFileNameWithoutExtension(file));

    private static string Approved(string kind, string name) => File.ReadAllText(Path.Combine(Folder, kind, name + ".json")).Trim();

    private static string Indented(byte[] json) => JsonSerializer.Serialize(JsonDocument.Parse(json), Pretty);

    private static readonly JsonSerializerOptions Pretty = new(ContractJson.Options) { WriteIndented = true };
}
