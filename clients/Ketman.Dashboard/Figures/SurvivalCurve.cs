using System.Globalization;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Figures;

/// <summary>A curve as its picture and its table show it: the same steps in both.</summary>
internal sealed class SurvivalCurve
{
    // More could be neither told apart in a picture nor read in a table.
    private const int MostSteps = 120;
    private static readonly decimal[] Days = [0, 1m / 24, 6m / 24, 1, 3, 7, 14, 30, 90, 180, 365, 730, 1460];
    private static readonly decimal[] Hours = [0, 1, 4, 8, 24, 40, 80, 160, 480, 960, 2000, 4000, 8000];

    private readonly bool _days;

    private SurvivalCurve(TimeEstimate estimate, IReadOnlyList<CurveStep> all)
    {
        _days = estimate.Unit == "days";
        Unit = estimate.Unit;
        Of = all.Count;
        Steps = Thinned(all);
    }

    public string Unit { get; }

    /// <summary>How many steps it has.</summary>
    public int Of { get; }

    /// <summary>Those that are shown.</summary>
    public IReadOnlyList<CurveStep> Steps { get; }

    /// <summary>The curve of an estimate; null: it was not asked for, or has no step.</summary>
    public static SurvivalCurve? Read(TimeEstimate? estimate) =>
        estimate?.Curve is { Count: > 0 } steps ? new SurvivalCurve(estimate, steps) : null;

    /// <summary>What the picture is drawn from; see Assets/figures.js.</summary>
    /// <param name="even">Whether the time runs evenly.</param>
    public object Picture(bool even)
    {
        var end = Math.Max(Steps[^1].Time * (even ? 1.03m : 1.3m), _days ? 1m / 24 : 1);
        return new
        {
            // The unit below which the axis is stretched: an hour.
            Stretched = even ? (decimal?)null : _days ? 1m / 24 : 1,
            End = end,
            X = Labels.Fill(Words.Figures_CurveX, _days ? Words.Figures_Elapsed : Words.Figures_Business),
            Curve = Words.Figures_Curve,
            Band = Words.Figures_CurveBand,
            Waiting = Words.Figures_CurveWaiting,
            Half = Words.Figures_CurveHalf,
            Ticks = Ticks(end, even),
            Steps = Steps.Select(step => new { T = step.Time, S = step.Survival, Lo = step.Low, Hi = step.High, C = step.Censored, Text = Text(step) }),
        };
    }

    private string Text(CurveStep step) => string.Join(
        "\n",
        Labels.Fill(Words.Figures_CurveStep, Amounts.Time(step.Time, Unit), Amounts.Percent(step.Survival))
            + (step is { Low: { } low, High: { } high } ? ", " + Labels.Fill(Words.Figures_CurveStepBand, Amounts.Percent(low), Amounts.Percent(high)) : ""),
        Labels.Fill(Words.Figures_CurveStepRisk, step.AtRisk, step.Events, step.Censored));

    private IEnumerable<object> Ticks(decimal end, bool even)
    {
        var round = even ? Enumerable.Range(0, 7).Select(index => Math.Round(end * index / 6, end > 12 ? 0 : 2)) : (_days ? Days : Hours).Where(tick => tick <= end);
        return round.Select(tick => new { T = tick, Text = Name(tick) });
    }

    private string Name(decimal tick) => tick == 0 ? "0"
        : _days ? tick < 1 ? Clocks.Span(TimeSpan.FromDays((double)tick)) : tick.ToString("0.##", CultureInfo.InvariantCulture) + " d"
        : tick.ToString("0.##", CultureInfo.InvariantCulture) + " h";

    private static IReadOnlyList<CurveStep> Thinned(IReadOnlyList<CurveStep> all) => all.Count <= MostSteps
        ? all
        : [.. Enumerable.Range(0, MostSteps).Select(index => all[(int)((long)index * (all.Count - 1) / (MostSteps - 1))])];
}
