using Ketman.Contracts;
using Ketman.Disclosures.Assignment;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Commitments;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Evidence;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Outreach;
using Ketman.Disclosures.Payments;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.Disclosures.Response;
using Ketman.Disclosures.Tests.Clocks;
using Ketman.Disclosures.Tests.Ladder;
using Ketman.Disclosures.Workers;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;
using Gated = Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Decisions;

/// <summary>What holds for every command alike.</summary>
public sealed class RepetitionTests
{
    private static readonly Moment Past = On("2025-02-18");

    private static readonly IReadOnlyList<Example> Examples =
    [
        Of(new OpenDisclosure("halcyon", "halcyon-2025-02"), OpenDisclosure.Decide, NoCase),
        Of(new ResolveDisclosure(ResolutionOutcome.Kept), ResolveDisclosure.Decide, Case()),
        Of(new CloseDisclosure("over"), CloseDisclosure.Decide, Case()),
        Of(new ReopenDisclosure("again"), ReopenDisclosure.Decide, Case(Closed)),
        Of(new RequestPrivacy(), RequestPrivacy.Decide, Case()),
        Of(new AddNote("a note"), AddNote.Decide, Case()),
        Of(new RetractFact(Ref(1), "a slip"), RetractFact.Decide, Case(Paid)),
        Of(new AddFinding("shared keys"), AddFinding.Decide, Case()),
        Of(new RecordMerge("github:fox", "halcyon/core", At: Past), RecordMerge.Decide, Case()),
        Of(new RecordPayment("github:fox", "USDC", 1m, At: Past), RecordPayment.Decide, Case()),
        Of(new CorrectPayment(Ref(1), "github:fox", "USDC", 1m, "a slip", At: Past), CorrectPayment.Decide, Case(Paid)),
        Of(new EstablishEngagement("github:fox", At: Past), EstablishEngagement.Decide, Case()),
        Of(new ConfirmWorker("github:fox", ConfirmationBasis.WithCompany, Past), ConfirmWorker.Decide, Case()),
        Of(new RevokeAccess("github:fox", At: Past), RevokeAccess.Decide, Case()),
        Of(new LogOutreach(Channel.Email, Outcome: OutreachOutcome.Answered), LogOutreach.Decide, Case()),
        Of(new RecordDelivery(Ref(1)), RecordDelivery.Decide, Case(Mailed)),
        Of(new RecordBounce(Ref(1)), RecordBounce.Decide, Case(Mailed)),
        Of(new RecordAnswer(Ref(1)), RecordAnswer.Decide, Case(Mailed)),
        Of(new Acknowledge(), Acknowledge.Decide, Case()),
        Of(new ClassifyReaction(Reaction.Silent), ClassifyReaction.Decide, Case()),
        Of(new MakeCommitment("revoke", On("2025-03-01")), MakeCommitment.Decide, Case()),
        Of(new KeepCommitment(Ref(1)), KeepCommitment.Decide, Case(Promised)),
        Of(new RequestUpdate(), RequestUpdate.Decide, Case()),
        Of(new ReceiveUpdate("we are on it"), ReceiveUpdate.Decide, Case()),
        Of(new AssessImplant(false), AssessImplant.Decide, Case()),
        Of(new EngageHelp(), EngageHelp.Decide, Case()),
        Of(new AssessSeverity(Severity.High, "deploy keys"), AssessSeverity.Decide, Case()),
        Of(new SetEmbargo("an investigation"), SetEmbargo.Decide, Case()),
        Of(new LiftEmbargo("it is over"), LiftEmbargo.Decide, Case(new EmbargoSet(On("2025-02-05"), null, "an investigation"))),
        Of(new RequestInformation("which commits?"), RequestInformation.Decide, Case()),
        Of(new ProvideInformation(Ref(1)), ProvideInformation.Decide, Case(new InformationRequested(On("2025-02-05"), "which commits?", null))),
        Of(new MigratePolicy("zdi-120", "agreed"), MigratePolicy.Decide, Case()),
        Of(new PauseClock("holidays"), PauseClock.Decide, Clocked.Clocked_()),
        Of(new ResumeClock(Clocked.Ref(1)), ResumeClock.Decide, Clocked.Clocked_(new ClockPaused(On("2025-02-05"), null, null, "ines", "holidays"))),
        Of(new ExtendClock("first-outreach", On("2025-02-21"), "ill", At: At("2025-02-03T10:00:00Z")), ExtendClock.Decide, Clocked.Clocked_()),
        Of(new MarkDisclosure(Tlp.Red), MarkDisclosure.Decide, Case()),
        Of(new MarkFact(Ref(1), Tlp.Red), MarkFact.Decide, Case(Paid)),
        Of(new RestrictDisclosure(["analyst", "ines"]), RestrictDisclosure.Decide, Case()),
        Of(new UnrestrictDisclosure(), UnrestrictDisclosure.Decide, Case(new DisclosureRestricted(On("2025-02-05"), ["analyst"], "analyst", null))),
        Of(new Assign("mira"), Assign.Decide, Case()),
        Of(new Unassign(), Unassign.Decide, Case(new DisclosureAssigned(On("2025-02-05"), "mira", "ines"))),
        Of(new TagDisclosure("wallet"), TagDisclosure.Decide, Case()),
        Of(new UntagDisclosure("wallet"), UntagDisclosure.Decide, Case(new DisclosureTagged(On("2025-02-05"), "wallet", "ines"))),
        Of(new EraseDisclosure(), EraseDisclosure.Decide, Case(Closed)),
        Publishing(new TakeStep("other-channel", Channel: Channel.Signal), TakeStep.Decide, Climbing.Up()),
        Publishing(new GiveFinalNotice(On("2025-06-01"), Channel: Channel.Email), GiveFinalNotice.Decide, Gated.Up(8)),
        Publishing(new ProposePublication("silence"), ProposePublication.Decide, Gated.Up(Gated.Noticed)),
        Publishing(new ApprovePublication(), ApprovePublication.Decide, Gated.Up(Gated.Proposed)),
        Publishing(new SchedulePublication(On("2025-06-01")), SchedulePublication.Decide, Gated.Up(Gated.Agreed)),
        Publishing(new HoldPublication("wait"), HoldPublication.Decide, Gated.Up(Gated.Proposed)),
        Publishing(new ReleasePublication(), ReleasePublication.Decide, Gated.Up(Gated.Proposed, new PublicationHeld(On("2025-02-25"), Gated.Id(11), "mira", "wait"))),
        Publishing(new Publish("https://ketman.example/halcyon"), Publish.Decide, Gated.Up(Gated.Scheduled)),
        Publishing(new WithdrawPublication("they called"), WithdrawPublication.Decide, Gated.Up(Gated.Proposed)),
    ];

