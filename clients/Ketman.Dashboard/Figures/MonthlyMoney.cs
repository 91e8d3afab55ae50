namespace Ketman.Dashboard.Figures;

/// <summary>Money of several groups as bars: what is known, what is estimated on top of it, and between what the sum lies.</summary>
internal static class MonthlyMoney
{
    public static Bars Bars(IReadOnlyList<string> names, IReadOnlyList<MoneyFigure> figures, bool upright) => new(
        names,
        [
            new BarPart(Words.Figures_Money_Known, "accent", [.. figures.Select(figure => figure.Known?.Usd ?? 0)]),
            new BarPart(Words.Figures_Money_Estimated, "warn", [.. figures.Select(figure => figure.Estimated?.Mean ?? 0)]),
        ],
        Words.Figures_Money_Usd, upright, [.. figures.Select(figure => new[] { figure.Low, figure.High })], Words.Figures_Money_RangeName, Whole: false);
}
