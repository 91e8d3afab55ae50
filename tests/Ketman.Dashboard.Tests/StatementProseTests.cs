using Ketman.Dashboard.Statements;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Dashboard.Tests;

/// <summary>What of a statement's page gets into ours, even if the platform let something in that is no text.</summary>
public sealed class StatementProseTests
{
    [Theory]
    [InlineData("<p>a <strong>b</strong> &lt;c&gt; &#34;d</p>", "<p>a <strong>b</strong> &lt;c&gt; &quot;d</p>")]
    [InlineData("<p onclick=\"x()\" style=\"color:red\" class=\"facts\">a</p>", "<p>a</p>")]
    [InlineData("<p>a<script>x()</script><iframe src=\"https://example.org\">b</iframe><img src=\"x\" onerror=\"x()\" /></p>", "<p>ax()b</p>")]
    [InlineData("<p><a href=\"javascript:x()\">a</a><a href=\"//example.org\">b</a></p>", "<p>ab</p>")]
    [InlineData("<p><a href=\"https://example.org/?a=1&amp;b=2\" onclick=\"x()\">a</a></p>", "<p><a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">a</a></p>")]
    [InlineData("<blockquote><h2>Publications</h2><form action=\"/\"><button>b</button></form></blockquote>", "<blockquote><p><strong>Publications</strong></p>b</blockquote>")]
    [InlineData("<svg><a href=\"https://example.org\"><text>a</text></a></svg>", "<a href=\"https://example.org/\" rel=\"noopener noreferrer nofollow\">a</a>")]
    public async Task only_text_is_shown(string markup, string shown) =>
        (await RenderAsync(StatementText.Read($"<html><body>{markup}</body></html>").Parts[0])).ShouldBe(shown);

    [Fact]
    public void sections_begin_at_the_headings_of_the_page_and_not_at_those_of_a_note()
    {
        var text = StatementText.Read(
            "<html><body>\n<p class=\"marking\">TLP:AMBER</p>\n<h1>Statement</h1>\n<p>a</p>\n<h2>Publications</h2>\n<p>b</p><blockquote><h2>Escalations</h2></blockquote>\n<h2>Figures</h2></body></html>");
        text.Marking.ShouldBe("TLP:AMBER");
        text.Parts.Select(part => part.Key).ShouldBe(["introduction", "publications", "figures"]);
        text.Parts.Select(part => part.TakesNotes).ShouldBe([true, true, false]);
    }

    private static async Task<string> RenderAsync(StatementSection section)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<StatementProse>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(StatementProse.Nodes)] = section.Nodes }))).ToHtmlString());
    }
}
