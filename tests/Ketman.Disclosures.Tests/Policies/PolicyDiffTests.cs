using System.Text.Json;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Tests.Policies;

public sealed class PolicyDiffTests
{
    [Theory]
    [InlineData("""{"title":"a"}""", """{"title":"a"}""", "")]
    [InlineData("""{"title":"a"}""", """{"title":"b"}""", "title: \"a\" -> \"b\"")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":2,"c":3}}""", "a.b: 1 -> 2; a.c: - -> 3")]
    [InlineData("""{"clocks":[{"name":"x","t":1},{"name":"y","t":2}]}""", """{"clocks":[{"name":"z"},{"name":"x","t":1},{"name":"y","t":3}]}""", "clocks[y].t: 2 -> 3; clocks[z]: - -> {\"name\":\"z\"}")]
    [InlineData("""{"clocks":[{"name":"x"},{"name":"y"}]}""", """{"clocks":[{"name":"y"}]}""", "clocks[x]: {\"name\":\"x\"} -> -")]
    [InlineData("""{"ladder":[{"step":"x"},{"step":"y"}]}""", """{"ladder":[{"step":"y"},{"step":"x"}]}""", "ladder (order): [\"x\",\"y\"] -> [\"y\",\"x\"]")]
    [InlineData("""{"stoppedBy":["a","b"]}""", """{"stoppedBy":["b"]}""", "stoppedBy: [\"a\",\"b\"] -> [\"b\"]")]
    [InlineData("""{"due":{"after":"x","time":"P1D"}}""", """{"due":{"firstOf":[{"after":"x","time":"P1D"}]}}""", "due.after: \"x\" -> -; due.time: \"P1D\" -> -; due.firstOf: - -> [{\"after\":\"x\",\"time\":\"P1D\"}]")]
    public void each_member_that_differs_is_named(string from, string to, string differences) =>
        string.Join("; ", PolicyDiff.Between(JsonDocument.Parse(from).RootElement, JsonDocument.Parse(to).RootElement)
            .Select(one => $"{one.Path}: {one.From?.GetRawText() ?? "-"} -> {one.To?.GetRawText() ?? "-"}")).ShouldBe(differences);
}
