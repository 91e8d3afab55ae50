using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Outreach;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class RetractionTests
{
    private static readonly OutreachAnswered Answered = new(On("2025-02-07"), Fact(1), Automatic: false, "desk", null);
    private static readonly DisclosureAcknowledged Acknowledged = new(On("2025-02-07"), Fact(1), Fact(2), Channel.Email, "desk");

    private static FactRetracted Retracted(Guid fact) => new(Now, fact, "a slip");

    private static Outcome Retract(Given<Disclosure> given, string fact) => given.When(RetractFact.Decide, new RetractFact(fact, "a slip"));

    [Fact]
    public void a_fact_is_retracted() => Retract(Case(Paid), Ref(1)).Then(Retracted(Fact(1)));

    [Fact]
    public void a_fact_is_retracted_by_the_key_it_was_recorded_with()
    {
        var stream = DisclosureStream.Aggregate.StreamOf(Scenario.Id);
        var state = Disclosure.Evolve(Case().State, DeterministicId.From(stream, "november"), Paid);
        var context = new CommandContext(Scenario.Now, Scenario.CommandId, "mira", stream, new Dictionary<Reference, Guid>(), Scenario.Ref);

        RetractFact.Decide(state, new RetractFact("november", "a slip"), context).Events
            .ShouldBe([Retracted(DeterministicId.From(stream, "november"))]);
    }

    [Fact]
    public void a_fact_of_a_closed_case_is_retracted() => Retract(Case(Paid, Closed), Ref(1)).Then(Retracted(Fact(1)));

    [Fact]
    public void a_retracted_fact_is_not_retracted_again() => Retract(Case(Paid, Retracted(Fact(1))), Ref(1)).ThenNothing();

    [Fact]
    public void an_unknown_fact_is_not_retracted() => Retract(Case(Paid), "november").ThenRefused("fact-unknown");

    [Fact]
    public void the_opening_of_a_case_is_not_retracted() => Retract(Case(), Ref(0)).ThenRefused("fact-not-retractable");

    [Fact]
    public void the_steps_of_a_case_are_not_retracted()
    {
        var given = Case(Resolved, Closed, new DisclosureReopened(On("2025-02-19"), "a second account"));

        Retract(given, Ref(1)).ThenRefused("fact-not-retractable");
        Retract(given, Ref(2)).ThenRefused("fact-not-retractable");
        Retract(given, Ref(3)).ThenRefused("fact-not-retractable");
    }

    [Fact]
    public void neither_a_correction_nor_a_retraction_is_retracted()
    {
        var given = Case(
            Paid, new PaymentCorrected(Paid.OccurredAt, Fact(1), Fox, "USDC", 1m, null, null, null, "a slip"), Retracted(Fact(1)));

        Retract(given, Ref(2)).ThenRefused("fact-not-retractable");
        Retract(given, Ref(3)).ThenRefused("fact-not-retractable");
    }

    [Fact]
    public void an_attempt_takes_with_it_what_rests_on_it() =>
        Retract(Case(Mailed, Answered, Acknowledged, new OutreachDelivered(On("2025-02-05"), Fact(1)), Paid), Ref(1))
            .Then(Retracted(Fact(1)), Retracted(Fact(2)), Retracted(Fact(3)), Retracted(Fact(4)));

    [Fact]
    public void a_promise_takes_with_it_that_it_was_kept() =>
        Retract(Case(Promised, new CommitmentKept(On("2025-02-10"), Fact(1))), Ref(1)).Then(Retracted(Fact(1)), Retracted(Fact(2)));

    [Fact]
    public void what_is_retracted_already_is_not_retracted_with_what_it_rests_on() =>
        Retract(Case(Mailed, new OutreachDelivered(On("2025-02-05"), Fact(1)), Retracted(Fact(2))), Ref(1)).Then(Retracted(Fact(1)));

    [Fact]
    public void an_answer_takes_its_acknowledgement_with_it() =>
        Retract(Case(Mailed, Answered, Acknowledged), Ref(2)).Then(Retracted(Fact(2)), Retracted(Fact(3)));

    [Fact]
    public void the_next_human_answer_acknowledges_when_the_first_is_taken_back() => Retract(
            Case(
                Mailed, Answered, Acknowledged,
                new OutreachAnswered(On("2025-02-08"), Fact(1), Automatic: true, null, null),
                new OutreachAnswered(On("2025-02-10"), Fact(1), Automatic: false, "lead developer", null),
                new OutreachAnswered(On("2025-02-09"), Fact(1), Automatic: false, "counsel", null)),
            Ref(2))
        .Then(
            Retracted(Fact(2)), Retracted(Fact(3)),
            new DisclosureAcknowledged(On("2025-02-09"), Fact(1), Fact(6), Channel.Email, "counsel"));

    [Fact]
    public void an_answer_that_was_said_to_be_no_acknowledgement_gives_none_again()
    {
        var state = Case(Mailed, Answered, Acknowledged);

        Retract(state, Ref(3)).Then(Retracted(Fact(3)));
        Case(Mailed, Answered, Acknowledged, Retracted(Fact(3))).State.AcknowledgedAt.ShouldBeNull();
    }

    [Fact]
    public void a_retracted_acknowledgement_counts_nowhere() => Case(Mailed, Answered, Acknowledged, Retracted(Fact(3)))
        .When(Acknowledge.Decide, new Acknowledge(At: On("2025-02-12")))
        .Then(new DisclosureAcknowledged(On("2025-02-12"), null, null, null, null));

    [Fact]
    public void folding_never_throws_whatever_is_retracted_or_corrected()
    {
        var unknown = Guid.CreateVersion7();

        var state = Case(
            Retracted(unknown), new PaymentCorrected(Now, unknown, Fox, "USDC", 1m, null, null, null, "a slip"),
            Mailed, new PaymentCorrected(Now, Fact(3), Fox, "USDC", 1m, null, null, null, "not even a payment"), Opened).State;

        state.Status.ShouldBe(DisclosureStatus.Open);
    }
}
