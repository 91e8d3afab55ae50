using System.Text;
using System.Text.Json.Nodes;
using Ketman.Cli.Import;

namespace Ketman.Cli.Tests.Import;

public sealed class ReadingLines
{
    [Fact]
    public void a_line_becomes_an_item_with_its_target_its_key_and_the_rest_as_body()
    {
        var line = Read("""{"type":"log-outreach","disclosure":"halcyon-2025-02","key":"first-mail","channel":"email","at":"2025-02-03"}""");

        JsonNode.DeepEquals(JsonNode.Parse(line.Item!.Item), JsonNode.Parse(
            """{"command":"log-outreach","target":"halcyon-2025-02","key":"first-mail","body":{"channel":"email","at":"2025-02-03"}}""")).ShouldBeTrue();
        line.Item.Stream.ShouldBe("disclosure:halcyon-2025-02");
    }

    [Fact]
    public void the_key_follows_from_what_a_line_says_and_not_from_how_it_is_written()
    {
        var one = Read("""{"type":"add-note","disclosure":"halcyon","text":"caf\u00e9","at":"2025-02-03"}""").Item!.Key;
        var other = Read("""{ "at" : "2025-02-03",  "text":"café", "disclosure":"halcyon", "type":"add-note" }""").Item!.Key;
        var third = Read("""{"type":"add-note","disclosure":"halcyon","text":"cafe","at":"2025-02-03"}""").Item!.Key;

        other.ShouldBe(one);
        third.ShouldNotBe(one);
    }

    [Fact]
    public void a_mended_line_of_an_errors_file_is_the_line_it_was()
    {
        const string Line = """{"type":"add-note","disclosure":"halcyon","text":"x"}""";
        var errorLine = Read(Line).WithError("facts.jsonl", new LineFlaw("disclosure", "there is no such disclosure"));

        var again = Read(Encoding.UTF8.GetString(errorLine));

        again.Flaw.ShouldBeNull();
        again.Item!.Key.ShouldBe(Read(Line).Item!.Key);
        again.Item.Item.ShouldBe(Read(Line).Item!.Item);
    }

    [Theory]
    [InlineData("""{"type":"log-outreech","disclosure":"x"}""", "type", "no such type; did you mean log-outreach?")]
    [InlineData("""{"disclosure":"x"}""", "type", "missing: every line says what it is, e.g. \"type\":\"log-outreach\"")]
    [InlineData("""{"type":"add-note","text":"x"}""", "disclosure", "missing: which disclosure is meant")]
    [InlineData("""{"type":"add-note","disclosure":7,"text":"x"}""", "disclosure", "expected the disclosure's handle or id")]
    [InlineData("""{"type":"add-note","disclosure":"x","txt":"x"}""", "txt", "add-note has no such member; did you mean text?")]
    [InlineData("""{"type":"flag-account","disclosure":"x","reason":"x"}""", "disclosure", "flag-account has no such member")]
    [InlineData("""{"type":"add-note","disclosure":"x","text":"x","key":"with space"}""", "key", "expected 1 to 200 visible ASCII characters without spaces")]
    [InlineData("""{"type":"add-note","disclosure":"x","text":"x","text":"y"}""", null, "a member comes more than once")]
    [InlineData("""{"type":"add-note","disclosure":"x",""", null, "not valid JSON (column 36)")]
    [InlineData("""["add-note"]""", null, "expected a JSON object such as {\"type\":\"log-outreach\",...}")]
    [InlineData("""{"type":"add-note","disclosure":"x","text":"\ud800"}""", null, "text must be valid Unicode")]
    public void a_line_that_cannot_be_sent_says_which_member_is_wrong_and_what_would_be_right(string line, string? field, string reason) =>
        Read(line).Flaw.ShouldBe(new LineFlaw(field, reason));

    [Fact]
    public void bytes_that_are_no_text_are_a_flaw_of_the_line()
    {
        byte[] bytes = [.. "{\"type\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        ImportLine.Read(new RawRecord(1, 2, 0, bytes.Length, bytes, null), null).Flaw.ShouldBe(new LineFlaw(null, "not valid UTF-8"));
    }

    [Fact]
    public void a_csv_record_is_the_line_its_columns_make_of_it()
    {
        var header = CsvHeader.Read(Record("type,account,disclosure,asset,amount,usd,at,reference"));

        var line = ImportLine.Read(Record("record-payment,github:quietfox,halcyon-2025-02,USDC,1250.50,,2025-02-03,"), header);

        JsonNode.DeepEquals(JsonNode.Parse(line.Source.Span), JsonNode.Parse(
            """{"type":"record-payment","account":"github:quietfox","disclosure":"halcyon-2025-02","asset":"USDC","amount":1250.50,"at":"2025-02-03"}""")).ShouldBeTrue();
    }

    [Fact]
    public void lists_and_truths_of_csv_become_those_of_json()
    {
        var header = CsvHeader.Read(Record("type,account,active,employedAt,at"));

        Source("index-account,github:quietfox,true,Borealis DAO|\"Halcyon, Inc\",").ShouldBe(null, "a quote must enclose the whole cell");
        Source("index-account,github:quietfox,yes,\"Borealis DAO|Halcyon, Inc\",").ShouldBe(
            """{"type":"index-account","account":"github:quietfox","active":true,"employedAt":["Borealis DAO","Halcyon, Inc"]}""");
        Source("observe-employment,github:quietfox,,,").ShouldBe("""{"type":"observe-employment","account":"github:quietfox","employedAt":[]}""");

        string? Source(string record) => ImportLine.Read(Record(record), header) is { Flaw: null } line ? Encoding.UTF8.GetString(line.Source.Span) : null;
    }

    [Theory]
    [InlineData("record-payment,x,12.5.0", "amount", "expected a number with a decimal point and no thousands separators, such as 5000")]
    [InlineData("record-payment,x,\"1,250\"", "amount", "expected a number with a decimal point and no thousands separators, such as 5000")]
    [InlineData("record-payment,x,1,2", null, "4 cells under 3 columns; a cell with a comma must stand in quotes")]
    public void a_csv_cell_that_does_not_fit_is_named_by_its_column(string record, string? field, string reason) =>
        ImportLine.Read(Record(record), CsvHeader.Read(Record("type,disclosure,amount"))).Flaw.ShouldBe(new LineFlaw(field, reason));

    [Fact]
    public void a_csv_file_without_a_type_column_is_refused_whole() =>
        Should.Throw<CliException>(() => CsvHeader.Read(Record("disclosure,text"))).Code.ShouldBe(ExitCode.Usage);

    private static ImportLine Read(string json) => ImportLine.Read(Record(json), null);

    private static RawRecord Record(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new RawRecord(1, 2, 0, bytes.Length, bytes, null);
    }
}
