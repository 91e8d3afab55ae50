using System.Globalization;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Companies;

/// <summary>Figures as people read them; "at least" where more than half still wait.</summary>
internal static class Numbers
{
    public static string Median(Estimate estimate) => estimate switch
    {
        { Median: { } median } => Span(median, estimate.Unit),
        { AtLeast: { } least } => Labels.Fill(Words.Companies_AtLeast, Span(least, estimate.Unit)),
        _ => "–",
    };

    /// <summary>One digit after the point where that says something.</summary>
    public static string Short(double number) => number.ToString(number < 10 ? "0.##" : "0.#", CultureInfo.InvariantCulture);

    public static string Percent(double share) => Math.Round(share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Usd(decimal usd) => usd.ToString("#,0.##", CultureInfo.InvariantCulture) + " USD";

    private static string Span(double time, string unit) => unit switch
    {
        "days" => Clocks.Span(TimeSpan.FromDays(time)),
        "business hours" => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time, 1)} h"),
        _ => $"{Short(time)} {unit}",
    };
}
