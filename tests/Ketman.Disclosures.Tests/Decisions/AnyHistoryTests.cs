using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Commitments;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Evidence;
using Ketman.Disclosures.Outreach;
using Ketman.Disclosures.Payments;
using Ketman.Disclosures.Reading;
using Ketman.Disclosures.Workers;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

/// <summary>What holds in every case whatever was commanded in whatever order, with references right and wrong.</summary>
public sealed class AnyHistoryTests
{
    private delegate Decision Command(Disclosure state, CommandContext context);

    [Fact]
    public void no_retracted_fact_counts_and_nothing_rests_on_one() => Check(history =>
    {
        var retracted = history.Events.Select(one => one.Data).OfType<FactRetracted>().Select(fact => fact.FactId).ToHashSet();
        return history.State.Facts.Values.All(fact => fact.Retracted == retracted.Contains(fact.Id))
            && history.State.Facts.Values.Where(fact => !fact.Retracted && fact.RestsOn is not null)
                .All(fact => !history.State.Facts[fact.RestsOn!.Value].Retracted);
    });

    [Fact]
    public void every_fact_is_retracted_at_most_once() => Check(history =>
        history.Events.Select(one => one.Data).OfType<FactRetracted>().GroupBy(fact => fact.FactId).All(group => group.Count() == 1));

    [Fact]
    public void the_case_is_acknowledged_no_later_than_any_human_answer_that_was_not_taken_back() => Check(history =>
    {
        var unmade = history.State.Facts.Values.Where(fact => fact.Retracted).Select(fact => (fact.Said as DisclosureAcknowledged)?.AnswerId).ToHashSet();
        return history.State.Standing<OutreachAnswered>().Where(answer => !answer.Said.Automatic && !unmade.Contains(answer.Id))
            .All(answer => history.State.AcknowledgedAt is { } at && !answer.Said.OccurredAt.Precedes(at));
    });

    [Fact]
    public void no_attempt_both_arrived_and_came_back() => Check(history => history.State.Standing<OutreachBounced>().All(bounced =>
        history.State.Standing<OutreachDelivered>().All(delivered => delivered.Said.OutreachId != bounced.Said.OutreachId)
        && history.State.Standing<OutreachAnswered>().All(answered => answered.Said.OutreachId != bounced.Said.OutreachId)));

    [Fact]
    public void the_steps_of_a_case_follow_one_another_in_time() => Check(history =>
    {
        var steps = history.Events.Select(one => one.Data)
            .Where(data => data is DisclosureOpened or DisclosureResolved or DisclosureClosed or DisclosureReopened).ToList();
        return steps.Zip(steps.Skip(1)).All(pair => !pair.Second.OccurredAt.Precedes(pair.First.OccurredAt));
    });

    [Fact]
    public void what_was_stored_folds_to_the_same_case_and_can_be_shown() => Check(history =>
    {
        var read = history.Events.Aggregate(DisclosureStream.Aggregate.Initial, (state, one) => Disclosure.Evolve(
            state, one.Id, DisclosureStream.Events.Read(DisclosureStream.Events.NameOf(one.Data.GetType()), EventTypes.Write(one.Data))));
        return Shown(read) == Shown(history.State);

        static string Shown(Disclosure state) => System.Text.Json.JsonSerializer.Serialize(
            DisclosureView.Of(new ReadCase(Scenario.Id, 1, state, Tlp.Amber, Tlp.Red, []), new Dictionary<Guid, string>()), ContractJson.Options);
    });

