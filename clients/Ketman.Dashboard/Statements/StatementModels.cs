using System.Globalization;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Figures;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Statements;

/// <summary>What became of a month: <c>GET /statements/{month}/versions</c>. The platform verifies every step when it is asked.</summary>
public sealed record StatementVersions(string Month, string Zone, int? Version, IReadOnlyList<StatementStep> Steps, IReadOnlyList<MovedFigure> Moved)
{
    /// <summary>What is looked over and waits to be frozen; none: nothing is.</summary>
    public StatementStep? Waiting => Steps.LastOrDefault(step => step.Kind == "reviewed" && step.Version == (Version ?? 0) + 1);

    /// <summary>Whether the month is over in the team's zone.</summary>
    public bool IsOver(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) ? zone : TimeZoneInfo.Utc);
        return string.CompareOrdinal(Month, local.ToString("yyyy-MM", CultureInfo.InvariantCulture)) < 0;
    }

    /// <summary>Where it stands, in words.</summary>
    public string State(DateTimeOffset now) => (Version, Waiting) switch
    {
        (null, null) => IsOver(now) ? Words.Statement_Draft : Words.Statement_Running,
        (null, _) => Words.Statement_Reviewed,
        ({ } version, null) => Moved.Count == 0 ? Labels.Fill(Words.Statement_Frozen, version) : Labels.Fill(Words.Statement_FrozenMoved, version, Numbers(Moved.Count)),
        ({ } version, _) => Labels.Fill(Words.Statement_FrozenReviewed, version),
    };

    /// <summary>How urgent that looks.</summary>
    public string Tone => Version is null ? Waiting is null ? "" : "warn" : Moved.Count == 0 ? "good" : "warn";

    public static string Numbers(int count) => count == 1 ? Words.Statement_Numbers1 : Labels.Fill(Words.Statement_NumbersN, count);
}

public sealed record StatementStep(string Month, int Number, string Kind, int Version, string By, DateTimeOffset At, string Hash, string Key);

public sealed record MovedFigure(string Figure, string Member, decimal? From, decimal? To, IReadOnlyList<MovingFact> Because);

public sealed record MovingFact(Guid Event, string Kind, string At, DateTimeOffset RecordedAt);

public sealed record NoteList(IReadOnlyList<StatementNote> Items);

public sealed record StatementNote(string Section, int Version, string Text, string Marking, string By, DateTimeOffset At);

public sealed record ComparedMonths(string Month, string Against, string Zone, string Marking, IReadOnlyList<ComparedCell> Figures);

public sealed record ComparedCell(string Figure, string Member, string Unit, decimal? Value, decimal? Against, decimal? Difference);

/// <summary>How a figure was reached: <c>GET /statements/{month}/figures/{figure}</c>.</summary>
public sealed record StatementExplanation(
    string Month, string Zone, string Marking, DefinitionName Definition, IReadOnlyList<FigureCell> Numbers, IReadOnlyList<ContributingCase> Contributing,
    IReadOnlyList<LeftOut> LeftOut, string Note);

public sealed record FigureCell(string Member, string Unit, decimal? Value, string? Withheld);

public sealed record ContributingCase(string? Disclosure, string? Company, IReadOnlyList<ExplainedFact> Facts);

public sealed record ExplainedFact(Guid Event, string Kind, string At, DateTimeOffset RecordedAt);

public sealed record LeftOut(string Why, int Count, IReadOnlyList<ExplainedFact> Facts);

/// <summary>Which rendering of a month is looked at: members of the API by their own names.</summary>
public sealed record StatementLook(string? Tlp, string? Version, string? State)
{
    public static StatementLook Read(IQueryCollection query)
    {
        var shown = Value(query, "show");
        return new StatementLook(Value(query, "tlp"), Value(query, "version") ?? (shown is "draft" ? null : shown), shown is "draft" ? "draft" : Value(query, "state"));
    }

    /// <summary>What the choice of versions is at.</summary>
    public string? Shown => State == "draft" ? "draft" : Version;

    /// <summary>The query for the API, or for the download.</summary>
    public string Query(string format) => QueryString.Create(
        new[] { ("format", format), ("tlp", Tlp), ("version", Version), ("state", State) }.Where(member => member.Item2 is not null)
            .Select(member => KeyValuePair.Create(member.Item1, member.Item2))).ToString();

    private static string? Value(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: > 0 } value ? value : null;
}

/// <summary>One line of the list of months.</summary>
/// <param name="Month">The month.</param>
/// <param name="Opened">How many incidents were opened in it.</param>
/// <param name="Versions">What became of it; null: what is kept of it is not what was signed.</param>
public sealed record MonthLine(string Month, int Opened, StatementVersions? Versions);

/// <summary>The page of a month.</summary>
/// <param name="Month">The month.</param>
/// <param name="Look">Which rendering was asked for.</param>
/// <param name="Text">The text.</param>
/// <param name="Frozen">Which version that is; null: the draft.</param>
/// <param name="Versions">What became of the month; null: what is kept of it is not what was signed.</param>
/// <param name="Notes">The notes as they stand now.</param>
/// <param name="Problem">Why a step was refused.</param>
/// <param name="Typed">What was typed to confirm it.</param>
public sealed record MonthView(
    string Month, StatementLook Look, StatementText Text, int? Frozen, StatementVersions? Versions, IReadOnlyList<StatementNote> Notes, Problem? Problem, string? Typed);

/// <summary>A month's name.</summary>
internal static class Months
{
    /// <summary>E.g. <c>February 2025</c>; what is no month stays as it is.</summary>
    public static string Name(string month) => DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        ? first.ToString("MMMM yyyy", CultureInfo.InvariantCulture)
        : month;

    public static string Before(string month) => DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        ? first.AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture)
        : month;
}
