using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Assessments;

/// <summary>The team begins to ask about an account, by this version of the questions.</summary>
public sealed record AssessmentOpened(Guid AccountId, int Catalogue, Moment OccurredAt) : IDomainEvent;

/// <summary>Somebody answered a question; who else answers it does not take this answer away.</summary>
/// <param name="AccountId">Whom it is about: the texts are that person's, to be erased with the account.</param>
/// <param name="Question">Which.</param>
/// <param name="Answer">What.</param>
/// <param name="By">Who of the team.</param>
/// <param name="From">On whose word; null: the team's own.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Note">What else is worth knowing.</param>
/// <param name="OccurredAt">When.</param>
public sealed record QuestionAnswered(
    Guid AccountId,
    string Question,
    [property: PersonalData("account")] string Answer,
    string By,
    [property: PersonalData("account")] string? From,
    [property: PersonalData("account")] string? Evidence,
    [property: PersonalData("account")] string? Note,
    Moment OccurredAt) : IDomainEvent;

/// <summary>Whoever gave an answer takes it back.</summary>
public sealed record AnswerWithdrawn(
    Guid AccountId, Guid AnswerId, [property: PersonalData("account")] string? Reason, Moment OccurredAt) : IDomainEvent;

/// <summary>Somebody says what should come of it; nothing does by that.</summary>
public sealed record AssessmentConcluded(
    Guid AccountId,
    Advice Advice,
    ActorRole? Role,
    IReadOnlyList<InsiderGoal> Goals,
    string By,
    [property: PersonalData("account")] string? Summary,
    Moment OccurredAt) : IDomainEvent;

/// <summary>What an assessment can advise. There is no advice to rate an account higher: that takes evidence.</summary>
public enum Advice
{
    /// <summary>Nothing points to an insider: leave it.</summary>
    Drop,

    /// <summary>The suspicion was wrong: clear the account.</summary>
    Clear,

    /// <summary>Too little is known: ask again later.</summary>
    Wait,

    /// <summary>It is worth looking for evidence.</summary>
    GatherEvidence,
}
