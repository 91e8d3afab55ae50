using System.Text.Json;
using System.Text.RegularExpressions;
using Ketman.Contracts;

namespace Ketman.Intake.Assessments;

/// <summary>What is asked about an account, in one version. The versions are documents beside this file; none is ever changed.</summary>
/// <param name="Version">Counted from 1.</param>
/// <param name="Source">Whose questions they are.</param>
/// <param name="Use">What they are for, and what they are not for.</param>
/// <param name="Enough">How many of the questions that carry weight must be answered, and agreed on, before anything follows.</param>
/// <param name="Questions">In the order in which they are asked.</param>
/// <param name="Roles">The parts that an actor can play.</param>
/// <param name="Goals">What such an insider can be after.</param>
public sealed partial record QuestionCatalogue(
    int Version,
    string Source,
    string Use,
    int Enough,
    IReadOnlyList<Question> Questions,
    IReadOnlyList<RoleOfActor> Roles,
    IReadOnlyList<GoalOfInsider> Goals)
{
    /// <summary>Every version that an assessment may have been opened with, the oldest first.</summary>
    public static IReadOnlyList<QuestionCatalogue> All { get; } = [.. Read().OrderBy(catalogue => catalogue.Version)];

    /// <summary>What new assessments ask.</summary>
    public static QuestionCatalogue Newest => All[^1];

    /// <summary>The version that an assessment was opened with.</summary>
    public static QuestionCatalogue Of(int version) => All[version - 1];

    /// <summary>The question of that id, or null.</summary>
    public Question? Find(string id) => Questions.FirstOrDefault(question => question.Id == id);

    private static IEnumerable<QuestionCatalogue> Read()
    {
        var assembly = typeof(QuestionCatalogue).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => DocumentName().IsMatch(name)))
        {
            using var document = assembly.GetManifestResourceStream(name)!;
            yield return JsonSerializer.Deserialize<QuestionCatalogue>(document, ContractJson.Options)!;
        }
    }

    [GeneratedRegex(@"\.questions-\d+\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex DocumentName();
}

/// <summary>One question, in the exact words of its source.</summary>
/// <param name="Id">Its stable name, e.g. <c>met-in-person</c>.</param>
/// <param name="Number">Its place in the source.</param>
/// <param name="Asks">Its words.</param>
/// <param name="Kind">What it looks at.</param>
/// <param name="Weight">How much its answers weigh; always none where it is protected.</param>
/// <param name="Answers">What can be answered.</param>
/// <param name="Caution">What whoever answers should bear in mind.</param>
public sealed record Question(
    string Id, int Number, string Asks, IndicatorKind Kind, Weight Weight, IReadOnlyList<PossibleAnswer> Answers, string? Caution = null)
{
    /// <summary>Whether anything can follow from it. A protected one never counts, whatever a document says of its weight.</summary>
    public bool Counts => Kind is not IndicatorKind.Protected && Weight is not Weight.None;

    /// <summary>The answer of that name, or null.</summary>
    public PossibleAnswer? Find(string answer) => Answers.FirstOrDefault(one => one.Answer == answer);

    /// <summary>How much an answer weighs.</summary>
    public Weight WeightOf(PossibleAnswer answer) => !Counts || answer.Effect is Effect.None ? Weight.None : answer.Weight ?? Weight;
}

/// <summary>An answer that a question can have.</summary>
/// <param name="Answer">Its stable name, e.g. <c>yes</c>.</param>
/// <param name="Words">As the source words it.</param>
/// <param name="Means">What follows from it, in the words of the source.</param>
/// <param name="Effect">Which way it points.</param>
/// <param name="Weight">How much it weighs; left out: as the question.</param>
public sealed record PossibleAnswer(string Answer, string Words, string Means, Effect Effect, Weight? Weight = null)
{
    /// <summary>The answer that nobody is asked to guess instead of.</summary>
    public const string Unknown = "unknown";
}

/// <summary>A part that an actor can play.</summary>
public sealed record RoleOfActor(ActorRole Role, string Means);

/// <summary>Something that such an insider can be after.</summary>
public sealed record GoalOfInsider(InsiderGoal Goal, string Means);

/// <summary>What a question looks at.</summary>
public enum IndicatorKind
{
    /// <summary>What somebody does.</summary>
    Behavioural,

    /// <summary>What somebody claims or hands in, against what is seen.</summary>
    Documentary,

    /// <summary>Age, sex, ethnic or national origin: context without weight, shown to few and never given out.</summary>
    Protected,
}

/// <summary>Which way an answer points.</summary>
public enum Effect
{
    /// <summary>Neither way.</summary>
    None,

    /// <summary>It raises the suspicion.</summary>
    Raises,

    /// <summary>It lowers the suspicion.</summary>
    Lowers,
}

/// <summary>How much an answer weighs.</summary>
public enum Weight
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Little.</summary>
    Low,

    /// <summary>Some.</summary>
    Medium,

    /// <summary>Much.</summary>
    High,
}

/// <summary>What such an insider is after.</summary>
public enum InsiderGoal
{
    /// <summary>Wages that are passed on.</summary>
    Revenue,

    /// <summary>A network of helpers.</summary>
    NetworkBuilding,

    /// <summary>Access to technology, infrastructure or identities.</summary>
    Access,

    /// <summary>Secrets of the company.</summary>
    Exfiltration,

    /// <summary>Ransom or blackmail.</summary>
    Extortion,

    /// <summary>Payments past sanctions.</summary>
    SanctionsEvasion,

    /// <summary>A lasting hold on infrastructure.</summary>
    Hacking,

    /// <summary>Malicious code at those who are worth it.</summary>
    Malware,
}
