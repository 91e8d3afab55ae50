using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;
using Ketman.Metrics.Timelines;

namespace Ketman.Metrics.Tests;

/// <summary>Clocks, the ladder and publication: told by the timeline, and no matter to the board and the statement.</summary>
public sealed class ProceedingTests
{
    private static readonly Guid Id = Guid.CreateVersion7();
    private static readonly DateTimeOffset Time = new(2025, 2, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly Moment Day = Moment.On(new DateOnly(2025, 2, 24));

    private static readonly (object Said, string Told)[] Proceedings =
    [
        (new PolicyPinned(Id, "ketman-standard", 2, "shorter terms"), "Runs under the policy ketman-standard, version 2: shorter terms"),
        (new SeverityAssessed(Id, Severity.ActiveHarm, "funds move"), "Severity assessed as active-harm: funds move"),
        (new EmbargoSet(Id, Day, "investigation"), "Embargo until 2025-02-24: investigation"),
        (new EmbargoLifted(Id, "over"), "Embargo lifted: over"),
        (new InformationRequested(Id, "which account?", "their lawyer"), "The company asked us from their lawyer: which account?"),
        (new InformationProvided(Id, Id, null), "We answered what the company asked"),
        (new ClockPaused(Id, null, null, "lena", "holidays"), "lena paused all clocks: holidays"),
        (new ClockResumed(Id, Id, "lena", null), "lena let time run on"),
        (new ClockExtended(Id, "resolution", null, Time, true, "lena", "asked for"), "lena granted grace for resolution until 2025-02-24T09:00:00Z: asked for"),
        (new DeadlineNear(Id, "resolution", null, Time, true), "resolution is due 2025-02-24T09:00:00Z (noticed late)"),
        (new SlaBreached(Id, "resolution", null, Id, Party.Company, false), "The company missed resolution"),
        (new BreachAnnulled(Id, Id, Id), "A missed deadline was not missed after all: annulled"),
        (new EscalationStepDue(Id, "reminder", false), "Step reminder became due"),
        (new EscalationStepTaken(Id, "reminder", Id, "mira", "Hello?"), "mira took the step reminder"),
        (new EscalationStepCancelled(Id, "reminder", Id), "Step reminder became needless"),
        (new FinalNoticeGiven(Id, Id, Time, "clause"), "Final notice: the company may be named from 2025-02-24T09:00:00Z on"),
        (new PublicationProposed(Id, "lena", "silence"), "lena proposed to name the company: silence"),
        (new PublicationApproved(Id, Id, "paul"), "paul approved the publication"),
        (new PublicationScheduled(Id, Id, Time, "lena"), "lena scheduled the publication for 2025-02-24T09:00:00Z"),
        (new PublicationHeld(Id, Id, "mira", "wait"), "mira holds the publication: wait"),
        (new PublicationReleased(Id, Id, "lena", null), "lena released the publication"),
        (new PublicationStopped(Id, null, Id), "The countdown to a publication stopped by itself"),
        (new CompanyNamed(Id, Id, "paul", "https://ketman.example/x", "aa"), "paul named the company in public: https://ketman.example/x"),
        (new PublicationWithdrawn(Id, Id, "lena", "they called"), "lena withdrew the publication: they called"),
        (new DisclosureMarked(Id, Tlp.AmberStrict, "lena", "a source"), "lena marked the case TLP:AMBER+STRICT: a source"),
        (new FactMarked(Id, Id, Tlp.Red, "lena", null), "lena marked a fact TLP:RED"),
        (new DisclosureRestricted(Id, ["lena", "mira"], "lena", "a colleague"), "lena restricted the case to lena, mira: a colleague"),
        (new DisclosureUnrestricted(Id, "lena", null), "lena lifted the restriction of the case"),
        (new DisclosureAssigned(Id, "mira", "lena"), "lena put mira in charge"),
        (new DisclosureUnassigned(Id, "lena"), "lena left nobody in charge"),
        (new DisclosureTagged(Id, "wallet", "lena"), "lena tagged the case wallet"),
        (new DisclosureUntagged(Id, "wallet", "lena"), "lena took the tag wallet away"),
    ];

    [Fact]
    public void every_contract_of_a_case_is_told_in_words()
    {
        foreach (var (said, told) in Proceedings)
        {
            Telling.Tell(said, null).ShouldBe(told);
        }

        Telling.Tell(new EscalationStepTaken(Id, "notify", null, "platform", null), null).ShouldBe("Step notify taken by the platform");
    }

    [Fact]
    public void the_list_has_every_contract_of_the_proceedings() => Proceedings.Select(one => one.Said.GetType()).ShouldBe(
        typeof(PublicationProposed).Assembly.GetTypes().Where(type => type.Namespace == typeof(PublicationProposed).Namespace
            && type.GetCustomAttributes(typeof(ContractAttribute), false).Length > 0 && !s_earlier.Contains(type)), ignoreOrder: true);

    [Fact]
    public void they_change_of_the_statement_what_tells_of_them_and_nothing_of_the_board()
    {
        var facts = SampleMonth.Facts;
        List<Fact> more = [.. facts];
        foreach (var opened in facts.Where(fact => fact.Said is DisclosureOpened))
        {
            more.AddRange(Proceedings.Select((one, index) => new Fact(
                Guid.CreateVersion7(), opened.Subject, 1000 + index, Moment.At(opened.At.Start.AddDays(index)), opened.RecordedAt, "platform", one.Said)));
        }

        var (with, without) = (Statement.Compute(more, Months.February), Statement.Compute(facts, Months.February));
        JsonSerializer.Serialize(with with { Escalations = without.Escalations, Publications = without.Publications }, ContractJson.Options)
            .ShouldBe(JsonSerializer.Serialize(without, ContractJson.Options));
        with.Escalations.Breaches.ShouldBeGreaterThan(0);
        (with.Escalations.StepsDue, with.Publications.Named).ShouldSatisfyAllConditions(one => one.StepsDue.ShouldBeGreaterThan(0), one => one.Named.ShouldBeGreaterThan(0));
        Rows(more).ShouldBe(Rows(facts));
    }

    private static IEnumerable<(Reaction?, WaitingOn, Owed, Guid?)> Rows(IReadOnlyList<Fact> facts) =>
        Casebook.From(facts, Months.Utc).Cases.Select(BoardRow.Of).Select(row => (row.Reaction, row.WaitingOn, row.Owed, row.Promise?.Id));

    private static readonly HashSet<Type> s_earlier =
    [
        typeof(DisclosureOpened), typeof(FindingAdded), typeof(CodeMerged), typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(EngagementEstablished),
        typeof(WorkerConfirmed), typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
        typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(UpdateReceived), typeof(AccessRevoked),
        typeof(ImplantAssessed), typeof(PostExploitationHelpEngaged), typeof(DisclosureResolved), typeof(DisclosureClosed), typeof(DisclosureReopened),
        // A policy is no case: its stream has no timeline.
        typeof(PolicyApplied),
        typeof(PrivacyRequested), typeof(NoteAdded), typeof(FactRetracted), typeof(DisclosureErased),
    ];
}
