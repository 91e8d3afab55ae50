using System.Numerics;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The Kaplan-Meier estimator over times that ended and times that still run. What still runs is taken as longer than it has
/// run so far: neither left out nor counted as if it had ended.
/// </summary>
public static class KaplanMeier
{
    /// <summary>The first time at which the estimated share of those still waiting is one half or less.</summary>
    /// <param name="times">Each time, and whether it ended then (otherwise it still runs).</param>
    /// <returns>Null when it never falls that far: the median is longer than anything that was seen.</returns>
    public static TimeSpan? Median(IReadOnlyCollection<(TimeSpan Time, bool Ended)> times) => SurvivalCurve.Of(times).Quantile(1, 2);
}

/// <summary>One step of a curve.</summary>
/// <param name="Time">At which somebody ended, or was seen last.</param>
/// <param name="AtRisk">How many waited until then.</param>
/// <param name="Events">How many of them ended then.</param>
/// <param name="Censored">How many were seen last then, still waiting.</param>
/// <param name="Survival">The estimated share of those who wait longer.</param>
/// <param name="Low">The lower end of its 95 % band; null: not known, because nobody is left.</param>
/// <param name="High">The upper end.</param>
public readonly record struct SurvivalStep(TimeSpan Time, int AtRisk, int Events, int Censored, double Survival, double? Low, double? High);

/// <summary>
/// A Kaplan-Meier curve with its 95 % band: Greenwood's variance, log(-log) transformed, so that the band stays between 0 and 1
/// (Kalbfleisch and Prentice).
/// </summary>
public sealed class SurvivalCurve
{
    // The quantile of the standard normal distribution at 0.975.
    private const double Normal = 1.959963984540054;

    // Far more than what a product of a million factors can be off, far less than one step changes it.
    private const double Doubt = 1e-9;

    // Apart from one another, so that what only the curve itself needs (the band at every step) is not worked out for a median.
    private readonly List<Point> _points;

    private SurvivalCurve(List<Point> points) => _points = points;

    /// <summary>Its steps, in order.</summary>
    public IReadOnlyList<SurvivalStep> Steps =>
    [
        .. _points.Select(point =>
        {
            var (low, high) = Band(point.Survival, point.Variance);
            return new SurvivalStep(TimeSpan.FromTicks(point.Ticks), point.AtRisk, point.Events, point.Censored, point.Survival, low, high);
        }),
    ];

    /// <summary>The longest time that was seen; null: there is none.</summary>
    public TimeSpan? Longest => _points.Count == 0 ? null : TimeSpan.FromTicks(_points[^1].Ticks);

    /// <summary>The times that ended, in order.</summary>
    internal long[] EndedTicks()
    {
        var ended = new long[_points.Sum(point => point.Events)];
        var at = 0;
        foreach (var point in _points)
        {
            Array.Fill(ended, point.Ticks, at, point.Events);
            at += point.Events;
        }

        return ended;
    }

    /// <summary>
    /// From when to when the median lies with 95 % confidence (Brookmeyer and Crowley): where the band crosses one half. Null ends are not
    /// reached by what was seen.
    /// </summary>
    public (TimeSpan? Low, TimeSpan? High) MedianBand
    {
        get
        {
            TimeSpan? from = null;
            foreach (var point in _points)
            {
                if (point.Events > 0)
                {
                    var (low, high) = Band(point.Survival, point.Variance);
                    from ??= low <= 0.5 ? TimeSpan.FromTicks(point.Ticks) : null;
                    if (high <= 0.5)
                    {
                        return (from, TimeSpan.FromTicks(point.Ticks));
                    }
                }
            }

            return (from, null);
        }
    }

