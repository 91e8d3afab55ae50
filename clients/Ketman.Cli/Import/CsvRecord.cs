using System.Buffers;
using System.Text;
using System.Text.Json;
using Ketman.Vocabulary;

namespace Ketman.Cli.Import;

/// <summary>Reads CSV (RFC 4180): a header with the members' names, empty cells for absent members, lists with <c>|</c> between their entries.</summary>
internal sealed class CsvHeader
{
    private const char ListSeparator = '|';

    private readonly string[] _columns;

    private CsvHeader(string[] columns) => _columns = columns;

    /// <exception cref="CliException">The header is unusable: nothing below it could be understood.</exception>
    public static CsvHeader Read(RawRecord record)
    {
        var columns = record.Flaw is null ? Split(record.Bytes.Span) : null;
        if (columns is null || !columns.Contains("type"))
            throw new CliException(ExitCode.Usage, "The first line of a CSV file must name its columns, `type` among them.");
        if (columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new CliException(ExitCode.Usage, $"The column {twice.Key} comes more than once.");
        return new CsvHeader([.. columns.Select(name => name.Trim())]);
    }

    /// <summary>The record as the JSON object that a line of a JSON Lines file would hold, or what is wrong with it.</summary>
    public (byte[]? Json, string? Field, string? Flaw) ToJson(RawRecord record)
    {
        if (Split(record.Bytes.Span) is not { } cells)
            return (null, null, "quotes must enclose a whole cell; a quote within is written twice");
        if (cells.Length > _columns.Length)
            return (null, null, $"{cells.Length} cells under {_columns.Length} columns; a cell with a comma must stand in quotes");

        var typeAt = Array.IndexOf(_columns, "type");
        var type = typeAt < cells.Length ? LineTypes.Find(cells[typeAt]) : null;
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        for (var index = 0; index < cells.Length; index++)
        {
            var (column, cell) = (_columns[index], cells[index]);
            if (cell.Length == 0)
                continue;
            if (type?.FieldNamed(column) is not { } field)
                json.WriteString(column, cell);
            else if (Write(json, field, cell) is { } right)
                return (null, column, right);
        }

        // A list that must be said cannot be told from an absent one in CSV; empty is what an empty cell means.
        foreach (var list in type?.Fields.Where(field => field is { IsList: true, Required: true }) ?? [])
        {
            var at = Array.IndexOf(_columns, list.Name);
            if (at < 0 || at >= cells.Length || cells[at].Length == 0)
                FieldText.WriteList(json, list, []);
        }

        json.WriteEndObject();
        json.Flush();
        return (buffer.WrittenSpan.ToArray(), null, null);
    }

    private static string? Write(Utf8JsonWriter json, Field field, string cell) => field.IsList
        ? FieldText.WriteList(json, field, cell.Split(ListSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        : FieldText.Write(json, field, cell);

    private static string[]? Split(ReadOnlySpan<byte> record)
    {
        var cells = new List<string>();
        var at = 0;
        while (true)
        {
            if (at < record.Length && record[at] == '"')
            {
                var cell = new ArrayBufferWriter<byte>();
                at++;
                while (true)
                {
                    var quote = record[at..].IndexOf((byte)'"');
                    if (quote < 0)
                        return null;
                    cell.Write(record.Slice(at, quote));
                    at += quote + 1;
                    if (at >= record.Length || record[at] != '"')
                        break;
                    cell.Write("\""u8);
                    at++;
                }

                if (at < record.Length && record[at] != ',')
                    return null;
                cells.Add(Encoding.UTF8.GetString(cell.WrittenSpan));
            }
            else
            {
                var comma = record[at..].IndexOf((byte)',');
                var end = comma < 0 ? record.Length : at + comma;
                cells.Add(Encoding.UTF8.GetString(record[at..end]).Trim());
                at = end;
            }

            if (at >= record.Length)
                return [.. cells];
            at++;
        }
    }
}
