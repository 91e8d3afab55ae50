using System.Text.Json;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Assessments;

/// <summary>A page of assessments, as <c>GET /assessments</c> answers.</summary>
public sealed record AssessmentList(IReadOnlyList<AssessmentLine> Items, string? Next);

public sealed record AssessmentLine(string Account, string Confidence, string Status, string OpenedAt, string? ConcludedAt, string? Advice);

/// <summary>The questions and what each answer means: data of the platform, in the words of the source.</summary>
public sealed record Catalogue(int Version, string Source, string Use, int Enough, IReadOnlyList<Question> Questions);

public sealed record Question(string Id, int Number, string Asks, string Kind, string Weight, IReadOnlyList<PossibleAnswer> Answers, string? Caution, bool Counts);

public sealed record PossibleAnswer(string Answer, string Words, string Means, string Effect, string? Weight);

/// <summary>An assessment as this reader may see it. Words are a text, or the mark that they are withheld.</summary>
public sealed record Assessment(
    string Ref, AssessedAccount Account, string Status, int Catalogue, string OpenedAt, string Use, Explanation Explanation, IReadOnlyList<Answered> Questions,
    JsonElement Protected, Conclusion? Conclusion, IReadOnlyList<EarlierRound> Earlier)
{
    /// <summary>The protected questions; null: withheld from this reader.</summary>
    public ProtectedAnswers? ProtectedAnswers => Protected.TryGetProperty("questions", out _) ? Protected.Deserialize<ProtectedAnswers>(JsonSerializerOptions.Web) : null;
}

public sealed record AssessedAccount(string Ref, string Confidence, Clearing? Cleared);

public sealed record Clearing(JsonElement Reason, string At);

public sealed record Explanation(
    string Verdict, string Words, IReadOnlyList<Contribution> Raises, IReadOnlyList<Contribution> Lowers, IReadOnlyList<Contribution> Neither,
    IReadOnlyList<Difference> Differing, IReadOnlyList<string> Open);

public sealed record Contribution(string Question, string Answer, string Weight, string Why);

public sealed record Difference(string Question, string Asks, IReadOnlyList<Side> Sides);

public sealed record Side(string Answer, IReadOnlyList<string> By);

public sealed record Answered(string Question, IReadOnlyList<Answer> Answers);

public sealed record Answer(
    string By, JsonElement? From, JsonElement? Evidence, JsonElement? Note, string At, string Standing, [property: System.Text.Json.Serialization.JsonPropertyName("answer")] string Said,
    JsonElement? WithdrawnBecause);

public sealed record ProtectedAnswers(string Use, IReadOnlyList<Answered> Questions);

public sealed record Conclusion(string Advice, string? Role, IReadOnlyList<string> Goals, string By, JsonElement? Summary, string At);

public sealed record EarlierRound(string OpenedAt, string? ConcludedAt, string? Advice);

/// <summary>Texts that may be withheld.</summary>
internal static class Said
{
    /// <summary>The text, or that it is withheld and how it is marked; null: nothing was said.</summary>
    public static string? Of(JsonElement? said) => said switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } mark => Labels.Fill(Words.Accounts_Withheld, Marking(mark)),
        _ => null,
    };

    /// <summary>The marking of what is withheld, as it is written.</summary>
    public static string Marking(JsonElement mark) =>
        mark.TryGetProperty("withheld", out var marking) ? (marking.GetString() ?? "").ToUpperInvariant().Replace('-', '+') : "";
}
