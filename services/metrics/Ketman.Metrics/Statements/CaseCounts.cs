using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>Cases in which malicious code was found in the month.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Value">How many.</param>
/// <param name="AssessedWithoutFinding">Cases assessed in the month in which none was found.</param>
/// <param name="Events">What it was counted from; with none found, the assessments that found none.</param>
public sealed record ImplantsFound(MetricDefinition Definition, int Value, int AssessedWithoutFinding, IReadOnlyList<Guid> Events)
{
    internal static ImplantsFound Count(Casebook book, StatementMonth month)
    {
        var assessed = book.Cases
            .Select(known => known.Of<ImplantAssessed>().Where(said => month.Contains(said.At)).ToList())
            .Where(assessments => assessments.Count > 0).ToList();
        var found = assessed.Count(assessments => assessments.Any(said => said.Said.Found));
        return new ImplantsFound(
            MetricDefinition.ImplantsFound, found, assessed.Count - found,
            [.. assessed.SelectMany(assessments => assessments.Select(said => said.Id))]);
    }
}

/// <summary>Cases in which outside help was engaged in the month.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Value">How many.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record PostExploitationHelp(MetricDefinition Definition, int Value, IReadOnlyList<Guid> Events)
{
    internal static PostExploitationHelp Count(Casebook book, StatementMonth month)
    {
        var engaged = book.Cases
            .Select(known => known.Of<PostExploitationHelpEngaged>().Where(said => month.Contains(said.At)).ToList())
            .Where(help => help.Count > 0).ToList();
        return new PostExploitationHelp(
            MetricDefinition.PostExploitationHelp, engaged.Count, [.. engaged.SelectMany(help => help.Select(said => said.Id))]);
    }
}
