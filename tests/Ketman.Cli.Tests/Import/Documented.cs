using System.Text;
using System.Text.Json;
using Ketman.Cli.Import;
using Ketman.Vocabulary;

namespace Ketman.Cli.Tests.Import;

/// <summary>Schema and documentation come from the catalogue that reads the lines. KETMAN_APPROVE=1 writes them anew.</summary>
public sealed class Documented
{
    private const string Begin = "<!-- generated: the line types, by `KETMAN_APPROVE=1` on the test that compares them -->";
    private const string End = "<!-- end of generated -->";

    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task the_schema_in_the_documentation_is_the_one_the_cli_prints() =>
        CompareAsync(Path.Combine(Docs, "import.schema.json"), _ => ImportSchema.Write());

    [Fact]
    public Task the_documentation_lists_every_line_type_and_member_as_they_are() =>
        CompareAsync(Path.Combine(Docs, "import.md"), text => text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + "\n"
            + Reference() + text[text.IndexOf(End, StringComparison.Ordinal)..]);

    [Fact]
    public void every_example_is_a_line_that_can_be_sent()
    {
        foreach (var type in LineTypes.All)
        {
            type.Examples.ShouldNotBeEmpty(type.Name);
            foreach (var example in type.Examples)
            {
                var line = Read(example);
                line.Flaw.ShouldBeNull($"{example}");
                line.Item!.Type.ShouldBe(type);
                using var json = JsonDocument.Parse(example);
                type.Fields.Where(field => field.Required && !json.RootElement.TryGetProperty(field.Name, out _)).Select(field => field.Name).ShouldBeEmpty(example);
            }
        }
    }

    [Fact]
    public void what_an_example_refers_to_stands_above_it()
    {
        var known = new HashSet<string>();
        foreach (var example in LineTypes.All.SelectMany(type => type.Examples))
        {
            var item = Read(example).Item!;
            foreach (var (to, text) in item.References.Where(reference => reference.To is not Refers.ToNothing))
            {
                var name = to is Refers.ToFact ? $"{item.Stream}/{text}" : $"{to.ToString()[2..].ToLowerInvariant()}:{text}";
                known.ShouldContain(name, example);
            }

            known.Add(item.Stream!);
            known.Add($"{item.Stream}/{item.Key}");
        }
    }

    private static async Task CompareAsync(string path, Func<string, string> expected)
    {
        var text = File.Exists(path) ? await File.ReadAllTextAsync(path, Cancellation) : "";
        var right = expected(text);
        if (Environment.GetEnvironmentVariable("KETMAN_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(path, right, Cancellation);
        }

        text.ShouldBe(right, $"{Path.GetFileName(path)} is out of date; run this test with KETMAN_APPROVE=1");
    }

    private static string Reference()
    {
        var text = new StringBuilder();
        foreach (var group in LineTypes.All.GroupBy(type => type.Aggregate))
        {
            text.Append('\n').Append("### ").Append(group.Key switch { "company" => "Companies", "account" => "Accounts", "assessment" => "Assessments", "lead" => "Leads", _ => "Disclosures" }).Append('\n');
            foreach (var type in group)
            {
                Write(text, type);
            }
        }

        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, LineType type)
    {
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n#### {type.Name}\n\n{type.Meaning}\n\n| member | | holds | meaning |\n|---|---|---|---|\n");
        if (type.TargetMember is { } target)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{target}` | required | handle or id | the {target} it is about |\n");
        }

        foreach (var field in type.Fields)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{field.Name}` | {(field.Required ? "required" : "")} | {Holds(field)} | {field.Meaning.Replace("<", "\\<", StringComparison.Ordinal)} |\n");
        }

        if (type.AtLeastOneOf.Count > 0)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\nAt least one of {string.Join(", ", type.AtLeastOneOf.Select(name => $"`{name}`"))} is required.\n");
        }

        text.Append("\n```json\n").AppendJoin('\n', type.Examples).Append("\n```\n");
    }

    private static string Holds(Field field) => field.Kind switch
    {
        FieldKind.Moment => "day or instant",
        FieldKind.Integer => "whole number",
        FieldKind.Decimal => "number, or a string with one",
        FieldKind.YesNo => "true or false",
        FieldKind.Choice => string.Join(", ", field.Choices.Select(choice => $"`{choice}`")),
        FieldKind.TextList when field.Choices.Count > 0 => $"list of {string.Join(", ", field.Choices.Select(choice => $"`{choice}`"))}",
        FieldKind.TextList => "list of text",
        _ => $"text, at most {field.MaxLength}",
    };

    private static ImportLine Read(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return ImportLine.Read(new RawRecord(1, 2, 0, bytes.Length, bytes, null), null);
    }
}
