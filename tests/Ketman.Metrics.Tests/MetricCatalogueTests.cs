using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Metrics.Figures;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

public sealed class MetricCatalogueTests
{
    [Fact]
    public void every_definition_of_the_statement_is_in_the_catalogue()
    {
        foreach (var property in typeof(MetricDefinition).GetProperties().Where(property => property.PropertyType == typeof(MetricDefinition)))
        {
            var definition = (MetricDefinition)property.GetValue(null)!;
            MetricCatalogue.Current.Find(definition.Name, definition.Version)!.Shown.ShouldContain("statement");
        }
    }

    [Fact]
    public void every_milestone_that_a_time_or_a_clock_of_a_case_names_can_be_read_from_a_case()
    {
        var catalogue = MetricCatalogue.Current;
        var named = catalogue.Metrics.SelectMany(metric => new[] { metric.Strict, metric.Relaxed }).OfType<MetricVariant>().SelectMany(variant => new[] { variant.Anchor, variant.Stop })
            .Concat(catalogue.Clocks.Where(clock => clock.Per is null).SelectMany(clock => clock.Stop.Append(clock.Anchor))).OfType<string>();
        named.Except(WireNames<CaseMilestone>.All).ShouldBeEmpty();
    }

    [Fact]
    public void an_old_version_stays_beside_the_new_one()
    {
        MetricCatalogue.Current.Find("reaction-time", 1)!.Words.ShouldStartWith("For the cases of affected companies opened in the month");
        MetricCatalogue.Current.Latest("reaction-time")!.Version.ShouldBe(2);
        MetricCatalogue.Current.Find("reaction-time", 3).ShouldBeNull();
    }

    [Theory]
    [InlineData(1, "top-10")]
    [InlineData(10, "top-10")]
    [InlineData(11, "top-11-50")]
    [InlineData(50, "top-11-50")]
    [InlineData(51, "top-51-300")]
    [InlineData(300, "top-51-300")]
    [InlineData(301, "beyond")]
    [InlineData(40_000, "beyond")]
    [InlineData(null, "unknown")]
    public void a_rank_lies_in_one_segment(int? rank, string segment) => MetricCatalogue.Current.SegmentOf(rank).ShouldBe(segment);

    [Theory]
    [InlineData("metrics[0].words", " ", "words are missing")]
    [InlineData("metrics[0].version", 2, "the versions of affected-companies are not 1 to 1")]
    [InlineData("metrics[0].name", "AffectedCompanies", "is not kebab-case")]
    [InlineData("metrics[0].strict.stop", "acknowledged", "an anchor without a stop")]
    [InlineData("clocks[0].anchor", "noon", "noon, which is no milestone")]
    [InlineData("segments[1].from", 12, "the segments do not follow one another")]
    [InlineData("metrics[0].wisdom", "much", "could not be mapped")]
    public void a_catalogue_with_a_fault_is_refused_and_says_which(string path, object value, string says)
    {
        var json = JsonNode.Parse(Encoding.UTF8.GetString(Embedded()))!;
        var names = path.Replace("]", "", StringComparison.Ordinal).Split('.', '[');
        var node = json;
        foreach (var name in names[..^1])
        {
            node = int.TryParse(name, out var index) ? node[index]! : node[name]!;
        }

        node[names[^1]] = JsonValue.Create(value);
        Should.Throw<InvalidDataException>(() => MetricCatalogue.Read(Encoding.UTF8.GetBytes(json.ToJsonString()))).Message.ShouldContain(says);
    }

    private static byte[] Embedded()
    {
        using var stream = typeof(MetricCatalogue).Assembly.GetManifestResourceStream("Ketman.Metrics.Figures.metrics.json")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
