using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Assessments;

/// <summary>Takes back one's own answer. It stays on record as withdrawn; another's answer is met by a different one.</summary>
/// <param name="Question">To which question.</param>
/// <param name="From">On whose word it was given; left out: on the team's own knowledge.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When; left out: now.</param>
public sealed record WithdrawAnswer(
    string Question, [property: PersonalData] string? From = null, [property: PersonalData] string? Reason = null, Moment? At = null)
    : ITimedCommand, ITargetReferring
{
    /// <inheritdoc />
    public IEnumerable<Reference> ReferencesOf(string target) => [new(AssessedAccount.Kind, target)];

    /// <summary>Only what one said oneself can be taken back; an account that was cleared is no reason not to.</summary>
    public static Decision Decide(Assessment state, WithdrawAnswer command, CommandContext context)
    {
        var round = state.Current!;
        var from = command.From.Trimmed();
        if (context.DetailOf<AssessedAccount>(AssessedAccount.Kind, context.Ref) is { Erased: true })
        {
            return Accounts.AccountRules.Erased;
        }

        if (round.Of(context.By, from, command.Question) is { } given)
        {
            return round.Concluded is not null
                ? AssessmentRules.Concluded
                : Decision.Accept(new AnswerWithdrawn(round.Opened.AccountId, given.Id, command.Reason.Trimmed(), context.At(command.At)));
        }

        return round.Answers.Any(one => one.Standing is AnswerStanding.Withdrawn && one.Said.By == context.By
            && one.Said.From == from && one.Said.Question == command.Question)
            ? Decision.Nothing
            : Decision.Refuse("answer-not-given", "You gave no such answer; what others answered is theirs. Answer differently, and both stay.");
    }

    internal sealed class Rules : AbstractValidator<WithdrawAnswer>
    {
        public Rules()
        {
            RuleFor(c => c.Question).Text(100);
            RuleFor(c => c.From).Text(200);
            RuleFor(c => c.Reason).Multiline(2000);
        }
    }
}
