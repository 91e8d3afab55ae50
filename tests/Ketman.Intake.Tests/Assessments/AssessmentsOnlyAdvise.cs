using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Intake.Accounts;
using Ketman.Intake.Assessments;

namespace Ketman.Intake.Tests.Assessments;

/// <summary>Whatever is answered in whatever order, confidence does not move; and protected answers never move the explanation.</summary>
public sealed class AssessmentsOnlyAdvise
{
    private static readonly DateTimeOffset Now = new(2025, 2, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly Moment Day = Moment.On(new DateOnly(2025, 1, 10));
    private static readonly Guid Id = new("01950000-0000-7000-8000-000000000001");

    private static readonly IReadOnlyList<Account> Accounts =
    [
        .. new IDomainEvent[][]
        {
            [],
            [new AccountFlagged("odd hours", null, Day)],
            [new AccountFlagged("odd hours", "a report", Day)],
            [new AccountIndexed(true, [], "a report", Day)],
            [new AccountConfirmed("a report", Day)],
            [new AccountFlagged("odd hours", "a report", Day), new AccountCleared("met in person", Day)],
        }.Select(events => events.Prepend(new AccountRegistered(Platform.Github, "octocat", 2019, null, null, Day))
            .Aggregate(Account.Aggregate.Initial, (state, data) => Account.Aggregate.Evolve(state, Guid.Empty, data))),
    ];

    private static readonly Gen<Step> Steps =
        from who in Gen.Elements("ada", "mira", "jon")
        from word in Gen.Elements<string?>(null, null, "their recruiter")
        from question in Gen.Elements<Question>([.. QuestionCatalogue.Newest.Questions])
        from answer in Gen.Elements<PossibleAnswer>([.. question.Answers])
        from kind in Gen.Frequency((6, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Constant(2)), (1, Gen.Constant(3)))
        from advice in Gen.Elements(Enum.GetValues<Advice>())
        select new Step(kind, who, word, question, answer.Answer, advice);

    [Fact]
    public void whatever_is_answered_in_whatever_order_confidence_does_not_move() => Prop.ForAll(Steps.ListOf().ToArbitrary(), steps =>
    {
        var log = Run(steps);
        foreach (var account in Accounts)
        {
            log.Aggregate(account, (state, one) => Account.Aggregate.Evolve(state, one.Id, one.Data)).ShouldBeSameAs(account);
        }

        // Not even the stream is the account's.
        Assessment.IdOf(Id).ShouldNotBe(Id);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void protected_answers_never_move_the_explanation() => Prop.ForAll(Steps.ListOf().ToArbitrary(), steps =>
    {
        // Conclusions end a round, and whether one is allowed is part of what must not depend on protected answers.
        var with = Fold(Run(steps));
        var without = Fold(Run(steps.Where(step => step.Question.Kind is not IndicatorKind.Protected || step.Kind is 2 or 3)));

        Told(with).ShouldBe(Told(without));
        with.Earlier.Select(round => round.Concluded!.Advice).ShouldBe(without.Earlier.Select(round => round.Concluded!.Advice));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void no_advice_is_to_rate_an_account_higher() => Enum.GetNames<Advice>().ShouldBe(["Drop", "Clear", "Wait", "GatherEvidence"]);

    [Fact]
    public void what_raises_confidence_asks_for_evidence_and_knows_no_assessment()
    {
        var suspected = Accounts[1];
        IndexAccount.Decide(suspected, new IndexAccount(true), Context("ada", 1)).Rule.ShouldNotBeNull().Name.ShouldBe("evidence-needed");
        new ConfirmAccount.Rules().Validate(new ConfirmAccount(" ")).IsValid.ShouldBeFalse();
        ConfirmAccount.Decide(suspected, new ConfirmAccount("a report"), Context("ada", 1)).Events.ShouldHaveSingleItem().ShouldBe(new AccountConfirmed("a report", Moment.At(Now)));
    }

    private static string Told(Assessment state) =>
        state.Current is { } round ? JsonSerializer.Serialize(Explanation.Of(round), ContractJson.Options) : "nothing was asked";

    private static Assessment Fold(IEnumerable<(Guid Id, IDomainEvent Data)> log) =>
        log.Aggregate(Assessment.Aggregate.Initial, (state, one) => Assessment.Aggregate.Evolve(state, one.Id, one.Data));

    private static List<(Guid Id, IDomainEvent Data)> Run(IEnumerable<Step> steps)
    {
        var log = new List<(Guid Id, IDomainEvent Data)> { (Guid.CreateVersion7(Now), new AssessmentOpened(Id, 1, Day)) };
        foreach (var (step, number) in steps.Select((step, index) => (step, index + 1)))
        {
            var context = Context(step.Who, number);
            var state = Fold(log);
            var decision = step.Kind switch
            {
                0 => AnswerQuestion.Decide(state, new AnswerQuestion(step.Question.Id, step.Answer, From: step.Word), context),
                1 => WithdrawAnswer.Decide(state, new WithdrawAnswer(step.Question.Id, step.Word), context),
                2 => ConcludeAssessment.Decide(state, new ConcludeAssessment(step.Advice), context),
                _ => OpenAssessment.Decide(state, new OpenAssessment("x"), context),
            };
            log.AddRange(decision.Events.Select((data, ordinal) => (context.EventId(ordinal), data)));
        }

        return log;
    }

    private static CommandContext Context(string by, int number) => new(
        Now, DeterministicId.From("step", $"{number}"), by, Assessment.Aggregate.StreamOf(Assessment.IdOf(Id)),
        new Dictionary<Reference, Guid> { [new Reference("account", "x")] = Id }, "x");

    private sealed record Step(int Kind, string Who, string? Word, Question Question, string Answer, Advice Advice);
}
