using System.Collections.Immutable;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Intake.Accounts;

namespace Ketman.Intake.Assessments;

/// <summary>
/// What was asked about one account, round after round. A stream of its own: nothing in it can reach the account's, so whatever
/// is answered, what the account is rated does not move.
/// </summary>
public sealed record Assessment
{
    /// <summary>The prefix of its streams.</summary>
    public const string Category = "assessment";

    /// <summary>How its streams are named and folded.</summary>
    public static Aggregate<Assessment> Aggregate { get; } = new(Category, new Assessment(), Evolve);

    /// <summary>The last round; null: none was opened.</summary>
    public Round? Current { get; init; }

    /// <summary>The rounds before it.</summary>
    public ImmutableList<Round> Earlier { get; init; } = [];

    /// <summary>The stream of an account's assessment: another id than the account's, because one batch may make both.</summary>
    public static Guid IdOf(Guid account) => DeterministicId.From(Category, account.ToString("D"));

    private static Assessment Evolve(Assessment state, Guid id, IDomainEvent data) => (data, state.Current) switch
    {
        (AssessmentOpened e, null) => state with { Current = new Round(e) },
        (AssessmentOpened e, { } before) => state with { Current = new Round(e), Earlier = state.Earlier.Add(before) },
        (QuestionAnswered e, { } round) => state with { Current = round.With(id, e) },
        (AnswerWithdrawn e, { } round) => state with { Current = round.Without(e) },
        (AssessmentConcluded e, { } round) => state with { Current = round with { Concluded = e } },
        _ => state,
    };
}

/// <summary>From an opening to a conclusion.</summary>
/// <param name="Opened">With which questions.</param>
public sealed record Round(AssessmentOpened Opened)
{
    /// <summary>Every answer that was given, in the order in which they were recorded.</summary>
    public ImmutableList<GivenAnswer> Answers { get; init; } = [];

    /// <summary>What came of it; null: it goes on.</summary>
    public AssessmentConcluded? Concluded { get; init; }

    /// <summary>The questions it asks.</summary>
    public QuestionCatalogue Catalogue => QuestionCatalogue.Of(Opened.Catalogue);

    /// <summary>The answers to a question that hold: of each who answered, on each word, the last.</summary>
    public IEnumerable<GivenAnswer> Standing(string question) =>
        Answers.Where(given => given.Standing is AnswerStanding.Holds && given.Said.Question == question);

    /// <summary>The answer of one person, on one word, that holds.</summary>
    public GivenAnswer? Of(string by, string? from, string question) =>
        Standing(question).FirstOrDefault(given => given.Said.By == by && given.Said.From == from);

    internal Round With(Guid id, QuestionAnswered said) => this with
    {
        Answers = Answers
            .ConvertAll(given => Of(said.By, said.From, said.Question) == given ? given with { Standing = AnswerStanding.Replaced } : given)
            .Add(new GivenAnswer(id, said)),
    };

    internal Round Without(AnswerWithdrawn withdrawn) => this with
    {
        Answers = Answers.ConvertAll(given => given.Id == withdrawn.AnswerId
            ? given with { Standing = AnswerStanding.Withdrawn, WithdrawnBecause = withdrawn.Reason }
            : given),
    };
}

/// <summary>An answer that was given once, whatever became of it.</summary>
/// <param name="Id">That of its event.</param>
/// <param name="Said">What, by whom, when.</param>
/// <param name="Standing">Whether it still holds.</param>
/// <param name="WithdrawnBecause">Why it was withdrawn, where it was said.</param>
public sealed record GivenAnswer(
    Guid Id, QuestionAnswered Said, AnswerStanding Standing = AnswerStanding.Holds, string? WithdrawnBecause = null);

/// <summary>What became of an answer.</summary>
public enum AnswerStanding
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>Whoever gave it answered anew.</summary>
    Replaced,

    /// <summary>Whoever gave it took it back.</summary>
    Withdrawn,
}

/// <summary>What a decision on an assessment knows of the account.</summary>
/// <param name="Confidence">How sure the team is.</param>
/// <param name="Merged">Whether it is a duplicate of another.</param>
/// <param name="Erased">Whether it is erased who has it.</param>
public sealed record AssessedAccount(Confidence Confidence, bool Merged, bool Erased)
{
    /// <summary>The kind of reference that is answered with this; an account that is only about to be registered has none.</summary>
    public const string Kind = "assessed-account";
}

/// <summary>What more than one command on an assessment asks.</summary>
internal static class AssessmentRules
{
    public static Decision Concluded { get; } = Decision.Refuse(
        "assessment-concluded", "The assessment is concluded; open it again (open-assessment) to ask anew.");

    /// <summary>Why nothing more may be said about the account; null: it may. Who was cleared is left in peace until new evidence comes.</summary>
    public static Decision? Barred(CommandContext context, string account) => context.DetailOf<AssessedAccount>(AssessedAccount.Kind, account) switch
    {
        { Erased: true } => AccountRules.Erased,
        { Merged: true } => AccountRules.Merged,
        { Confidence: Confidence.Cleared } => AccountRules.Cleared,
        _ => (Decision?)null,
    };
}
