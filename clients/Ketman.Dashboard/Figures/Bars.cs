namespace Ketman.Dashboard.Figures;

/// <summary>What a picture of bars is drawn from; see Assets/figures.js.</summary>
/// <param name="Labels">What each bar is of.</param>
/// <param name="Series">Its parts.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Upright">Whether the bars stand, as months do, or lie, as names do.</param>
/// <param name="Ranges">Between what each bar may lie, where it is not known exactly.</param>
/// <param name="Range">What that is called.</param>
/// <param name="Whole">Whether only whole numbers make sense.</param>
internal sealed record Bars(
    IReadOnlyList<string> Labels, IReadOnlyList<BarPart> Series, string Unit, bool Upright = false, IReadOnlyList<decimal[]>? Ranges = null, string? Range = null, bool Whole = true);

/// <summary>One part of every bar.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Tone">A token of the colours; the pattern tells it apart too.</param>
/// <param name="Values">How long it is in each.</param>
internal sealed record BarPart(string Name, string Tone, IReadOnlyList<decimal> Values);

/// <summary>A picture shows the first groups only: more could not be told apart. Their table has them all.</summary>
internal static class Pictured
{
    private const int MostBars = 20;
    private const int MostMonths = 60;

    public static List<FigureGroup<T>> Of<T>(IReadOnlyList<FigureGroup<T>> groups, bool upright) =>
        [.. upright ? groups.TakeLast(MostMonths) : groups.Take(MostBars)];
}
