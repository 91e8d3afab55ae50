using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Intake.Accounts;

namespace Ketman.Intake.Assessments;

/// <summary>An assessment as one reader may see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ref">The account's <c>platform:handle</c>, by which the assessment is named.</param>
/// <param name="Account">Whom it is about, and what the account is rated.</param>
/// <param name="Status"><c>open</c> or <c>concluded</c>.</param>
/// <param name="Catalogue">The version of the questions that it was opened with.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="Use">What it is for, and what it is not for.</param>
/// <param name="Explanation">Which answers raise the suspicion, which lower it, and why.</param>
/// <param name="Questions">What was asked and answered, the protected questions not among them.</param>
/// <param name="Protected">The protected questions apart, as context without weight, or the mark that they are withheld.</param>
/// <param name="Conclusion">What it advises; null: it goes on.</param>
/// <param name="Earlier">The rounds before this one.</param>
/// <param name="Version">The version of the stream.</param>
public sealed record AssessmentView(
    Guid Id,
    string Ref,
    AssessedAccountView Account,
    string Status,
    int Catalogue,
    Moment OpenedAt,
    string Use,
    Explanation Explanation,
    IReadOnlyList<QuestionView> Questions,
    object Protected,
    ConclusionView? Conclusion,
    IReadOnlyList<EarlierRound> Earlier,
    long Version)
{
    internal static AssessmentView Of(Guid id, Guid accountId, Account account, Assessment state, long version, Caller caller)
    {
        var round = state.Current!;
        var strict = caller.Clearance >= Tlp.AmberStrict;
        var red = caller.Clearance >= Tlp.Red && (caller.Is("analyst") || caller.Is("lead"));
        var registered = account.Registered!;
        var name = $"{registered.Platform.Name()}:{(account.Erased ? ErasedName.Of(accountId) : registered.Handle)}";
        return new AssessmentView(
            id, name,
            new AssessedAccountView(
                accountId, name, account.Confidence, account.Cleared is { } cleared ? new ClearingView(Shown(cleared.Reason, strict)!, cleared.OccurredAt) : null),
            StatusOf(round), round.Opened.Catalogue, round.Opened.OccurredAt, round.Catalogue.Use, Explanation.Of(round),
            Questions(protectedOnes: false),
            red ? new ProtectedAnswers(Tlp.Red, "Context without weight: nothing above follows from it, and it is never given out.", Questions(protectedOnes: true))
                : new Withheld(Tlp.Red),
            round.Concluded is { } concluded
                ? new ConclusionView(concluded.Advice, concluded.Role, concluded.Goals, concluded.By, Shown(concluded.Summary, strict), concluded.OccurredAt)
                : null,
            [
                .. state.Earlier.Select(earlier => new EarlierRound(
                    earlier.Opened.Catalogue, earlier.Opened.OccurredAt, earlier.Concluded?.OccurredAt, earlier.Concluded?.Advice)),
            ],
            version);

        List<QuestionView> Questions(bool protectedOnes) =>
        [
            .. round.Catalogue.Questions.Where(question => question.Kind is IndicatorKind.Protected == protectedOnes).Select(question => new QuestionView(
                question.Id, question.Number, question.Asks, question.Kind, question.Weight,
                [
                    .. round.Answers.Where(given => given.Said.Question == question.Id).Select(given => new AnswerView(
                        given.Id, given.Said.Answer, given.Said.By, Shown(given.Said.From, strict), Shown(given.Said.Evidence, strict),
                        Shown(given.Said.Note, strict), given.Said.OccurredAt, given.Standing, Shown(given.WithdrawnBecause, strict))),
                ])),
        ];
    }

    /// <summary><c>open</c> or <c>concluded</c>.</summary>
    private static string StatusOf(Round round) => round.Concluded is null ? "open" : "concluded";

    // What is said in free words is for the team alone.
    private static object? Shown(string? text, bool cleared) => text is null || cleared ? text : new Withheld(Tlp.AmberStrict);
}

/// <summary>What stands where something is withheld from this reader.</summary>
/// <param name="Marking">How it is marked.</param>
public sealed record Withheld([property: System.Text.Json.Serialization.JsonPropertyName("withheld")] Tlp Marking);

/// <summary>The account that an assessment is about.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ref">Its <c>platform:handle</c>.</param>
/// <param name="Confidence">What it is rated.</param>
/// <param name="Cleared">That it was wrongly suspected; null: not said, or suspected again since.</param>
public sealed record AssessedAccountView(Guid Id, string Ref, Confidence Confidence, ClearingView? Cleared);

/// <summary>That an account was wrongly suspected.</summary>
public sealed record ClearingView(object Reason, Moment At);

/// <summary>A question and everything that was answered to it.</summary>
public sealed record QuestionView(string Question, int Number, string Asks, IndicatorKind Kind, Weight Weight, IReadOnlyList<AnswerView> Answers);

/// <summary>An answer that somebody gave.</summary>
public sealed record AnswerView(
    Guid Id, string Answer, string By, object? From, object? Evidence, object? Note, Moment At, AnswerStanding Standing, object? WithdrawnBecause);

/// <summary>The protected questions, for those who may see them.</summary>
/// <param name="Marking">Always red.</param>
/// <param name="Use">That they carry no weight.</param>
/// <param name="Questions">What was asked and answered.</param>
public sealed record ProtectedAnswers(Tlp Marking, string Use, IReadOnlyList<QuestionView> Questions);

/// <summary>What an assessment advises.</summary>
public sealed record ConclusionView(Advice Advice, ActorRole? Role, IReadOnlyList<InsiderGoal> Goals, string By, object? Summary, Moment At);

/// <summary>A round that is over.</summary>
public sealed record EarlierRound(int Catalogue, Moment OpenedAt, Moment? ConcludedAt, Advice? Advice);
