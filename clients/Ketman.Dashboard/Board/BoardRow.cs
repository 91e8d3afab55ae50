using System.Globalization;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Board;

/// <summary>One incident on the board: whose turn it is, since when, and what happens next.</summary>
internal static class BoardRow
{
    private static readonly Html NotTold = Soft(Words.Board_NotTold);
    private static readonly Html Nobody = Soft(Words.Board_Nobody);

    // What bears the same words in every row is written once.
    private static readonly Html TurnCell = Cell("turn", Words.Board_Turn);
    private static readonly Html NextCell = Cell("next", Words.Board_Next);
    private static readonly Html ReactionCell = Cell("reaction", Words.Board_Reaction);
    private static readonly Html TriedCell = Cell("tried", Words.Board_Tried);
    private static readonly Html AssigneeCell = Cell("assignee", Words.Board_Assignee);

    /// <summary>The row.</summary>
    /// <param name="item">The incident.</param>
    /// <param name="visitor">Whoever looks.</param>
    /// <param name="back">The board that it stands on, to come back to.</param>
    /// <param name="past">Whether the past is shown, in which nothing can be done.</param>
    public static Html Of(BoardItem item, Visitor visitor, string back, bool past = false) => Html.Of($"""
        <tr id="r-{item.Disclosure}" data-row data-ref="{item.Disclosure}" data-co="{item.Company.Handle}" data-v="{(item.Status is "open" ? item.DueVersion ?? 0 : null)}" data-turns="{item.TurnsAt?.ToUnixTimeSeconds()}">
        {(visitor.MayRecord && !past ? Mark(item) : null)}<th scope="row">{Name(item)}</th>
        {TurnCell}{Turn(item, visitor)}</td>
        {NextCell}{(item.NextOwed is { } owed ? Next(item, owed, visitor) : NotTold)}</td>
        {ReactionCell}{Reaction(item)}</td>
        {TriedCell}{(item.Attempts is { } attempts ? Tried(item, attempts, visitor) : NotTold)}</td>
        {AssigneeCell}{(item.Assignee is { } assignee ? Html.Of($"{assignee}") : Nobody)}{(visitor.MayRecord && item.Status is "open" && !past ? Outreach(item, back) : null)}</td>
        </tr>
        """);

    private static Html Cell(string kind, string name) => Html.Of($"""<td class="{kind}" data-label="{name}">""");

    private static Html Soft(string text) => Html.Of($"""<span class="soft">{text}</span>""");

    // After something else, and so after a space.
    private static Html Badge(string text, string? more = null) => Html.Of($""" <span class="badge {more}">{text}</span>""");

    private static Html Mark(BoardItem item) => Html.Of(
        $"""<td class="mark"><input type="checkbox" name="row" value="{item.Disclosure}" form="marked" aria-label="{Labels.Fill(Words.Board_Mark, item.Disclosure)}"></td>""");

    private static Html Name(BoardItem item) => Html.Of($"""
        <a href="/incidents/{item.Disclosure}">{item.Company.Name ?? item.Disclosure}</a>{(item.Title is { } title ? Html.Of($""" <span class="title">{title}</span>""") : null)}
        <small><code>{item.Disclosure}</code>{Badge("TLP:" + item.Marking.ToUpperInvariant().Replace('-', '+'))}{(item.Company.Private ? Badge(Words.Board_Private, "warn") : null)}{(item.Status is "open" ? null : Badge(Labels.Of(item.Status)))}{(item.Severity is { } severity ? Badge(Labels.Fill(Words.Board_Severity, Labels.Of(severity))) : null)}{Tags(item.Tags)}</small>
        """);

    private static Html Tags(IReadOnlyList<string> tags) => Html.Of(tags.Select(tag =>
        Html.Of($""" <a class="tag" href="/?tag={Uri.EscapeDataString(tag)}">#{tag}</a>""")));

    private static Html Turn(BoardItem item, Visitor visitor)
    {
        if (item.WaitingOn is not { } turn)
        {
            return NotTold;
        }

        var whose = turn switch { "us" => Words.Board_Us, "company" => Words.Board_Company, _ => Words.Board_Nobody };
        var since = Since(item) is { } at ? Html.Of($"<small>{Words.Board_Since} {Clocks.Tag(at, visitor.Zone)}</small>") : null;
        return Html.Of($"""<span class="badge {(turn is "us" ? "warn" : null)}">{whose}</span>{since}""");
    }

    // Since when it is this side's turn, where that is known: since its own thing is owed, since we last spoke, or since the beginning.
    private static string? Since(BoardItem item) => item.NextOwed is { Since: { } since } owed && owed.OwedBy == item.WaitingOn ? since
        : item.WaitingOn is "company" ? item.LastOutreach?.At
        : item.Attempts is 0 ? item.OpenedAt
        : null;

    private static Html Next(BoardItem item, Owed owed, Visitor visitor)
    {
        var side = owed.OwedBy is { } by && by != item.WaitingOn ? Html.Of($""" <span class="soft">({(by is "us" ? Words.Board_ByUs : Words.Board_ByCompany)})</span>""") : null;
        var when = owed.OverdueAt is { } due ? Html.Of($"""<span class="when">{DueAt.Of(due, item.Overdue is true, item.Company.Zone, visitor)}</span>""") : null;
        var paused = owed.Paused ? Badge(owed.PausedUntil is { } until ? Labels.Fill(Words.Board_PausedUntil, Clocks.Show(until, visitor.Zone)) : Words.Board_Paused) : null;
        var then = owed.Then is { } next
            ? Html.Of($"<small>{Labels.Fill(Words.Board_Then, next.Title)} {Clocks.Tag(next.DueAt.ToString("O", CultureInfo.InvariantCulture), visitor.Zone)}</small>")
            : null;
        return Html.Of($"{What(owed)}{side}{when}{paused}{then}");
    }

    private static string What(Owed owed) => owed.Title
        ?? (owed.Kind is "promise" && owed.What is { } what ? Labels.Fill(Words.Board_Promised, what) : Words.ResourceManager.GetString("Board_Owed_" + owed.Kind.Replace('-', '_'), CultureInfo.InvariantCulture))
        ?? Labels.Of(owed.Kind);

    private static Html Reaction(BoardItem item) =>
        item.Reaction is { } reaction ? Html.Of($"{Labels.Of(reaction)}") : Soft(item.Attempts is null ? Words.Board_NotTold : Words.Board_NoReaction);

    private static Html Tried(BoardItem item, int attempts, Visitor visitor)
    {
        var times = attempts switch { 0 => Words.Board_NoTry, 1 => Words.Board_OneTry, _ => Labels.Fill(Words.Board_Tries, attempts) };
        var channels = item.Channels is { Count: > 0 } used ? ": " + string.Join(", ", used.Select(Labels.Of)) : null;
        var last = item.LastOutreach is { } outreach ? Html.Of($"<small>{Words.Board_Last} {Clocks.Tag(outreach.At, visitor.Zone)}</small>") : null;
        return Html.Of($"{times}{channels}{last}");
    }

    private static Html Outreach(BoardItem item, string back) => Html.Of(
        $"""<small><a data-key="o" href="/incidents/{item.Disclosure}/do/log-outreach?back={Uri.EscapeDataString(back)}">{Words.Board_LogOutreach}</a></small>""");
}
