using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>The statement as one page without anything from elsewhere: no script, a style of its own, fit for printing.</summary>
public static class StatementHtml
{
    // The policy below lets in exactly this text, so it must stand in the page byte by byte.
    private const string Style =
        "body{font:16px/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
        + "h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #ccc}"
        + ".marking{display:inline-block;padding:.1rem .5rem;background:#000;color:#fff;font:700 .9rem/1.5 monospace}"
        + ".facts{color:#555}blockquote{margin:1rem 0;padding:.1rem 1rem;border-left:4px solid #999;background:#f6f6f6}"
        + "table{border-collapse:collapse;width:100%;font-size:.85rem}th,td{padding:.2rem .5rem;border:1px solid #ccc;text-align:left}"
        + "td.n{text-align:right;font-variant-numeric:tabular-nums}a{color:#004a99;overflow-wrap:anywhere}"
        + "@media print{body{margin:0;max-width:none;font-size:11pt}h2{break-after:avoid}table,blockquote{break-inside:avoid}}";

    /// <summary>What a browser may do with it: show it in its own style.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'";

    /// <summary>Puts the page together.</summary>
    /// <param name="markdown">The statement, with its front matter.</param>
    /// <param name="level">Its marking.</param>
    /// <param name="month">E.g. <c>2025-02</c>.</param>
    /// <param name="cells">Its numbers.</param>
    internal static string Write(string markdown, Tlp level, string month, IEnumerable<FigureCell> cells)
    {
        var (front, body) = Split(markdown);
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>{Encode(front.GetValueOrDefault("title"))}</title>
            <style>{Style}</style>
            </head>
            <body>
            <p class="marking">{Encode(Marking.Label(level))}</p>
            <h1>{Encode(front.GetValueOrDefault("title"))}</h1>
            <p class="facts">{Encode(front.GetValueOrDefault("date"))}: {Encode(front.GetValueOrDefault("excerpt"))}</p>

            """.ReplaceLineEndings("\n"));
        page.Append(SafeMarkdown.ToHtml(body));
        page.Append("<h2>Figures</h2>\n<table>\n<tr><th>Figure</th><th>Number</th><th>Unit</th><th>").Append(Encode(month)).Append("</th></tr>\n");
        foreach (var cell in cells)
        {
            page.Append("<tr><td>").Append(Encode($"{cell.Figure} v{cell.Version}")).Append("</td><td>").Append(Encode(cell.Member)).Append("</td><td>").Append(Encode(cell.Unit))
                .Append("</td><td class=\"n\">").Append(Encode(cell.Value is { } value ? FigureSheet.Text(value) : Marking.Withheld(cell.Withheld ?? Tlp.Red))).Append("</td></tr>\n");
        }

        return page.Append("</table>\n</body>\n</html>\n").ToString();
    }

    private static (Dictionary<string, string> Front, string Body) Split(string markdown)
    {
        var end = markdown.IndexOf("\n---\n", 4, StringComparison.Ordinal);
        var front = markdown[4..end].Split('\n').Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1], StringComparer.Ordinal);
        return (front, markdown[(end + 5)..]);
    }

    private static string Encode(string? text) => WebUtility.HtmlEncode(text ?? "");
}
