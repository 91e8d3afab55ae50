namespace Ketman.Benchmarks;

/// <summary>One subject of <c>./ketman bench</c>. A new one is a class of this kind and a line in <c>Program.cs</c>.</summary>
internal interface IBenchmark
{
    /// <summary>The word after <c>bench</c>.</summary>
    string Name { get; }

    /// <summary>Measures; says on <paramref name="progress"/> what it is doing.</summary>
    /// <param name="only">Measures only figures whose name contains this; null: all.</param>
    /// <param name="progress">For people who wait.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation);
}

/// <summary>A measured figure beside its limit.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of <paramref name="Measured"/> and <paramref name="Limit"/>.</param>
/// <param name="Measured">The median of the rounds.</param>
/// <param name="Limit">What the same machine does at most in the same run, or null where there is no such thing.</param>
/// <param name="Ratio">The median of the rounds' ratios, which is steadier than the ratio of the medians.</param>
/// <param name="Required">What <paramref name="Ratio"/> (without a limit: <paramref name="Measured"/>) must reach, or null.</param>
/// <param name="Holds">Whether it does.</param>
internal sealed record Figure(string Name, string Unit, double Measured, double? Limit, double? Ratio, double? Required, bool Holds);
