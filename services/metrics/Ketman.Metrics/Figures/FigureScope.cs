using Ketman.Contracts;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Figures;

/// <summary>A company as figures show it.</summary>
internal sealed record FigureCompany(Guid Id, string Handle, string Name, int? TvlRank, bool Private, string? Zone);

/// <summary>What figures are worked out with, besides the cases.</summary>
/// <param name="Query">What is asked.</param>
/// <param name="Calendar">The team's zone.</param>
/// <param name="Business">Business time.</param>
/// <param name="At">From which moment it is looked at: what still runs has run until then.</param>
/// <param name="Companies">The companies, where the figure is taken apart by them.</param>
/// <param name="Workforce">Who is behind which account, where the figure is taken apart by that.</param>
internal sealed record FigureScope(
    FigureQuery Query, TeamCalendar Calendar, BusinessTime Business, DateTimeOffset At, IReadOnlyDictionary<Guid, FigureCompany> Companies, Workforce? Workforce)
{
    /// <summary>The group that a case belongs to by itself: by its company, that one's segment, or its policy.</summary>
    public string? KeyOf(Measure measure) => Query.Grouping switch
    {
        Grouping.Company => measure.CompanyId.ToString("D"),
        Grouping.Segment => MetricCatalogue.Current.SegmentOf(Companies.GetValueOrDefault(measure.CompanyId)?.TvlRank),
        Grouping.Policy => measure.Policy is { } policy ? $"{policy.Name}/{policy.Version}" : "none",
        _ => null,
    };

    /// <summary>The month of a moment in the team's zone.</summary>
    public string MonthOf(Moment at) => Calendar.DateOf(at).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
}
