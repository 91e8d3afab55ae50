using System.Globalization;

namespace Ketman.Chaos;

/// <summary>One way of doing the platform harm, and of proving that it bears it.</summary>
internal interface ICampaign
{
    /// <summary>The word after <c>chaos</c>.</summary>
    string Name { get; }

    /// <summary>Does it, bounded in time, and says on <paramref name="progress"/> what happens.</summary>
    Task<Outcome> RunAsync(Orders orders, TextWriter progress, CancellationToken cancellation);

    /// <summary>The same; that it could not be carried to its end is a broken promise like any other.</summary>
    async Task<Outcome> JudgeAsync(Orders orders, TextWriter progress, CancellationToken cancellation)
    {
        try
        {
            return await RunAsync(orders, progress, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new Outcome([], [$"it did not come to its end: {e.GetType().Name}: {e.Message}"]);
        }
    }
}

/// <summary>How much harm.</summary>
/// <param name="Seed">What the choices are drawn from: the same seed breaks the same things in the same order.</param>
/// <param name="Kills">How many processes are killed; null: as many as the campaign finds fit.</param>
/// <param name="Events">How many events are written where the campaign counts them; null: as many as it finds fit.</param>
/// <param name="Requests">How many requests are sent where the campaign counts those; null: as many as it finds fit.</param>
internal sealed record Orders(int Seed, int? Kills, int? Events, int? Requests);

/// <summary>What came of it.</summary>
/// <param name="Figures">What was measured.</param>
/// <param name="Broken">The promises that were broken, in words; none is what is hoped for.</param>
internal sealed record Outcome(IReadOnlyList<Figure> Figures, IReadOnlyList<string> Broken)
{
    /// <summary>For people.</summary>
    public async Task PrintAsync(string campaign, int seed, TextWriter output)
    {
        foreach (var figure in Figures)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{campaign,-8} {figure.Name,-60} {figure.Value,12:N1} {figure.Unit}"));
        }

        await output.WriteLineAsync(Broken.Count == 0 ? $"{campaign,-8} holds (seed {seed})" : $"{campaign,-8} BROKEN (seed {seed}):");
        foreach (var broken in Broken)
        {
            await output.WriteLineAsync($"         {broken}");
        }
    }
}

/// <summary>Something measured.</summary>
internal sealed record Figure(string Name, double Value, string Unit)
{
    /// <summary>Half, most and all of a number of measurements.</summary>
    public static IEnumerable<Figure> Spread(string name, IReadOnlyCollection<double> values, string unit, double most = 0.95)
    {
        var ordered = values.Order().ToList();
        return ordered.Count == 0
            ? []
            :
            [
                new Figure($"{name}, p50", ordered[ordered.Count / 2], unit),
                new Figure($"{name}, p{most * 100:0}", ordered[Math.Min(ordered.Count - 1, (int)(ordered.Count * most))], unit),
                new Figure($"{name}, max", ordered[^1], unit),
            ];
    }
}
