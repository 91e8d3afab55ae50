using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Ketman.Dashboard.Statements;

/// <summary>
/// Shows markup as elements of this page, those only that are text, with no attribute but the address of a link to the web or a mailbox. Whatever else
/// stands there is shown as the text in it, so nothing that anybody wrote can become anything else.
/// </summary>
public sealed partial class StatementProse : ComponentBase
{
    private static readonly FrozenSet<string> Text = FrozenSet.Create(
        StringComparer.Ordinal, "p", "ol", "ul", "li", "strong", "em", "blockquote", "code", "pre", "br", "hr", "table", "thead", "tbody", "tr", "th", "td");

    /// <summary>What is shown.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<XNode> Nodes { get; set; }

    /// <summary>The month whose figures the table of figures leads to; null: it is no such table.</summary>
    [Parameter]
    public string? FiguresOf { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        foreach (var node in Nodes)
        {
            Show(builder, node);
        }
    }

    private void Show(RenderTreeBuilder builder, XNode node)
    {
        switch (node)
        {
            case XText text:
                builder.AddContent(0, text.Value);
                break;
            case XElement { Name.LocalName: "a" } link when Harmless(link) is { } address:
                builder.OpenElement(1, "a");
                builder.AddAttribute(2, "href", address);
                builder.AddAttribute(3, "rel", "noopener noreferrer nofollow");
                Inside(builder, link);
                builder.CloseElement();
                break;
            case XElement { Name.LocalName: "table" } table:
                builder.OpenElement(4, "div");
                builder.AddAttribute(5, "class", "scroll");
                builder.AddAttribute(15, "tabindex", "0");
                builder.AddAttribute(16, "role", "group");
                builder.AddAttribute(17, "aria-label", Words.Figures_Title);
                Element(builder, table);
                builder.CloseElement();
                break;
            case XElement { Name.LocalName: "td" } cell when FiguresOf is { } month && cell.PreviousNode is null && Figure().Match(cell.Value) is { Success: true } figure:
                builder.OpenElement(6, "td");
                builder.OpenElement(7, "a");
                builder.AddAttribute(8, "href", $"/statements/{month}/figures/{figure.Groups[1].Value}");
                builder.AddContent(9, cell.Value);
                builder.CloseElement();
                builder.CloseElement();
                break;
            // A heading in a note is no heading of this page.
            case XElement { Name.LocalName: ['h', >= '1' and <= '6'] } heading:
                builder.OpenElement(10, "p");
                builder.OpenElement(11, "strong");
                Inside(builder, heading);
                builder.CloseElement();
                builder.CloseElement();
                break;
            case XElement element when Text.Contains(element.Name.LocalName):
                Element(builder, element);
                break;
            case XElement other:
                Inside(builder, other);
                break;
        }
    }

    private void Element(RenderTreeBuilder builder, XElement element)
    {
        builder.OpenElement(12, element.Name.LocalName);
        if (element.Name.LocalName == "th")
        {
            builder.AddAttribute(13, "scope", "col");
        }
        else if ((string?)element.Attribute("class") == "n")
        {
            builder.AddAttribute(14, "class", "number");
        }

        Inside(builder, element);
        builder.CloseElement();
    }

    private void Inside(RenderTreeBuilder builder, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            Show(builder, node);
        }
    }

    private static string? Harmless(XElement link) =>
        Uri.TryCreate((string?)link.Attribute("href"), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "mailto" ? address.AbsoluteUri : null;

    [GeneratedRegex("^([a-z][a-z-]{0,63}) v[0-9]{1,3}$")]
    private static partial Regex Figure();
}
