using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;

namespace Ketman.Metrics.Statements;

/// <summary>A form in which a statement is answered.</summary>
/// <param name="Name">As in <c>?format=</c> and in the names of what is frozen.</param>
/// <param name="MediaType">As in <c>Accept</c>.</param>
internal sealed record StatementForm(string Name, string MediaType)
{
    public static readonly StatementForm Json = new("json", MediaTypeNames.Application.Json);

    public static readonly StatementForm Markdown = new("markdown", MediaTypeNames.Text.Markdown);

    public static readonly StatementForm Html = new("html", MediaTypeNames.Text.Html);

    public static readonly StatementForm Csv = new("csv", StatementCsv.MediaType);

    /// <summary>All of them; the first is what is answered where nothing is asked for.</summary>
    public static IReadOnlyList<StatementForm> All { get; } = [Json, Markdown, Html, Csv];

    /// <summary>The type of an answer.</summary>
    public string ContentType => this == Json ? MediaType : MediaType + "; charset=utf-8";

    /// <summary>What is asked for: <c>?format=</c>, else what is accepted most, JSON where that does not decide; null: nothing that there is.</summary>
    public static StatementForm? Asked(string? format, HttpRequest request) => format is not null
        ? All.FirstOrDefault(form => form.Name == format)
        : request.Headers.Accept.Count == 0 ? Json
        : request.GetTypedHeaders().Accept.Where(range => range.Quality is null or > 0).OrderByDescending(range => range.Quality ?? 1)
            .SelectMany(range => All.Where(form => new MediaTypeHeaderValue(form.MediaType).IsSubsetOf(range)))
            .FirstOrDefault();

    /// <summary>Writes a statement in this form.</summary>
    /// <param name="view">The statement, cut for its reader.</param>
    /// <param name="cut">The same as data.</param>
    /// <param name="edition">What it is: a draft, or a version that stays.</param>
    public byte[] Write(StatementView view, JsonObject cut, StatementEdition edition) =>
        this == Json ? StatementJson.Write(edition.Into(cut))
        : this == Csv ? StatementCsv.Write(view.Statement.Month, FigureSheet.Of(cut))
        : this == Markdown ? Encoding.UTF8.GetBytes(StatementMarkdown.Write(view, edition))
        : Encoding.UTF8.GetBytes(StatementHtml.Write(StatementMarkdown.Write(view, edition), view.Level, view.Statement.Month, FigureSheet.Of(cut)));
}