    public static TheoryData<string> Names => [.. Examples.Select(example => example.Command.Name)];

    [Fact]
    public void every_command_has_an_example() => typeof(Disclosure).Assembly.GetTypes()
        .Where(type => type.GetMethod("Decide") is { } decide && decide.ReturnType == typeof(Decision) && decide.GetParameters()[0].ParameterType == typeof(Disclosure))
        .ShouldBe(Examples.Select(example => example.Command), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void a_command_carried_out_does_nothing_when_it_is_repeated(string name)
    {
        var example = Examples.Single(one => one.Command.Name == name);

        var first = example.Decide(example.Given);
        var state = first.Events.Select((happened, ordinal) => (Id: New(ordinal), happened))
            .Aggregate(example.Given, (folded, one) => Disclosure.Evolve(folded, one.Id, one.happened));
        var second = example.Decide(state);

        first.Events.ShouldNotBeEmpty();
        second.Rule.ShouldBeNull();
        second.Events.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void there_is_no_command_on_a_case_that_was_never_opened(string name)
    {
        var example = Examples.Single(one => one.Command.Name == name);
        if (example.Command == typeof(OpenDisclosure))
        {
            return;
        }

        example.Decide(NoCase.State).Rule.ShouldNotBeNull().Name.ShouldBe("case-unopened");
    }

    private static Example Of<TCommand>(TCommand command, Func<Disclosure, TCommand, CommandContext, Decision> decide, Given<Disclosure> given) =>
        new(typeof(TCommand), given.State, state => decide(state, command, new CommandContext(
            Scenario.Now, Scenario.CommandId, "analyst", DisclosureStream.Aggregate.StreamOf(Scenario.Id),
            ((command as IReferring)?.References ?? (command as ITargetReferring)?.ReferencesOf(Scenario.Ref))?
                .ToDictionary(used => used, used => Scenario.IdOf(used.Kind, used.Text)) ?? [],
            Scenario.Ref)
        { Details = given.Details }));

    // Publication has its own time: a notice and what it leaves the company.
    private static Example Publishing<TCommand>(
        TCommand command, Func<Disclosure, TCommand, CommandContext, Decision> decide, IReadOnlyList<IDomainEvent> events) =>
        new(typeof(TCommand), Gated.State(events), state => decide(state, command, Gated.Context(Gated.Utc("2025-03-01T12:00:00Z"), Scenario.CommandId, "analyst")));

    private sealed record Example(Type Command, Disclosure Given, Func<Disclosure, Decision> Decide);
}
