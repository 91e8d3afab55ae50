using System.Buffers;
using System.Text;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Ketman.Metrics.Statements;

/// <summary>Markdown that can only be text: no HTML, no images, and links that lead to the web or to a mailbox.</summary>
internal static class SafeMarkdown
{
    private static readonly SearchValues<char> EndsAnAddress = SearchValues.Create("<> \n\r\t");
    private static readonly SearchValues<char> Signs = SearchValues.Create("\\`*_{}[]()#+-.!|<>~&:");
    private static readonly MarkdownPipeline AsWritten = new MarkdownPipelineBuilder().Build();
    private static readonly MarkdownPipeline Rendered = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>What somebody wrote that cannot be text; null: nothing.</summary>
    public static string? Fault(string text)
    {
        var document = Markdown.Parse(text, AsWritten);
        return document.Descendants().Any(node => node is HtmlBlock or HtmlInline) ? "must not contain HTML"
            : document.Descendants<LinkInline>().Any(link => link.IsImage) ? "must not contain images"
            : document.Descendants<LinkInline>().Any(link => !IsHarmless(link.Url)) || document.Descendants<AutolinkInline>().Any(link => !link.IsEmail && !IsHarmless(link.Url))
                ? "may link to http:, https: and mailto: only"
            : null;
    }

    /// <summary>As HTML. Whatever is no text is encoded, whoever wrote it and whenever it was let in.</summary>
    public static string ToHtml(string text)
    {
        var document = Markdown.Parse(text, Rendered);
        foreach (var link in document.Descendants<LinkInline>().Where(link => link.IsImage || !IsHarmless(link.Url)).ToList())
        {
            link.IsImage = false;
            link.Url = "";
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsHarmless(link.Url)).ToList())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }

        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Rendered.Setup(renderer);
        renderer.Render(document);
        return writer.ToString();
    }

    /// <summary>Text that stands in Markdown as it is.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            escaped.Append(Signs.Contains(character) ? "\\" : "")
                .Append(char.IsControl(character) ? ' ' : character);
        }

        return escaped.ToString();
    }

    /// <summary>An address as a link to itself; what is no address of the web stands as text.</summary>
    public static string Link(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !url.AsSpan().ContainsAny(EndsAnAddress) ? $"<{address.AbsoluteUri}>" : Escape(url);

    private static bool IsHarmless(string? url) =>
        url is null || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "mailto");
}
