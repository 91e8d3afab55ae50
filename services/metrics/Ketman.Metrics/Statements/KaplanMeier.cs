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
    public static TimeSpan? Median(IReadOnlyCollection<(TimeSpan Time, bool Ended)> times)
    {
        // The share as an exact fraction: in floating point a share of exactly one half can come out above it.
        var (share, whole) = (BigInteger.One, BigInteger.One);
        var waiting = times.Count;
        foreach (var moment in times.GroupBy(one => one.Time).OrderBy(group => group.Key))
        {
            var ended = moment.Count(one => one.Ended);
            (share, whole) = (share * (waiting - ended), whole * waiting);
            if (2 * share <= whole)
            {
                return moment.Key;
            }

            waiting -= moment.Count();
        }

        return null;
    }
}
