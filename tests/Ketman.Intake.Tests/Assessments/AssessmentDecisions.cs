using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Intake.Assessments;
using Ketman.Testing;

namespace Ketman.Intake.Tests.Assessments;

public sealed class AssessmentDecisions
{
    private const string Account = "github:quietfox";

    private static readonly Moment Now = Moment.At(Scenario.Now);
    private static readonly Moment January = Moment.On(new DateOnly(2025, 1, 10));
    private static readonly Guid AccountId = Scenario.IdOf("account", Account);

    private static readonly AssessmentOpened Opened = new(AccountId, 1, January);
    private static readonly QuestionAnswered NotMet = new(AccountId, "met-in-person", "no", "analyst", null, null, null, January);
    private static readonly QuestionAnswered Met = NotMet with { Answer = "yes", By = "mira" };
    private static readonly AssessmentConcluded Dropped = new(AccountId, Advice.Drop, null, [], "analyst", null, January);

    /// <summary>What a repetition of each command decides on; a new command needs a line here.</summary>
    public static TheoryData<string> Commands => [nameof(OpenAssessment), nameof(AnswerQuestion), nameof(WithdrawAnswer), nameof(ConcludeAssessment)];

    [Fact]
    public void an_assessment_pins_the_newest_questions() => Scenario.Given(Assessment.Aggregate)
        .When(OpenAssessment.Decide, new OpenAssessment(Account)).Then(new AssessmentOpened(AccountId, QuestionCatalogue.Newest.Version, Now));

    [Fact]
    public void one_goes_on_at_a_time_and_a_concluded_one_can_be_followed_by_another()
    {
        Scenario.Given(Assessment.Aggregate, Opened).When(OpenAssessment.Decide, new OpenAssessment(Account)).ThenNothing();
        Scenario.Given(Assessment.Aggregate, Opened, NotMet, Dropped).When(OpenAssessment.Decide, new OpenAssessment(Account, January)).Then(Opened);
        var again = Scenario.Given(Assessment.Aggregate, Opened, NotMet, Dropped, Opened).State;
        again.Current!.Answers.ShouldBeEmpty();
        again.Earlier.Single().Concluded.ShouldBe(Dropped);
    }

    [Fact]
    public void an_answer_bears_who_gave_it_on_whose_word_and_when() => Scenario.Given(Assessment.Aggregate, Opened)
        .When(AnswerQuestion.Decide, new AnswerQuestion("met-in-person", "no", " a calendar ", " cancelled ", " engineering lead ", January))
        .Then(NotMet with { From = "engineering lead", Evidence = "a calendar", Note = "cancelled" });

    [Fact]
    public void several_people_may_differ_and_both_answers_hold()
    {
        var state = Scenario.Given(Assessment.Aggregate, Opened, NotMet, Met).State;

        state.Current!.Standing("met-in-person").Select(given => given.Said.Answer).ShouldBe(["no", "yes"]);
    }

    [Fact]
    public void one_person_on_two_words_may_differ_too()
    {
        var state = Scenario.Given(Assessment.Aggregate, Opened, NotMet, NotMet with { Answer = "yes", From = "their recruiter" }).State;

        state.Current!.Standing("met-in-person").Select(given => given.Said.Answer).ShouldBe(["no", "yes"]);
    }

    [Fact]
    public void who_answers_anew_replaces_the_own_answer_only_and_it_stays_on_record()
    {
        var state = Scenario.Given(Assessment.Aggregate, Opened, NotMet, Met, NotMet with { Answer = "unknown" }).State;

        state.Current!.Answers.Select(given => (given.Said.By, given.Said.Answer, given.Standing)).ShouldBe(
        [
            ("analyst", "no", AnswerStanding.Replaced), ("mira", "yes", AnswerStanding.Holds), ("analyst", "unknown", AnswerStanding.Holds),
        ]);
    }

    [Theory]
    [InlineData("met-in-space", "yes", "question-unknown")]
    [InlineData("met-in-person", "often-with-video", "answer-not-offered")]
    [InlineData("video-syncs", "yes", "answer-not-offered")]
    public void only_what_the_catalogue_asks_is_answered(string question, string answer, string rule) => Scenario.Given(Assessment.Aggregate, Opened)
        .When(AnswerQuestion.Decide, new AnswerQuestion(question, answer)).ThenRefused(rule);

    [Fact]
    public void only_the_own_answer_is_withdrawn()
    {
        Scenario.Given(Assessment.Aggregate, Opened, NotMet, Met)
            .When(WithdrawAnswer.Decide, new WithdrawAnswer("met-in-person", Reason: "a mistake"))
            .Then(new AnswerWithdrawn(AccountId, Scenario.EventId(2), "a mistake", Now));
        Scenario.Given(Assessment.Aggregate, Opened, Met)
            .When(WithdrawAnswer.Decide, new WithdrawAnswer("met-in-person")).ThenRefused("answer-not-given");
        Scenario.Given(Assessment.Aggregate, Opened, NotMet)
            .When(WithdrawAnswer.Decide, new WithdrawAnswer("met-in-person", From: "their recruiter")).ThenRefused("answer-not-given");
    }

