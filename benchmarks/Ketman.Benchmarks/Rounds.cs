using System.Diagnostics;

namespace Ketman.Benchmarks;

/// <summary>Something that is measured in rounds: what a round needs is made ready before its clock runs.</summary>
/// <typeparam name="T">What was made ready.</typeparam>
internal sealed record Work<T>(Func<Task<T>> Prepare, Func<T, Task<int>> Run)
{
    /// <summary>One round: things done per second.</summary>
    public async Task<double> RateAsync()
    {
        var ready = await Prepare();
        var watch = Stopwatch.StartNew();
        var count = await Run(ready);
        return count / watch.Elapsed.TotalSeconds;
    }
}

/// <summary>Measures two ways of doing the same in turns, so that what else the machine does falls on both.</summary>
internal static class Rounds
{
    /// <summary>Compares rates over an uneven number of rounds, after some to warm up.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="unit">Of the rates.</param>
    /// <param name="required">The least ratio.</param>
    /// <param name="rounds">At least three.</param>
    /// <param name="ours">One round of ours.</param>
    /// <param name="raw">One round at the limit.</param>
    public static async Task<Figure> CompareAsync(
        string name, string unit, double required, int rounds, Func<Task<double>> ours, Func<Task<double>> raw)
    {
        // Pools, prepared statements, and code that is compiled again once it has proved hot.
        for (var warming = 0; warming < 3; warming++)
        {
            await ours();
            await raw();
        }

        var measured = new List<double>();
        var limits = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            // Who goes first changes, since a checkpoint of the database would otherwise always meet the same one.
            if (round % 2 == 0)
            {
                measured.Add(await ours());
                limits.Add(await raw());
            }
            else
            {
                limits.Add(await raw());
                measured.Add(await ours());
            }
        }

        var ratio = Median(measured.Zip(limits, (one, limit) => one / limit));
        return new Figure(name, unit, Median(measured), Median(limits), ratio, required, ratio >= required);
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[(ordered.Count / 2) - 1] + ordered[ordered.Count / 2]) / 2;
    }
}
