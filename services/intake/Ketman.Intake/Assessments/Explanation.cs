namespace Ketman.Intake.Assessments;

/// <summary>What follows from the answers, answer by answer; there is no score. Protected ones are not in it.</summary>
/// <param name="Verdict">Which way the answers point together.</param>
/// <param name="Words">The same as a sentence.</param>
/// <param name="Raises">The answers that raise the suspicion.</param>
/// <param name="Lowers">Those that lower it.</param>
/// <param name="Neither">Those from which nothing follows.</param>
/// <param name="Differing">Questions that were answered differently; they count neither way until those who answered agree.</param>
/// <param name="Open">Questions that nobody could answer yet.</param>
public sealed record Explanation(
    Verdict Verdict,
    string Words,
    IReadOnlyList<Contribution> Raises,
    IReadOnlyList<Contribution> Lowers,
    IReadOnlyList<Contribution> Neither,
    IReadOnlyList<Difference> Differing,
    IReadOnlyList<string> Open)
{
    /// <summary>Explains a round.</summary>
    public static Explanation Of(Round round)
    {
        var asked = round.Catalogue.Questions.Where(question => question.Counts).ToList();
        var contributions = new List<(Effect Effect, Contribution Contribution)>();
        var differing = new List<Difference>();
        var open = new List<string>();
        foreach (var question in asked)
        {
            // What was erased is no answer any more, and not to know is not to differ.
            var answers = round.Standing(question.Id).Where(given => given.Said.Answer != PossibleAnswer.Unknown && question.Find(given.Said.Answer) is not null)
                .GroupBy(given => given.Said.Answer).ToList();
            switch (answers)
            {
                case []:
                    open.Add(question.Id);
                    break;
                case [var agreed]:
                    var answer = question.Find(agreed.Key)!;
                    contributions.Add((answer.Effect, Contribution.Of(question, answer, agreed)));
                    break;
                default:
                    differing.Add(new Difference(question.Id, question.Asks, [.. answers.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new Side(one.Key, Contribution.People(one)))]));
                    break;
            }
        }

        var (raises, lowers, neither) = (Those(Effect.Raises), Those(Effect.Lowers), Those(Effect.None));
        var verdict = contributions.Count < round.Catalogue.Enough || raises.Count + lowers.Count == 0 ? Verdict.NotEnoughKnown
            : lowers.Count == 0 ? Verdict.Raises
            : raises.Count == 0 ? Verdict.Lowers
            : Verdict.Mixed;
        return new Explanation(
            verdict, Sentence(verdict, round.Catalogue.Enough, asked.Count, contributions.Count, raises, lowers), raises, lowers, neither, differing, open);

        List<Contribution> Those(Effect effect) => [.. contributions.Where(one => one.Effect == effect).Select(one => one.Contribution)];
    }

    private static string Sentence(
        Verdict verdict, int enough, int asked, int known, List<Contribution> raises, List<Contribution> lowers)
    {
        const string Advises = "This advises; only evidence, confirmed by a named person, changes what the account is rated.";
        return verdict switch
        {
            Verdict.NotEnoughKnown =>
                $"Not enough is known: of the {asked} questions that carry weight, {known} {(known == 1 ? "has an answer" : "have answers")} that all agree on, and {enough} are needed. Nothing follows yet.",
            Verdict.Raises => $"{Answers(raises)} the suspicion and none lowers it. {Advises}",
            Verdict.Lowers => $"{Answers(lowers, "lower")} the suspicion and none raises it. {Advises}",
            _ => $"{Answers(raises)} the suspicion and {Answers(lowers, "lower")} it; {Heavier(raises, lowers)}. {Advises}",
        };
    }

    private static string Answers(List<Contribution> those, string verb = "raise") =>
        those.Count == 1 ? $"1 answer {verb}s" : $"{those.Count} answers {verb}";

    private static string Heavier(List<Contribution> raises, List<Contribution> lowers) =>
        raises.Sum(one => (int)one.Weight).CompareTo(lowers.Sum(one => (int)one.Weight)) switch
        {
            > 0 => "what raises it weighs more",
            < 0 => "what lowers it weighs more",
            _ => "both weigh the same",
        };
}

/// <summary>Which way the answers point together.</summary>
public enum Verdict
{
    /// <summary>Too few answers, or none that points anywhere.</summary>
    NotEnoughKnown,

    /// <summary>Some raise the suspicion, none lowers it.</summary>
    Raises,

    /// <summary>Some lower the suspicion, none raises it.</summary>
    Lowers,

    /// <summary>Some raise it, some lower it.</summary>
    Mixed,
}

/// <summary>What one answer contributes.</summary>
/// <param name="Question">The question's id.</param>
/// <param name="Asks">Its words.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="Means">What the catalogue says of that answer.</param>
/// <param name="Weight">How much it weighs.</param>
/// <param name="Why">All of it as a sentence.</param>
/// <param name="By">Who answered so.</param>
public sealed record Contribution(string Question, string Asks, string Answer, string Means, Weight Weight, string Why, IReadOnlyList<string> By)
{
    internal static Contribution Of(Question question, PossibleAnswer answer, IEnumerable<GivenAnswer> given)
    {
        var weight = question.WeightOf(answer);
        var people = People(given);
        var direction = answer.Effect switch
        {
            Effect.Raises => $"raises the suspicion (weight: {weight.WireName()})",
            Effect.Lowers => $"lowers the suspicion (weight: {weight.WireName()})",
            _ => "says little",
        };
        return new Contribution(
            question.Id, question.Asks, answer.Answer, answer.Means, weight,
            $"“{answer.Words}” to “{question.Asks}” {direction}: {answer.Means} Answered by {string.Join(", ", people)}.", people);
    }

    internal static IReadOnlyList<string> People(IEnumerable<GivenAnswer> given) =>
        [.. given.Select(one => one.Said.By).Distinct().Order(StringComparer.Ordinal)];
}

/// <summary>A question on which answers differ.</summary>
public sealed record Difference(string Question, string Asks, IReadOnlyList<Side> Sides);

/// <summary>One of the answers, and who gave it.</summary>
public sealed record Side(string Answer, IReadOnlyList<string> By);
