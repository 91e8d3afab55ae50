using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Assessments;

/// <summary>Says what an assessment advises. Nothing else follows: rating an account takes evidence (index-account, confirm-account).</summary>
/// <param name="Advice">What should be done.</param>
/// <param name="Role">Which part the actor would play, if it were an insider.</param>
/// <param name="Goals">What the actor would be after.</param>
/// <param name="Summary">Why, in words.</param>
/// <param name="At">When; left out: now.</param>
public sealed record ConcludeAssessment(
    Advice Advice,
    ActorRole? Role = null,
    IReadOnlyList<InsiderGoal>? Goals = null,
    [property: PersonalData] string? Summary = null,
    Moment? At = null) : ITimedCommand, ITargetReferring
{
    /// <inheritdoc />
    public IEnumerable<Reference> ReferencesOf(string target) => [new(AssessedAccount.Kind, target)];

    /// <summary>To look into somebody takes an answer that raises the suspicion, and a protected one raises nothing.</summary>
    public static Decision Decide(Assessment state, ConcludeAssessment command, CommandContext context)
    {
        var round = state.Current!;
        IReadOnlyList<InsiderGoal> goals = [.. (command.Goals ?? []).Distinct().Order()];
        if (context.DetailOf<AssessedAccount>(AssessedAccount.Kind, context.Ref) is { Erased: true })
        {
            return Accounts.AccountRules.Erased;
        }

        if (round.Concluded is { } before)
        {
            return before.Advice == command.Advice && before.Role == command.Role && before.Goals.SequenceEqual(goals)
                && before.Summary == command.Summary.Trimmed() && (command.At is null || command.At == before.OccurredAt)
                ? Decision.Nothing
                : AssessmentRules.Concluded;
        }

        return command.Advice is Advice.GatherEvidence && Explanation.Of(round).Raises.Count == 0
            ? Decision.Refuse(
                "advice-without-grounds", "No answer that carries weight raises the suspicion, and protected ones carry none: nobody is looked into for those.")
            : Decision.Accept(new AssessmentConcluded(
                round.Opened.AccountId, command.Advice, command.Role, goals, context.By, command.Summary.Trimmed(), context.At(command.At)));
    }

    internal sealed class Rules : AbstractValidator<ConcludeAssessment>
    {
        public Rules() => RuleFor(c => c.Summary).Multiline(4000);
    }
}
