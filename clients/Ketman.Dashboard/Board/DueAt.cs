using System.Globalization;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Board;

/// <summary>When something is or was due: in the reader's zone and, where that is another hour, in the company's. Overdue is said in a word.</summary>
internal static class DueAt
{
    /// <summary>The moment as markup.</summary>
    /// <param name="at">When.</param>
    /// <param name="overdue">Whether it has passed.</param>
    /// <param name="zone">Where the company reads the clock, where that is known.</param>
    /// <param name="visitor">Whoever looks.</param>
    public static Html Of(DateTimeOffset at, bool overdue, string? zone, Visitor visitor)
    {
        var word = overdue ? Html.Of($"""<strong class="badge bad">{Words.Board_Overdue}</strong> """) : null;
        var ago = Labels.Fill(overdue ? Words.Board_Ago : Words.Board_In, Clocks.Span(at - visitor.Now));
        var theirs = TheirHour(at, zone, visitor.Zone) is { } hour ? Html.Of($""" <span class="soft">{Labels.Fill(Words.Board_TheirHour, hour)}</span>""") : null;
        return Html.Of($"""{word}{Clocks.Tag(at.ToString("O", CultureInfo.InvariantCulture), visitor.Zone)} <span class="ago" data-at="{at.ToUnixTimeSeconds()}">{ago}</span>{theirs}""");
    }

    private static string? TheirHour(DateTimeOffset at, string? zone, TimeZoneInfo ours)
    {
        if (zone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var theirs) || theirs.GetUtcOffset(at) == ours.GetUtcOffset(at))
        {
            return null;
        }

        var sameDay = TimeZoneInfo.ConvertTime(at, theirs).Date == TimeZoneInfo.ConvertTime(at, ours).Date;
        return sameDay ? Clocks.Hour(at, theirs) : Clocks.Show(at, theirs);
    }
}