    [Fact]
    public void nobody_is_looked_into_for_what_is_protected()
    {
        Scenario.Given(Assessment.Aggregate, Opened, NotMet with { Question = "age-sex-origin", Answer = "yes" }, NotMet with { Question = "name", Answer = "yes" })
            .When(ConcludeAssessment.Decide, new ConcludeAssessment(Advice.GatherEvidence)).ThenRefused("advice-without-grounds");
        Scenario.Given(Assessment.Aggregate, Opened, NotMet)
            .When(ConcludeAssessment.Decide, new ConcludeAssessment(Advice.GatherEvidence, ActorRole.Worker, [InsiderGoal.Access, InsiderGoal.Revenue, InsiderGoal.Access], " see above "))
            .Then(new AssessmentConcluded(AccountId, Advice.GatherEvidence, ActorRole.Worker, [InsiderGoal.Revenue, InsiderGoal.Access], "analyst", "see above", Now));
    }

    [Fact]
    public void what_is_concluded_is_opened_again_before_more_is_said()
    {
        var concluded = Scenario.Given(Assessment.Aggregate, Opened, NotMet, Dropped);

        concluded.When(AnswerQuestion.Decide, new AnswerQuestion("met-in-person", "yes")).ThenRefused("assessment-concluded");
        concluded.When(WithdrawAnswer.Decide, new WithdrawAnswer("met-in-person")).ThenRefused("assessment-concluded");
        concluded.When(ConcludeAssessment.Decide, new ConcludeAssessment(Advice.Wait)).ThenRefused("assessment-concluded");
    }

    [Theory]
    [InlineData(Confidence.Cleared, false, false, "account-cleared")]
    [InlineData(Confidence.Flagged, true, false, "account-merged")]
    [InlineData(Confidence.Unrated, false, true, "account-erased")]
    public void who_was_cleared_merged_or_erased_is_not_asked_about(Confidence confidence, bool merged, bool erased, string rule)
    {
        var detail = new AssessedAccount(confidence, merged, erased);

        Scenario.Given(Assessment.Aggregate).Knowing(AssessedAccount.Kind, Account, detail)
            .When(OpenAssessment.Decide, new OpenAssessment(Account)).ThenRefused(rule);
        Scenario.Given(Assessment.Aggregate, Opened).Knowing(AssessedAccount.Kind, Scenario.Ref, detail)
            .When(AnswerQuestion.Decide, new AnswerQuestion("met-in-person", "yes")).ThenRefused(rule);
    }

    [Fact]
    public void nothing_more_is_said_of_whom_was_erased()
    {
        var erased = Scenario.Given(Assessment.Aggregate, Opened, NotMet).Knowing(AssessedAccount.Kind, Scenario.Ref, new AssessedAccount(Confidence.Flagged, false, true));

        erased.When(WithdrawAnswer.Decide, new WithdrawAnswer("met-in-person")).ThenRefused("account-erased");
        erased.When(ConcludeAssessment.Decide, new ConcludeAssessment(Advice.Drop)).ThenRefused("account-erased");
    }

    [Fact]
    public void an_answer_can_be_taken_back_and_the_assessment_concluded_after_the_account_was_cleared()
    {
        var cleared = Scenario.Given(Assessment.Aggregate, Opened, NotMet).Knowing(AssessedAccount.Kind, Scenario.Ref, new AssessedAccount(Confidence.Cleared, false, false));

        cleared.When(WithdrawAnswer.Decide, new WithdrawAnswer("met-in-person")).Then(new AnswerWithdrawn(AccountId, Scenario.EventId(2), null, Now));
        cleared.When(ConcludeAssessment.Decide, new ConcludeAssessment(Advice.Drop)).Then(Dropped with { OccurredAt = Now });
    }

    [Fact]
    public void every_command_is_repeated_here() => typeof(Assessment).Assembly.GetTypes()
        .Where(type => type.GetMethod("Decide") is { } decide && decide.ReturnType == typeof(Decision) && decide.GetParameters()[0].ParameterType == typeof(Assessment))
        .Select(type => type.Name).ShouldBe(Commands.Select(row => row.Data), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Commands))]
    public void a_command_that_is_repeated_does_nothing(string command)
    {
        switch (command)
        {
            case nameof(OpenAssessment): Twice(new OpenAssessment(Account), OpenAssessment.Decide); break;
            case nameof(AnswerQuestion): Twice(new AnswerQuestion("name", "yes", "a passport", "a note", "a recruiter"), AnswerQuestion.Decide, Opened); break;
            case nameof(WithdrawAnswer): Twice(new WithdrawAnswer("met-in-person", Reason: "a slip"), WithdrawAnswer.Decide, Opened, NotMet); break;
            case nameof(ConcludeAssessment): Twice(new ConcludeAssessment(Advice.Wait, ActorRole.Facilitator, [InsiderGoal.Malware], "later"), ConcludeAssessment.Decide, Opened, NotMet); break;
            default: throw new ArgumentOutOfRangeException(nameof(command), command, "has no example");
        }
    }

    private static void Twice<TCommand>(TCommand command, Func<Assessment, TCommand, CommandContext, Decision> decide, params IReadOnlyList<IDomainEvent> before)
    {
        var first = Scenario.Given(Assessment.Aggregate, before).When(decide, command).Decision;
        first.Events.ShouldNotBeEmpty();

        Scenario.Given(Assessment.Aggregate, [.. before, .. first.Events]).When(decide, command).ThenNothing();
    }
}
