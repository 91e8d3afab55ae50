using System.Net.Mime;
using System.Text;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Ketman.Metrics.Statements;

/// <summary>
/// GET /statements/{month}: the activity statement of a month, as JSON or Markdown, for the caller or with <c>?tlp=</c> for readers who are
/// cleared for less: <c>?tlp=clear</c> is what may be published.
/// </summary>
internal static class StatementEndpoint
{
    public static void MapStatement(this IEndpointRouteBuilder routes) => routes
        .MapGet("statements/{month}", GetAsync).ForRole(CallerRoles.Viewer).WithName("statement").WithSummary("The activity statement of a month, as JSON or Markdown.")
        .Produces<Statement>(contentType: MediaTypeNames.Application.Json, additionalContentTypes: MediaTypeNames.Text.Markdown)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> GetAsync(
        string month, string? tlp, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        if (!StatementMonth.TryParse(month, calendar, clock.GetUtcNow(), out var asked))
        {
            return Problems.InvalidRequest(new FieldError("month", "must be a month such as 2025-02, from 2000-01 on")).ToResult();
        }

        if (asked.IsFuture)
        {
            var current = new StatementMonth(calendar.DateOf(clock.GetUtcNow()), calendar, clock.GetUtcNow());
            return Problems.With(
                StatusCodes.Status422UnprocessableEntity, "month-not-begun", "This month has not begun.",
                $"The latest month of which there is a statement is {current} ({calendar.ZoneName}).",
                [new FieldError("month", $"must be {current} or earlier")]).ToResult();
        }

        if (ReaderLevel.Read(tlp, caller, out var level) is { } problem)
        {
            return problem.ToResult();
        }

        context.Response.Headers.Vary = HeaderNames.Accept;
        var type = Negotiate(context.Request);
        if (type is null)
        {
            return Problems.With(
                StatusCodes.Status406NotAcceptable, "not-acceptable", "There is no such form of a statement.",
                "Send Accept: application/json or text/markdown.").ToResult();
        }

        var facts = await database.OfMonthAsync(asked.From, asked.Until, cancellation);
        var disguise = await CompanyDisguise.ReadAsync(database, asked, cancellation);
        var statement = StatementView.Of(facts, asked, caller.Reader with { Clearance = level }, clock.GetUtcNow(), disguise.Of);
        return type == MediaTypeNames.Text.Markdown
            ? Tagged.Bytes(context, Encoding.UTF8.GetBytes(StatementMarkdown.Write(statement)), type + "; charset=utf-8")
            : Tagged.Bytes(context, StatementJson.Write(statement), type);
    }

    // What is asked for most, JSON where that does not decide.
    private static string? Negotiate(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return MediaTypeNames.Application.Json;
        }

        return request.GetTypedHeaders().Accept.Where(range => range.Quality is null or > 0).OrderByDescending(range => range.Quality ?? 1)
            .SelectMany(range => new[] { MediaTypeNames.Application.Json, MediaTypeNames.Text.Markdown }
                .Where(type => new MediaTypeHeaderValue(type).IsSubsetOf(range)))
            .FirstOrDefault();
    }
}
