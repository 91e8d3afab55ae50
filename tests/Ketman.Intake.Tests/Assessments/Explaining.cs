using Ketman.Contracts;
using Ketman.Intake.Assessments;

namespace Ketman.Intake.Tests.Assessments;

/// <summary>What follows from which answers, in words.</summary>
public sealed class Explaining
{
    private static readonly Moment Day = Moment.On(new DateOnly(2025, 1, 10));

    [Fact]
    public void the_catalogue_has_the_eight_questions_of_which_the_four_protected_ones_carry_no_weight()
    {
        var catalogue = QuestionCatalogue.All.ShouldHaveSingleItem();

        catalogue.Version.ShouldBe(1);
        catalogue.Questions.Select(question => question.Number).ShouldBe(Enumerable.Range(1, 8));
        catalogue.Questions.Select(question => (question.Id, question.Kind, question.Weight)).ShouldBe(
        [
            ("met-in-person", IndicatorKind.Behavioural, Weight.High),
            ("age-sex-origin", IndicatorKind.Protected, Weight.None),
            ("avoids-meetings", IndicatorKind.Behavioural, Weight.Medium),
            ("video-syncs", IndicatorKind.Behavioural, Weight.Medium),
            ("recommends-alike", IndicatorKind.Protected, Weight.None),
            ("name", IndicatorKind.Protected, Weight.None),
            ("documents-against-appearance", IndicatorKind.Protected, Weight.None),
            ("english-against-claimed-country", IndicatorKind.Documentary, Weight.Low),
        ]);
        catalogue.Questions.Where(question => question.Kind is IndicatorKind.Protected).SelectMany(question => question.Answers)
            .ShouldAllBe(answer => answer.Effect == Effect.None && answer.Weight == null);
        catalogue.Questions.ShouldAllBe(question => question.Answers.Any(answer => answer.Answer == PossibleAnswer.Unknown && answer.Effect == Effect.None));
        catalogue.Questions.ShouldAllBe(question => question.Answers.Select(answer => answer.Answer).Distinct().Count() == question.Answers.Count);
        catalogue.Roles.Select(one => one.Role).ShouldBe(Enum.GetValues<ActorRole>());
        catalogue.Goals.Select(one => one.Goal).ShouldBe(Enum.GetValues<InsiderGoal>());
    }

    [Fact]
    public void every_version_that_was_ever_asked_by_is_still_there() =>
        QuestionCatalogue.All.Select(catalogue => catalogue.Version).ShouldBe(Enumerable.Range(1, QuestionCatalogue.All.Count));

    [Fact]
    public void a_protected_question_does_not_count_even_if_a_document_gave_it_weight()
    {
        var yes = new PossibleAnswer("yes", "Yes", "Red flag.", Effect.Raises, Weight.High);
        var question = new Question("origin", 1, "?", IndicatorKind.Protected, Weight.High, [yes]);

        question.Counts.ShouldBeFalse();
        question.WeightOf(yes).ShouldBe(Weight.None);
    }

    [Fact]
    public void with_too_few_answers_nothing_follows_and_that_is_said()
    {
        var explanation = Explain(("met-in-person", "no", "ada"), ("video-syncs", "rarely-or-without-video", "ada"), ("avoids-meetings", "unknown", "ada"));

        explanation.Verdict.ShouldBe(Verdict.NotEnoughKnown);
        explanation.Words.ShouldBe("Not enough is known: of the 4 questions that carry weight, 2 have answers that all agree on, and 3 are needed. Nothing follows yet.");
        explanation.Open.ShouldBe(["avoids-meetings", "english-against-claimed-country"]);
    }

    [Fact]
    public void answers_that_raise_are_told_one_by_one_with_their_weight_their_reason_and_their_people()
    {
        var explanation = Explain(
            ("met-in-person", "no", "ada"), ("met-in-person", "no", "mira"), ("avoids-meetings", "yes", "ada"), ("video-syncs", "rarely-or-without-video", "ada"));

        explanation.Verdict.ShouldBe(Verdict.Raises);
        explanation.Words.ShouldBe("3 answers raise the suspicion and none lowers it. This advises; only evidence, confirmed by a named person, changes what the account is rated.");
        explanation.Raises.Select(one => (one.Question, one.Weight)).ShouldBe([("met-in-person", Weight.Low), ("avoids-meetings", Weight.Medium), ("video-syncs", Weight.Medium)]);
        explanation.Raises[0].Why.ShouldBe("“No” to “Did you meet your contributor in real life?” raises the suspicion (weight: low): Red flag. Answered by ada, mira.");
        explanation.Lowers.ShouldBeEmpty();
    }

    [Fact]
    public void answers_that_point_both_ways_are_weighed_in_words()
    {
        var explanation = Explain(("met-in-person", "yes", "ada"), ("avoids-meetings", "no", "ada"), ("english-against-claimed-country", "yes", "ada"));

        explanation.Verdict.ShouldBe(Verdict.Mixed);
        explanation.Words.ShouldStartWith("1 answer raises the suspicion and 1 answer lowers it; what lowers it weighs more.");
        explanation.Neither.Single().Why.ShouldStartWith("“No” to “Does your contributor avoid real-life meetings?” says little: Even if they agree");
    }

    [Fact]
    public void answers_that_differ_count_neither_way_until_they_agree()
    {
        (string, string, string)[] agreed = [("avoids-meetings", "yes", "ada"), ("video-syncs", "rarely-or-without-video", "ada"), ("english-against-claimed-country", "yes", "ada")];

        var explanation = Explain([.. agreed, ("met-in-person", "no", "ada"), ("met-in-person", "yes", "mira")]);

        explanation.Raises.Select(one => one.Question).ShouldBe(agreed.Select(one => one.Item1));
        explanation.Lowers.ShouldBeEmpty();
        explanation.Differing.Single().Sides.Select(side => (side.Answer, side.By.Single())).ShouldBe([("no", "ada"), ("yes", "mira")]);
        Explain([.. agreed, ("met-in-person", "unknown", "ada"), ("met-in-person", "yes", "mira")]).Lowers.Single().By.ShouldBe(["mira"], "not to know is not to differ");
    }

    [Fact]
    public void an_answer_that_was_erased_is_none() => Explain(("met-in-person", PersonalMember.Erased, "ada")).Open.ShouldContain("met-in-person");

    private static Explanation Explain(params (string Question, string Answer, string By)[] answers)
    {
        var round = new Round(new AssessmentOpened(Guid.Empty, 1, Day));
        foreach (var (question, answer, by) in answers)
        {
            round = round.With(Guid.NewGuid(), new QuestionAnswered(Guid.Empty, question, answer, by, null, null, null, Day));
        }

        return Explanation.Of(round);
    }
}