    /// <summary>Estimates the curve.</summary>
    /// <param name="times">Each time, and whether it ended then.</param>
    public static SurvivalCurve Of(IReadOnlyCollection<(TimeSpan Time, bool Ended)> times)
    {
        // The last bit tells those who still wait: at the same time they come after those who ended.
        var sorted = new long[times.Count];
        var index = 0;
        foreach (var (time, ended) in times)
        {
            sorted[index++] = (time.Ticks << 1) | (ended ? 0L : 1L);
        }

        Array.Sort(sorted);
        List<Point> points = new(sorted.Length);
        var (share, variance) = (1d, 0d);
        for (var at = 0; at < sorted.Length;)
        {
            var (ticks, waiting, events) = (sorted[at] >> 1, sorted.Length - at, 0);
            for (; at < sorted.Length && sorted[at] >> 1 == ticks; at++)
            {
                events += (sorted[at] & 1) == 0 ? 1 : 0;
            }

            if (events > 0)
            {
                share *= (double)(waiting - events) / waiting;
                variance += events / ((double)waiting * (waiting - events));
            }

            points.Add(new Point(ticks, waiting, events, waiting - (sorted.Length - at) - events, share, variance));
        }

        return new SurvivalCurve(points);
    }

    /// <summary>
    /// The first time by which at most 1 - p still wait, p being <paramref name="numerator"/> of <paramref name="denominator"/>. It is decided
    /// exactly: in floating point a share of exactly one half can come out above it.
    /// </summary>
    /// <returns>Null when the curve never falls that far.</returns>
    public TimeSpan? Quantile(int numerator, int denominator)
    {
        var (low, high) = (0, _points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IsAtMost(middle, denominator - numerator, denominator) ? (low, middle) : (middle + 1, high);
        }

        return low < _points.Count ? TimeSpan.FromTicks(_points[low].Ticks) : null;
    }

    private static (double? Low, double? High) Band(double share, double variance)
    {
        if (share is 1)
        {
            return (1, 1);
        }

        if (share is 0)
        {
            return (null, null);
        }

        var width = Math.Exp(Normal * Math.Sqrt(variance) / Math.Abs(Math.Log(share)));
        return (Math.Pow(share, width), Math.Pow(share, 1 / width));
    }

    private bool IsAtMost(int step, int numerator, int denominator)
    {
        var difference = _points[step].Survival - ((double)numerator / denominator);
        if (Math.Abs(difference) > Doubt)
        {
            return difference < 0;
        }

        // What is left of one step is what waits at the next unless somebody was lost between them, so most factors cancel.
        List<BigInteger> above = [];
        List<BigInteger> below = [];
        var left = 0;
        foreach (var one in _points.Take(step + 1))
        {
            if (one.Events == 0)
            {
                continue;
            }

            if (above.Count > 0 && left == one.AtRisk)
            {
                above.RemoveAt(above.Count - 1);
            }
            else
            {
                below.Add(one.AtRisk);
            }

            left = one.AtRisk - one.Events;
            above.Add(left);
        }

        return Product([.. above, denominator], 0, above.Count + 1) <= Product([.. below, numerator], 0, below.Count + 1);
    }

    // By halves, so that numbers of like length meet: one by one it would be quadratic.
    private static BigInteger Product(BigInteger[] factors, int from, int to) => (to - from) switch
    {
        1 => factors[from],
        var count => Product(factors, from, from + (count / 2)) * Product(factors, from + (count / 2), to),
    };

    private readonly record struct Point(long Ticks, int AtRisk, int Events, int Censored, double Survival, double Variance);
}

/// <summary>The quantiles of a sample.</summary>
public static class SampleQuantile
{
    /// <summary>
    /// By type 7 of Hyndman and Fan (1996), which spreadsheets and R use unless told otherwise: on the straight line between the two values next to
    /// 1 + p(n - 1), exactly.
    /// </summary>
    /// <param name="sorted">The sample in order; not empty.</param>
    /// <param name="p">From 0 to 1.</param>
    public static decimal Type7(IReadOnlyList<decimal> sorted, decimal p) => Type7(sorted.Count, place => sorted[place], p);

    /// <summary>The same of a sample in whole numbers.</summary>
    /// <param name="sorted">The sample in order; not empty.</param>
    /// <param name="p">From 0 to 1.</param>
    public static decimal Type7(long[] sorted, decimal p) => Type7(sorted.Length, place => sorted[place], p);

    private static decimal Type7(int count, Func<int, decimal> at, decimal p)
    {
        var place = p * (count - 1);
        var below = (int)Math.Floor(place);
        return below + 1 < count ? at(below) + ((place - below) * (at(below + 1) - at(below))) : at(below);
    }
}