    private static void Check(Func<History, bool> holds) =>
        Prop.ForAll(Histories().ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static Gen<History> Histories() => Commands().ListOf(30).Select(Run);

    private static History Run(IEnumerable<Command> commands)
    {
        var events = new List<(Guid Id, IDomainEvent Data)> { (Fact(0), Opened) };
        var state = Disclosure.Evolve(DisclosureStream.Aggregate.Initial, Fact(0), Opened);
        foreach (var (command, number) in commands.Select((command, index) => (command, index + 1)))
        {
            var context = new CommandContext(
                Scenario.Now, Fact(number), "mira", DisclosureStream.Aggregate.StreamOf(Scenario.Id),
                new Dictionary<Reference, Guid> { [new("account", "github:fox")] = Fox, [new("account", "github:owl")] = Owl },
                Scenario.Ref);
            foreach (var (data, ordinal) in command(state, context).Events.Select((data, ordinal) => (data, ordinal)))
            {
                events.Add((context.EventId(ordinal), data));
                state = Disclosure.Evolve(state, context.EventId(ordinal), data);
            }
        }

        return new History(state, events);
    }

    private static Gen<Command> Commands()
    {
        // Every command of a history has the id of its number, so a small number is often a right reference and often a wrong one.
        var fact = Gen.Choose(0, 30).Select(Ref);
        var at = Gen.Choose(0, 40).SelectMany(day => Gen.Elements(
            Moment.On(new DateOnly(2025, 1, 10).AddDays(day)), Moment.At(new DateTimeOffset(2025, 1, 10, 12, 0, 0, TimeSpan.Zero).AddDays(day))));
        var account = Gen.Elements("github:fox", "github:owl");
        return Gen.Frequency(
            (4, from outcome in Gen.Elements(Enum.GetValues<OutreachOutcome>()) from when in at select Make(LogOutreach.Decide, new LogOutreach(Channel.Email, Outcome: outcome, At: when))),
            (3, from which in fact from when in at select Make(RecordDelivery.Decide, new RecordDelivery(which, when))),
            (3, from which in fact from when in at select Make(RecordBounce.Decide, new RecordBounce(which, At: when))),
            (4, from which in fact from machine in Gen.Elements(true, false) from when in at select Make(RecordAnswer.Decide, new RecordAnswer(which, machine, At: when))),
            (2, from which in fact from when in at select Make(Acknowledge.Decide, new Acknowledge(which, At: when))),
            (1, from when in at select Make(Acknowledge.Decide, new Acknowledge(At: when))),
            (2, from when in at from due in at select Make(MakeCommitment.Decide, new MakeCommitment("revoke", due, At: when))),
            (2, from which in fact from when in at select Make(KeepCommitment.Decide, new KeepCommitment(which, when))),
            (2, from who in account from when in at select Make(RecordPayment.Decide, new RecordPayment(who, "USDC", 5m, At: when))),
            (2, from which in fact from who in account from when in at select Make(CorrectPayment.Decide, new CorrectPayment(which, who, "UNI", 6m, "a slip", At: when))),
            (1, from who in account from when in at select Make(RecordMerge.Decide, new RecordMerge(who, "halcyon/core", At: when))),
            (1, from who in account from when in at select Make(ConfirmWorker.Decide, new ConfirmWorker(who, ConfirmationBasis.WithCompany, when))),
            (1, from who in account from when in at select Make(RevokeAccess.Decide, new RevokeAccess(who, At: when))),
            (5, from which in fact select Make(RetractFact.Decide, new RetractFact(which, "a slip"))),
            (1, from outcome in Gen.Elements(Enum.GetValues<ResolutionOutcome>()) from when in at select Make(ResolveDisclosure.Decide, new ResolveDisclosure(outcome, At: when))),
            (1, from when in at select Make(CloseDisclosure.Decide, new CloseDisclosure("over", when))),
            (3, from when in at select Make(ReopenDisclosure.Decide, new ReopenDisclosure("not over", when))));
    }

    private static Command Make<TCommand>(Func<Disclosure, TCommand, CommandContext, Decision> decide, TCommand command) =>
        (state, context) => decide(state, command, context);

    private sealed record History(Disclosure State, IReadOnlyList<(Guid Id, IDomainEvent Data)> Events)
    {
        public override string ToString() => string.Join('\n', Events.Select(one => $"{one.Id:D} {one.Data}"));
    }
}
