using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ketman.Cli.Output;

/// <summary>One column of a table.</summary>
/// <param name="Title">Its head.</param>
/// <param name="Right">Whether it holds figures.</param>
internal sealed record Column(string Title, bool Right = false);

/// <summary>
/// Writes answers: with lines and colours on a terminal, as plain aligned columns when piped, so that <c>grep</c>, <c>awk</c> and
/// <c>diff</c> work on them.
/// </summary>
internal sealed class Screen(Surroundings surroundings)
{
    private readonly Lazy<IAnsiConsole> _console = new(() => CreateConsole(surroundings));

    public void Line(string text = "") => surroundings.Out.WriteLine(Clean(text));

    /// <summary>The API's answer, unchanged.</summary>
    public void Raw(ReadOnlySpan<byte> body)
    {
        surroundings.Out.Write(Encoding.UTF8.GetString(body));
        if (body.Length == 0 || body[^1] != '\n')
            surroundings.Out.WriteLine();
    }

    /// <summary>A remark for the person, beside the answer.</summary>
    public void Remark(string text) => surroundings.Error.WriteLine(Clean(text));

    public void Table(IReadOnlyList<Column> columns, IReadOnlyList<string?[]> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            // An empty answer to a program is no lines, to a person it is a sentence.
            if (surroundings.OutIsTerminal)
                Line(whenEmpty);
            else
                Remark(whenEmpty);
            return;
        }

        if (surroundings.OutIsTerminal)
            DrawTable(columns, rows);
        else
            AlignTable(columns, rows);
    }

    /// <summary>Names and values below one another; lines without a value are left out.</summary>
    public void Facts(IEnumerable<(string Name, string? Value)> facts)
    {
        var shown = facts.Where(fact => !string.IsNullOrEmpty(fact.Value)).ToList();
        if (shown.Count == 0)
            return;

        var width = shown.Max(fact => fact.Name.Length) + 2;
        foreach (var (name, value) in shown)
        {
            if (surroundings.Colours)
                _console.Value.MarkupLineInterpolated($"[grey]{name.PadRight(width)}[/]{Clean(value!)}");
            else
                surroundings.Out.WriteLine(name.PadRight(width) + Clean(value!));
        }
    }

    public void Heading(string text)
    {
        if (surroundings.Colours)
            _console.Value.MarkupLineInterpolated($"[bold]{Clean(text)}[/]");
        else
            surroundings.Out.WriteLine(Clean(text));
    }

    public void Draw(IRenderable renderable) => _console.Value.Write(renderable);

    /// <summary>Text without what could steer a terminal: whoever wrote a note must not be able to move a reader's cursor.</summary>
    public static string Clean(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 && text.AsSpan().IndexOfAnyInRange('\u007F', '\u009F') < 0
        && text.AsSpan().IndexOfAnyInRange('\u202A', '\u202E') < 0 && text.AsSpan().IndexOfAnyInRange('\u2066', '\u2069') < 0
            ? text
            : string.Concat(text.Select(c => c is '\n' or '\t' ? ' ' : char.IsControl(c) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' ? '\uFFFD' : c));

    private void DrawTable(IReadOnlyList<Column> columns, IReadOnlyList<string?[]> rows)
    {
        var table = new Table { Border = TableBorder.Rounded, UseSafeBorder = false };
        table.BorderColor(Color.Grey);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(column.Title)}[/]"))
            {
                Alignment = column.Right ? Justify.Right : Justify.Left,
                NoWrap = column.Right,
            });
        }

        foreach (var row in rows)
            table.AddRow(row.Select(cell => (IRenderable)new Text(Clean(cell ?? "–"))));

        _console.Value.Write(table);
    }

    private void AlignTable(IReadOnlyList<Column> columns, IReadOnlyList<string?[]> rows)
    {
        var cells = rows.Select(row => row.Select(cell => Clean(string.IsNullOrEmpty(cell) ? "-" : cell)).ToArray()).ToList();
        cells.Insert(0, [.. columns.Select(column => column.Title.ToUpperInvariant())]);
        var widths = columns.Select((_, index) => cells.Max(row => row[index].Length)).ToArray();
        foreach (var row in cells)
        {
            var line = row.Select((cell, index) => columns[index].Right ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]));
            surroundings.Out.WriteLine(string.Join("  ", line).TrimEnd());
        }
    }

    private static IAnsiConsole CreateConsole(Surroundings surroundings)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = surroundings.Colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = surroundings.Colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(surroundings.Out),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = surroundings.Width;
        return console;
    }
}
