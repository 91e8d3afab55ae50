using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Cli.Import;

namespace Ketman.Cli.Tests.Import;

public sealed class ReadingRecords
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_byte_order_mark_carriage_returns_and_a_missing_last_newline_change_nothing()
    {
        byte[] file = [0xEF, 0xBB, 0xBF, .. "{\"a\":1}\r\n{\"b\":2}\n{\"c\":3}"u8];

        (await ReadAsync(file, csv: false)).Select(Text).ShouldBe(["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
    }

    [Fact]
    public async Task a_line_beyond_the_limit_fails_alone_and_the_rest_goes_on()
    {
        var tooLong = new string('x', RecordReader.LongestRecord + 1);
        var longest = new string('y', RecordReader.LongestRecord);

        var records = await ReadAsync(Encoding.UTF8.GetBytes($"one\n{tooLong}\n{longest}\nfour"), csv: false);

        records.Select(record => (record.Line, record.Flaw)).ShouldBe([(1, null), (2, "longer than 1 MiB"), (3, null), (4, null)]);
        records[2].Bytes.Length.ShouldBe(RecordReader.LongestRecord);
        Text(records[3]).ShouldBe("four");
    }

    [Fact]
    public async Task a_quoted_cell_may_go_over_several_lines()
    {
        var records = await ReadAsync("a,b\n\"x\ny\",\"say \"\"hi\"\"\"\nlast,one\n"u8.ToArray(), csv: true);

        records.Select(record => (record.Line, record.NextLine, Text(record))).ShouldBe(
        [
            (1, 2, "a,b"), (2, 4, "\"x\ny\",\"say \"\"hi\"\"\""), (4, 5, "last,one"),
        ]);
    }

    [Fact]
    public async Task a_quote_that_never_closes_costs_its_line_and_not_the_file()
    {
        var records = await ReadAsync("type,text\nadd-note,\"oops\nadd-note,fine\n"u8.ToArray(), csv: true);

        records.Select(record => (record.Line, record.Flaw)).ShouldBe([(1, null), (2, "a quote is opened and never closed"), (3, null)]);
        Text(records[2]).ShouldBe("add-note,fine");
    }

    [Fact]
    public async Task a_quote_within_a_bare_cell_opens_nothing()
    {
        var records = await ReadAsync("5\" pipe,6\"\"\nnext,line\n"u8.ToArray(), csv: true);

        records.Select(Text).ShouldBe(["5\" pipe,6\"\"", "next,line"]);
    }

    [Fact]
    public async Task a_file_in_another_encoding_is_named_as_such()
    {
        byte[] file = [0xFF, 0xFE, (byte)'{', 0];

        (await Should.ThrowAsync<CliException>(() => ReadAsync(file, csv: false))).Message.ShouldContain("UTF-16");
    }

    [Fact]
    public void records_are_the_lines_however_the_file_arrives_in_pieces()
    {
        var lines = Gen.Elements("", "a", "{\"type\":\"x\"}", "é", new string('z', 70_000)).ArrayOf();
        var cases = from line in lines from piece in Gen.Choose(1, 100_000) select (line, piece);
        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var file = Encoding.UTF8.GetBytes(string.Concat(sample.line.Select(line => line + "\n")));
            var records = ReadAsync(file, csv: false, sample.piece).GetAwaiter().GetResult();
            return records.Select(Text).SequenceEqual(sample.line)
                && records.Select(record => record.Line).SequenceEqual(Enumerable.Range(1, sample.line.Length).Select(line => (long)line))
                && records.All(record => file.AsSpan((int)record.Offset, record.Bytes.Length).SequenceEqual(record.Bytes.Span));
        }).QuickCheckThrowOnFailure();
    }

    private static string Text(RawRecord record) => Encoding.UTF8.GetString(record.Bytes.Span);

    private static async Task<List<RawRecord>> ReadAsync(byte[] file, bool csv, int piece = int.MaxValue)
    {
        await using var stream = new Trickle(file, piece);
        var reader = new RecordReader(stream, csv);
        var records = new List<RawRecord>();
        while (await reader.NextAsync(Cancellation) is { } record)
        {
            records.Add(record);
        }

        return records;
    }

    /// <summary>Gives at most so many bytes at a time, as a disk or a pipe may.</summary>
    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
