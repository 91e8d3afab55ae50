using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Assessments;

/// <summary>Answers one question about an account. What others answered stays; one's own earlier answer is replaced.</summary>
/// <param name="Question">Its id in the catalogue.</param>
/// <param name="Answer">One of those that the catalogue gives for it, e.g. yes, no, unknown.</param>
/// <param name="Evidence">What shows it, in words or as a link.</param>
/// <param name="Note">What else is worth knowing.</param>
/// <param name="From">On whose word; left out: the team's own knowledge.</param>
/// <param name="At">When it was answered; left out: now.</param>
public sealed record AnswerQuestion(
    string Question,
    [property: PersonalData] string Answer,
    [property: PersonalData] string? Evidence = null,
    [property: PersonalData] string? Note = null,
    [property: PersonalData] string? From = null,
    Moment? At = null) : ITimedCommand, ITargetReferring
{
    /// <inheritdoc />
    public IEnumerable<Reference> ReferencesOf(string target) => [new(AssessedAccount.Kind, target)];

    /// <summary>The questions and answers are those of the version that the assessment was opened with.</summary>
    public static Decision Decide(Assessment state, AnswerQuestion command, CommandContext context)
    {
        var round = state.Current!;
        var (from, evidence, note) = (command.From.Trimmed(), command.Evidence.Trimmed(), command.Note.Trimmed());
        if (AssessmentRules.Barred(context, context.Ref) is { } barred)
        {
            return barred;
        }

        if (round.Concluded is not null)
        {
            return AssessmentRules.Concluded;
        }

        if (round.Catalogue.Find(command.Question) is not { } question)
        {
            return Decision.Refuse(
                "question-unknown", $"The questions are {string.Join(", ", round.Catalogue.Questions.Select(one => one.Id))}.");
        }

        if (question.Find(command.Answer) is null)
        {
            return Decision.Refuse(
                "answer-not-offered", $"The question {question.Id} is answered by one of {string.Join(", ", question.Answers.Select(one => one.Answer))}.");
        }

        return round.Of(context.By, from, question.Id) is { Said: var said } && said.Answer == command.Answer && said.Evidence == evidence
            && said.Note == note && (command.At is null || command.At == said.OccurredAt)
            ? Decision.Nothing
            : Decision.Accept(new QuestionAnswered(
                round.Opened.AccountId, question.Id, command.Answer, context.By, from, evidence, note, context.At(command.At)));
    }

    internal sealed class Rules : AbstractValidator<AnswerQuestion>
    {
        public Rules()
        {
            RuleFor(c => c.Question).Text(100);
            RuleFor(c => c.Answer).Text(100);
            RuleFor(c => c.Evidence).Multiline(4000);
            RuleFor(c => c.Note).Multiline(4000);
            RuleFor(c => c.From).Text(200);
        }
    }
}
