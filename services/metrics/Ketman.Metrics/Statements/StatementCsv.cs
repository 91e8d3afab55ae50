using System.Text;
using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The figures as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP says; a
/// number stays a number. Whoever writes CSV in this platform writes it here.
/// </summary>
public static class StatementCsv
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "text/csv";

    private static readonly string[] Header = ["month", "figure", "definition", "member", "unit", "value", "withheld"];

    /// <summary>A line for each number of the figures.</summary>
    internal static byte[] Write(string month, IEnumerable<FigureCell> cells) => Table(
        Header,
        cells.Select(cell => (Cell[])
        [
            month, cell.Figure, new Cell(cell.Version), cell.Member, cell.Unit, new Cell(cell.Value), cell.Withheld is { } marking ? Marking.Label(marking) : "",
        ]));

    /// <summary>A line for each number of two months.</summary>
    internal static byte[] Write(string month, string against, IEnumerable<ComparedCell> cells) => Table(
        ["figure", "member", "unit", month, against, "difference"],
        cells.Select(cell => (Cell[])[cell.Figure, cell.Member, cell.Unit, new Cell(cell.Value), new Cell(cell.Against), new Cell(cell.Difference)]));

    private static byte[] Table(IEnumerable<string> header, IEnumerable<Cell[]> rows)
    {
        var text = new StringBuilder();
        foreach (var line in rows.Prepend([.. header.Select(name => (Cell)name)]))
        {
            text.AppendJoin(',', line.Select(cell => cell.Text)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Text that no spreadsheet runs, quoted where it must be.</summary>
    internal static string Guarded(string text)
    {
        var harmless = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text : text;
        return harmless.AsSpan().ContainsAny(",\"\r\n") ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }

    /// <summary>What stands between two commas: it can be made of text, which is guarded, or of a number, and of nothing else.</summary>
    private readonly struct Cell
    {
        public Cell(decimal? number) => Text = number is { } value ? FigureSheet.Text(value) : "";

        private Cell(string text) => Text = Guarded(text);

        public string Text { get; }

        public static implicit operator Cell(string text) => new(text);
    }
}
