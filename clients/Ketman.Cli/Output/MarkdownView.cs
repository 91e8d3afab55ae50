using System.Text;
using Spectre.Console;

namespace Ketman.Cli.Output;

/// <summary>Shows Markdown on a terminal: the part of it that statements use, everything else as it stands.</summary>
internal static class MarkdownView
{
    private const string TitleMember = "title:";

    public static void Show(string markdown, Screen screen)
    {
        var lines = Screen.Clean(markdown.Replace("\r", "", StringComparison.Ordinal).Replace('\n', '\u2028')).Split('\u2028');
        var index = SkipFrontMatter(lines);

        // What the front matter says besides is for the site that publishes it.
        if (lines[..index].FirstOrDefault(line => line.StartsWith(TitleMember, StringComparison.Ordinal)) is { } title)
            ShowHeading("# " + title[TitleMember.Length..].Trim(' ', '"'), screen);
        var paragraph = new StringBuilder();
        for (; index < lines.Length; index++)
        {
            var line = lines[index];
            if (IsBlock(line) && paragraph.Length > 0)
                Flush();

            if (line.StartsWith('#'))
                ShowHeading(line, screen);
            else if (line.StartsWith('|'))
                index = ShowTable(lines, index, screen);
            else if (IsItem(line))
                index = ShowItem(lines, index, screen);
            else if (line.StartsWith("> ", StringComparison.Ordinal))
                screen.Draw(new Padder(new Markup($"[italic]{Inline(line[2..])}[/]"), new Padding(2, 0, 0, 0)));
            else if (line.Length == 0)
                screen.Line();
            else
                paragraph.Append(paragraph.Length == 0 ? "" : " ").Append(line.Trim());
        }

        Flush();

        void Flush()
        {
            if (paragraph.Length == 0)
                return;
            screen.Draw(new Markup(Inline(paragraph.ToString()) + "\n"));
            paragraph.Clear();
        }
    }

    private static bool IsBlock(string line) =>
        line.Length == 0 || line[0] is '#' or '|' or '>' || IsItem(line);

    private static bool IsItem(string line)
    {
        var text = line.AsSpan().TrimStart();
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        return text.StartsWith("- ") || text.StartsWith("* ") || (digits is > 0 and < 4 && text[digits..].StartsWith(". "));
    }

    private static int SkipFrontMatter(string[] lines)
    {
        var end = lines.Length > 0 && lines[0] == "---" ? Array.IndexOf(lines, "---", 1) : -1;
        return end + 1;
    }

    private static void ShowHeading(string line, Screen screen)
    {
        var level = line.TakeWhile(c => c == '#').Count();
        var text = Inline(line[level..].Trim());
        screen.Draw(new Markup(level == 1 ? $"[bold underline]{text}[/]\n" : $"[bold]{text}[/]\n"));
    }

    private static int ShowItem(string[] lines, int index, Screen screen)
    {
        var line = lines[index];
        var indent = line.Length - line.TrimStart().Length;
        var mark = line.TrimStart().Split(' ', 2);
        var text = new StringBuilder(mark[1].Trim());
        while (index + 1 < lines.Length && lines[index + 1].StartsWith("  ", StringComparison.Ordinal) && !IsItem(lines[index + 1]))
            text.Append(' ').Append(lines[++index].Trim());

        var bullet = mark[0] is "-" or "*" ? "•" : mark[0];
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(indent + 1, 0, 1, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(new Text(bullet), new Markup(Inline(text.ToString())));
        screen.Draw(grid);
        return index;
    }

    private static int ShowTable(string[] lines, int index, Screen screen)
    {
        var rows = lines.Skip(index).TakeWhile(line => line.StartsWith('|')).ToList();
        var table = new Table { Border = TableBorder.Simple };
        foreach (var head in Cells(rows[0]))
            table.AddColumn(new TableColumn(new Markup($"[bold]{Inline(head)}[/]")));
        foreach (var row in rows.Skip(1).Where(row => row.AsSpan().Trim("|-: ").Length > 0))
        {
            var cells = Cells(row).Take(table.Columns.Count).Select(cell => new Markup(Inline(cell))).ToArray();
            table.AddRow(cells);
        }

        screen.Draw(table);
        return index + rows.Count - 1;
    }

    private static string[] Cells(string row) => [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];

    /// <summary>Bold, emphasis, code and links as Spectre's markup; unbalanced marks stay as they are.</summary>
    private static string Inline(string text)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (Between(text, at, "**", out var bold))
                at = Wrap("bold", bold, 2);
            else if (Between(text, at, "`", out var code))
                at = Wrap("cyan", code, 1);
            else if (text[at] == '*' && Between(text, at, "*", out var emphasis))
                at = Wrap("italic", emphasis, 1);
            else
                result.Append(Markup.Escape(text[at++].ToString()));

            int Wrap(string style, string inner, int mark)
            {
                result.Append('[').Append(style).Append(']').Append(Markup.Escape(inner)).Append("[/]");
                return at + inner.Length + (2 * mark);
            }
        }

        return result.ToString();
    }

    private static bool Between(string text, int at, string mark, out string inner)
    {
        inner = string.Empty;
        if (string.CompareOrdinal(text, at, mark, 0, mark.Length) != 0)
            return false;

        var end = text.IndexOf(mark, at + mark.Length, StringComparison.Ordinal);
        if (end <= at + mark.Length || text[at + mark.Length] == ' ')
            return false;

        inner = text[(at + mark.Length)..end];
        return true;
    }
}
