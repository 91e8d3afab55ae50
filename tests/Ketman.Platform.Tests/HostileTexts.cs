using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>Texts that would be a script, a link, a formula or front matter in whatever shows them, stored in every text member that there is.</summary>
public sealed partial class HostileTexts : IAsyncLifetime
{
    // References, and words of a catalogue: what these name is looked up and not shown as it was written.
    private static readonly string[] NoTexts =
    [
        "domain", "zone", "company", "address", "contact", "handle", "account", "to", "into", "assessment", "question", "answer", "lead", "disclosure",
        "repository", "asset", "payment", "outreach", "commitment", "subject", "pause", "request", "fact",
    ];

    private RunningPlatform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await RunningPlatform.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task stored_in_every_text_member_they_come_back_as_data_and_never_as_a_page()
    {
        var (lines, members) = Lines();
        var file = Path.Combine(_platform.Folder, "hostile.jsonl");
        await File.WriteAllLinesAsync(file, lines, Cancellation);
        var import = await _platform.CliAsync(Cancellation, "import", file, "--json");
        JsonNode.Parse(import.Output)!["recorded"]!.GetValue<int>().ShouldBeGreaterThan(55, import.Output + import.Errors);
        (await _platform.CliAsync(Cancellation, "health", "--wait")).ExitCode.ShouldBe(0);

        var shown = new HashSet<string>();
        var answers = 0;
        foreach (var path in await ReadingPathsAsync())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_platform.Url, path));
            request.Headers.Authorization = _platform.Api.DefaultRequestHeaders.Authorization;
            request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*");
            using var answer = await _platform.Api.SendAsync(request, Cancellation);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);
            // The statement alone has a form for browsers; it is made of figures and sentences of its own.
            var page = path.StartsWith("/api/v1/statements/", StringComparison.Ordinal) && answer.IsSuccessStatusCode;
            answer.Content.Headers.ContentType!.MediaType.ShouldBeOneOf(
                page ? ["text/html", "application/json"] : ["application/json", "application/problem+json", "text/markdown"], path);
            (page && text.Contains("alert(", StringComparison.Ordinal)).ShouldBeFalse(path);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], path);
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none';");
            answers += answer.IsSuccessStatusCode ? 1 : 0;
            shown.UnionWith(members.Where(member => text.Contains($"alert({member})", StringComparison.Ordinal)));
        }

        answers.ShouldBeGreaterThan(25);
        shown.Count.ShouldBeGreaterThan(10, string.Join(' ', shown));
    }

    [Fact]
    public async Task in_the_statement_they_are_neither_html_nor_link_nor_front_matter()
    {
        var file = Path.Combine(_platform.Folder, "hostile.jsonl");
        await File.WriteAllLinesAsync(file, Lines().Lines, Cancellation);
        await _platform.CliAsync(Cancellation, "import", file, "--json");
        (await _platform.CliAsync(Cancellation, "health", "--wait")).ExitCode.ShouldBe(0);

        foreach (var month in new[] { "2025-01", "2025-02", "2025-03" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"statements/{month}");
            request.Headers.Add("Accept", "text/markdown");
            using var answer = await _platform.Api.SendAsync(request, Cancellation);
            var markdown = await answer.Content.ReadAsStringAsync(Cancellation);

            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/markdown");
            markdown.ShouldStartWith("---\ntitle: ");
            markdown.Split('\n').Count(line => line == "---").ShouldBe(2, "the front matter begins once and ends once");
            markdown.ShouldNotContain("<");
            markdown.ShouldNotContain("](");
            markdown.ShouldNotContain("alert(");
            markdown.ShouldNotContain("owned");
        }

        // The figures of the month are there, and so is what the texts belong to.
        var json = await _platform.Api.GetStringAsync("statements/2025-02", Cancellation);
        JsonNode.Parse(json)!["affectedCompanies"]!["value"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(0);
    }

    /// <summary>The documented import lines, in their order, with the attack in every text; and the members that are texts.</summary>
    private static (List<string> Lines, HashSet<string> Members) Lines()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(PlatformWithTheSampleMonth.Sample, "..", "..", "docs", "import.schema.json")))!;
        var members = new HashSet<string>();
        var lines = new List<string>();
        foreach (var (_, type) in schema["$defs"]!.AsObject().Where(type => type.Value!["examples"] is not null))
        {
            var texts = type!["properties"]!.AsObject()
                .Where(member => member.Value!["type"] is JsonValue kind && (string?)kind == "string" && member.Value["pattern"] is null && member.Value["enum"] is null && member.Value["const"] is null)
                .Select(member => member.Key).Except(NoTexts).ToList();
            members.UnionWith(texts);
            foreach (var example in type["examples"]!.AsArray())
            {
                var line = example!.DeepClone().AsObject();
                foreach (var text in texts.Where(text => line[text] is not null || text is "reason" or "note" or "summary" or "evidence"))
                {
                    line[text] = $"<script>alert({text})</script>[x](javascript:alert(1)) =1+1 title: owned";
                }

                lines.Add(line.ToJsonString());
            }
        }

        members.Count.ShouldBeGreaterThan(18);
        return (lines, members);
    }

    private async Task<IReadOnlyList<string>> ReadingPathsAsync()
    {
        var document = JsonNode.Parse(await _platform.Api.GetStringAsync(new Uri(_platform.Url, "/openapi/v1.json"), Cancellation))!;
        // What changes is told without an end.
        return
        [
            .. document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null && path.Key != "/api/v1/events").Select(path => Placeholder().Replace(
                path.Key, hole => hole.Value switch
                {
                    "{ref}" when path.Key.Contains("/companies/", StringComparison.Ordinal) => "halcyon",
                    "{ref}" when path.Key.Contains("/accounts/", StringComparison.Ordinal) || path.Key.Contains("/assessments/", StringComparison.Ordinal) => "github:quietfox",
                    "{ref}" when path.Key.Contains("/leads/", StringComparison.Ordinal) => "lead-quietfox",
                    "{month}" => "2025-02",
                    "{name}" => "ketman-standard",
                    _ => "halcyon-2025-02",
                })),
        ];
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();
}
