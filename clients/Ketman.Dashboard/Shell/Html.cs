using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;

namespace Ketman.Dashboard.Shell;

/// <summary>
/// HTML as an interpolated text: what stands in it is markup, what is filled in becomes text and can be nothing else. For what a page has
/// fifty of: a component costs many times as much.
/// </summary>
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string _text;

    private Html(string text)
    {
        _text = text;
    }

    /// <summary>For a page.</summary>
    public MarkupString Markup => new(_text);

    /// <summary>From a text with its places filled in.</summary>
    public static Html Of(Template template) => new(template.ToString());

    /// <summary>One after another.</summary>
    public static Html Of(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part._text)));

    /// <summary>What the compiler makes of such a text.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Template(int literal, int holes)
    {
        private const int UsualHole = 16;

        private readonly StringBuilder _text = new(literal + (holes * UsualHole));

        public void AppendLiteral(string html) => _text.Append(html);

        public void AppendFormatted(string? text) => _text.Append(text is null ? null : Encoder.Encode(text));

        public void AppendFormatted(long? number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

        /// <summary>HTML that was made in the same way.</summary>
        public void AppendFormatted(Html? part) => _text.Append(part?._text);

        public override string ToString() => _text.ToString();
    }
}
