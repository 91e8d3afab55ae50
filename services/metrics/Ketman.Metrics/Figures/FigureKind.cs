using Ketman.Contracts;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Figures;

/// <summary>One kind of figure: of what it is counted, by what it can be taken apart, and how the number comes about.</summary>
/// <typeparam name="TUnit">What is counted: cases, attempts, promises, payments.</typeparam>
/// <typeparam name="TFigure">What comes out.</typeparam>
internal abstract class FigureKind<TUnit, TFigure>
    where TFigure : class
{
    /// <summary>Its name in the address.</summary>
    public abstract string Name { get; }

    /// <summary>What of the rows it needs.</summary>
    public abstract MeasureParts Parts { get; }

    /// <summary>The first and the last of the times in a row by which its window goes.</summary>
    public abstract (string From, string Until) WindowColumns { get; }

    /// <summary>By what it can be taken apart.</summary>
    public abstract IReadOnlyList<Grouping> Groupings { get; }

    /// <summary>Which of its metrics can be asked for alone.</summary>
    public virtual IReadOnlyList<string> Metrics => [];

    /// <summary>What is counted of a case, in the window or not.</summary>
    public abstract IEnumerable<TUnit> UnitsOf(Measure measure);

    /// <summary>The case of what is counted.</summary>
    public abstract Measure CaseOf(TUnit unit);

    /// <summary>The time by which it lies in a window and in a month.</summary>
    public abstract Moment WhenOf(TUnit unit);

    /// <summary>The group that it belongs to; null: to none.</summary>
    public abstract string? KeyOf(TUnit unit, FigureScope scope);

    /// <summary>Works the figure out.</summary>
    /// <param name="units">What is in the window (and in the group).</param>
    /// <param name="scope">With what.</param>
    /// <param name="whole">Whether it is the figure of everything, not of a group: only that one bears curves.</param>
    public abstract TFigure Compute(IReadOnlyList<TUnit> units, FigureScope scope, bool whole);

    /// <summary>
    /// What counts of it, in words: as long as they stay the same, the figure is not moved by it. That what still runs has run longer does not
    /// change them.
    /// </summary>
    public abstract string Tell(TUnit unit, FigureScope scope);

    /// <summary>What lies in the window that is asked for.</summary>
    public List<TUnit> Chosen(IEnumerable<Measure> measures, FigureScope scope) =>
        [.. measures.SelectMany(UnitsOf).Where(unit => scope.Query.Window.Contains(WhenOf(unit), scope.Calendar))];
}

/// <summary>What a figure counts, beside it: its words stand with the whole figure, and only its name and version with each group of it.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Version">Its version.</param>
/// <param name="Unit">What it is told in.</param>
/// <param name="Words">What counts, exactly.</param>
/// <param name="Apart">What does not count, or is told apart.</param>
public sealed record FigureDefinition(string Name, int Version, string? Unit, string? Words, string? Apart)
{
    internal static FigureDefinition Of(Metric metric, bool whole) =>
        whole ? new FigureDefinition(metric.Name, metric.Version, metric.Unit, metric.Words, metric.Apart) : new FigureDefinition(metric.Name, metric.Version, null, null, null);
}

/// <summary>A share with its 95 % interval after Wilson (1927).</summary>
/// <param name="Of">Of how many.</param>
/// <param name="Value">The share.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end.</param>
public sealed record Share(int Of, decimal Value, decimal Low, decimal High)
{
    private const double Normal = 1.959963984540054;

    /// <summary>The share of some among all; null: there are none.</summary>
    internal static Share? Count(int some, int all)
    {
        if (all == 0)
        {
            return null;
        }

        var (n, p, z) = ((double)all, (double)some / all, Normal * Normal);
        var middle = (p + (z / (2 * n))) / (1 + (z / n));
        var half = Normal / (1 + (z / n)) * Math.Sqrt((p * (1 - p) / n) + (z / (4 * n * n)));
        // Its ends are exactly 0 and 1 where nobody and where everybody is among them; in floating point they miss by a hair.
        return new Share(all, Round(p), some == 0 ? 0 : Round(middle - half), some == all ? 1 : Round(middle + half));
    }

    private static decimal Round(double value) => Math.Round((decimal)value, 4, MidpointRounding.AwayFromZero);
}

/// <summary>A value that so large a share has reached.</summary>
/// <param name="P">The share, e.g. 0.75.</param>
/// <param name="Value">The time by which it has; absent: not reached by what was seen.</param>
/// <param name="AtLeast">Where it is not reached: the longest time that was seen, which it exceeds.</param>
public sealed record TimeQuantile(decimal P, decimal? Value, decimal? AtLeast);

