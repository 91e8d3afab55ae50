using System.Globalization;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Figures;

/// <summary>Numbers of figures as people read them, with the same roundings as on the command line.</summary>
internal static class Amounts
{
    /// <summary>A count.</summary>
    public static string Count(decimal number) => number.ToString("#,0.####", CultureInfo.InvariantCulture);

    /// <summary>US dollars.</summary>
    public static string Usd(decimal usd) => usd.ToString("#,0.##", CultureInfo.InvariantCulture) + " USD";

    /// <summary>E.g. <c>34 %</c>.</summary>
    public static string Percent(decimal share) => Math.Round(share * 100, 1, MidpointRounding.AwayFromZero).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>E.g. <c>34 % of 50 (22.4 % to 47.9 %)</c>.</summary>
    public static string Of(Share? share) =>
        share is null ? Words.Figures_NotDecided : Labels.Fill(Words.Figures_Share, Percent(share.Value), share.Of, Percent(share.Low), Percent(share.High));

    /// <summary>A time with its unit, e.g. <c>0.79 d</c>.</summary>
    public static string Time(decimal time, string unit) =>
        Math.Round(time, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture) + (unit == "days" ? " d" : " h");

    /// <summary>The time that a share reached, or that it is longer than all that was seen; null: nobody was seen.</summary>
    public static string? Time(decimal? value, decimal? atLeast, string unit) =>
        value is { } known ? Time(known, unit) : atLeast is { } least ? Labels.Fill(Words.Figures_AtLeast, Time(least, unit)) : null;

    /// <summary>The band of a median.</summary>
    public static string? Band(TimeEstimate estimate) => (estimate.MedianLow, estimate.MedianHigh) switch
    {
        (null, _) => null,
        ({ } low, null) => Labels.Fill(Words.Figures_BandOpen, Time(low, estimate.Unit)),
        ({ } low, { } high) => Labels.Fill(Words.Figures_Band, Time(low, estimate.Unit), Time(high, estimate.Unit)),
    };

    /// <summary>A time in words for a sentence, e.g. <c>19 h</c>; a time of zero days is one within the day.</summary>
    public static string Spoken(decimal time, string unit) => time == 0
        ? unit == "days" ? Words.Figures_SameDay : Words.Figures_NoBusinessTime
        : unit == "days" ? Clocks.Span(TimeSpan.FromDays((double)time))
        : Labels.Fill(Words.Figures_BusinessHours, Time(time, unit));
}