/// <summary>One step of a curve.</summary>
/// <param name="Time">The time.</param>
/// <param name="AtRisk">How many waited until then.</param>
/// <param name="Events">How many ended then.</param>
/// <param name="Censored">How many were seen last then.</param>
/// <param name="Survival">The estimated share of those who wait longer.</param>
/// <param name="Low">The lower end of its 95 % band; absent: not known.</param>
/// <param name="High">The upper end.</param>
public sealed record CurveStep(decimal Time, int AtRisk, int Events, int Censored, decimal Survival, decimal? Low, decimal? High);

/// <summary>The same over those that ended alone. It misleads: whoever still waits is left out.</summary>
/// <param name="Misleading">Always: so that nobody takes it for the figure.</param>
/// <param name="Of">How many ended.</param>
/// <param name="Median">Their median.</param>
/// <param name="P75">Three quarters.</param>
/// <param name="P90">Nine tenths.</param>
/// <param name="P95">Nineteen of twenty.</param>
public sealed record RespondersOnly(bool Misleading, int Of, decimal? Median, decimal? P75, decimal? P90, decimal? P95);

/// <summary>A time as it is estimated.</summary>
/// <param name="Unit"><c>days</c>, or <c>business hours</c>.</param>
/// <param name="Median">The median; absent: not reached, see <paramref name="AtLeast"/>.</param>
/// <param name="AtLeast">Where it is not reached: the longest time that was seen, which it exceeds.</param>
/// <param name="MedianLow">The lower end of its 95 % band; absent: not known.</param>
/// <param name="MedianHigh">The upper end; absent: beyond what was seen.</param>
/// <param name="Quantiles">p50, p75, p90 and p95.</param>
/// <param name="RespondersOnly">The same over those that ended alone.</param>
/// <param name="Curve">The steps, where they are asked for.</param>
public sealed record TimeEstimate(
    string Unit, decimal? Median, decimal? AtLeast, decimal? MedianLow, decimal? MedianHigh, IReadOnlyList<TimeQuantile> Quantiles,
    RespondersOnly RespondersOnly, IReadOnlyList<CurveStep>? Curve)
{
    private static readonly (decimal P, int Numerator, int Denominator)[] Asked = [(0.5m, 1, 2), (0.75m, 3, 4), (0.9m, 9, 10), (0.95m, 19, 20)];

    /// <summary>Elapsed days.</summary>
    internal static TimeEstimate Days(IReadOnlyCollection<(TimeSpan Time, bool Ended)> times, bool curve) => Of("days", times, curve, InDays);

    /// <summary>Business hours.</summary>
    internal static TimeEstimate BusinessHours(IReadOnlyCollection<(TimeSpan Time, bool Ended)> times, bool curve) =>
        Of("business hours", times, curve, time => Math.Round((decimal)time.Ticks / TimeSpan.TicksPerHour, 4, MidpointRounding.AwayFromZero));

    /// <summary>Days with four decimals, nine seconds.</summary>
    internal static decimal InDays(TimeSpan time) => Math.Round((decimal)time.Ticks / TimeSpan.TicksPerDay, 4, MidpointRounding.AwayFromZero);

    private static TimeEstimate Of(string unit, IReadOnlyCollection<(TimeSpan Time, bool Ended)> times, bool curve, Func<TimeSpan, decimal> told)
    {
        var estimate = SurvivalCurve.Of(times);
        var (low, high) = estimate.MedianBand;
        var longest = Told(estimate.Longest);
        List<TimeQuantile> quantiles = [];
        foreach (var (p, numerator, denominator) in Asked)
        {
            var value = Told(estimate.Quantile(numerator, denominator));
            quantiles.Add(new TimeQuantile(p, value, value is null ? longest : null));
        }

        var ended = estimate.EndedTicks();
        return new TimeEstimate(
            unit, quantiles[0].Value, quantiles[0].AtLeast, Told(low), Told(high), quantiles,
            new RespondersOnly(true, ended.Length, Sample(0.5m), Sample(0.75m), Sample(0.9m), Sample(0.95m)),
            curve ? [.. estimate.Steps.Select(step => new CurveStep(told(step.Time), step.AtRisk, step.Events, step.Censored, Round(step.Survival), Part(step.Low), Part(step.High)))] : null);

        decimal? Told(TimeSpan? time) => time is { } known ? told(known) : null;

        decimal? Sample(decimal p) => ended.Length == 0 ? null : told(TimeSpan.FromTicks((long)Math.Round(SampleQuantile.Type7(ended, p))));
    }

    private static decimal Round(double value) => Math.Round((decimal)value, 6, MidpointRounding.AwayFromZero);

    private static decimal? Part(double? value) => value is { } known ? Round(known) : null;
}
