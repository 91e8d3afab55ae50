using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Microsoft.AspNetCore.WebUtilities;

namespace Ketman.Dashboard.Board;

/// <summary>The board of open incidents, where a researcher's morning begins.</summary>
internal static class BoardEndpoints
{
    public static void MapBoard(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", ShowAsync);
        app.MapPost("/board/marked", ChangeMarkedAsync);
        app.MapPost("/board/views", SaveViewAsync);
        app.MapPost("/board/views/removed", RemoveViewAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        if (!visitor.Is("viewer") && visitor.Is("admin"))
        {
            // Who only runs the platform reads no cases, and begins where he works.
            return Page.GoTo(context, "/admin");
        }

        var query = context.Request.Query;
        var address = BoardAddress.Of(query);
        if (query["rows"].ToString() is { Length: > 0 } rows)
        {
            var answer = await api.GetAsync<BoardAnswer>("/board" + address.RowsQuery(rows), cancellation);
            return Page.Of<BoardRows>(new { answer.Items, Back = address.Page });
        }

        return query["part"].ToString() switch
        {
            "due" => Page.Of<DueStrip>(await DueAsync(api, cancellation)),
            "counts" => Page.Of<CountsPart>(new { Counts = await api.GetAsync<CountsAnswer>("/board/counts" + address.CountsQuery, cancellation), Address = await WholeAsync(api, address, cancellation) }),
            _ => await PageAsync(api, address, query["counts"] == "shown", null, cancellation),
        };
    }

    /// <summary>The whole page, all that it needs in one answer.</summary>
    internal static async Task<IResult> PageAsync(PlatformApi api, BoardAddress address, bool counted, MarkedResult? result, CancellationToken cancellation)
    {
        // What is due on top of the whole board only: whoever narrows it looks for something else.
        var include = address.Narrows || address["after"] is not null ? "include=views" : "include=views,due";
        var board = RefusableAsync(api.GetAsync<BoardAnswer>($"/board{address.Query}{(address.Query.Length > 0 ? "&" : "?")}{include}", cancellation));
        var counts = counted ? RefusableAsync(api.GetAsync<CountsAnswer>("/board/counts" + address.CountsQuery, cancellation)) : null;
        var (answer, problem) = await board;
        var known = answer?.Views ?? (await api.GetAsync<ViewList>("/board/views", cancellation)).Items;
        return Page.Of<BoardPage>(
            new
            {
                Answer = answer ?? new BoardAnswer([], null, null),
                Problem = problem,
                Address = Whole(address, known),
                View = address["view"],
                Views = known,
                Counts = counts is null ? null : (await counts).Answer,
                Due = answer?.Due,
                Result = result,
            },
            result?.Problem?.Status ?? problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<DueParts> DueAsync(PlatformApi api, CancellationToken cancellation) =>
        (await api.GetAsync<BoardAnswer>("/board?limit=1&include=due", cancellation)).Due!;

    // What was typed into a filter may be wrong: the form stays, and says so.
    private static async Task<(T? Answer, Problem? Problem)> RefusableAsync<T>(Task<T> asked)
        where T : class
    {
        try
        {
            return (await asked, null);
        }
        catch (ApiProblemException e) when (e.Problem.Status is 400 or 404 or 422)
        {
            return (null, e.Problem);
        }
    }

    private static async Task<BoardAddress> WholeAsync(PlatformApi api, BoardAddress address, CancellationToken cancellation) =>
        address["view"] is null ? address : Whole(address, (await api.GetAsync<ViewList>("/board/views", cancellation)).Items);

    private static BoardAddress Whole(BoardAddress address, IReadOnlyList<ViewItem> views) =>
        address["view"] is { } name && views.FirstOrDefault(view => view.Name == name && !view.Shared) is var own && (own ?? views.FirstOrDefault(view => view.Name == name)) is { } known
            ? address.Over(known)
            : address;

    private static async Task<IResult> ChangeMarkedAsync(HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var result = await Marked.ChangeAsync(api, form, visitor, cancellation);
        return Page.IsPart(context)
            ? Page.Of<MarkedNotice>(new { Result = result, Back = form["back"] }, result.Problem?.Status ?? StatusCodes.Status200OK)
            : await PageAsync(api, BoardAddress.Of(QueryHelpers.ParseQuery(form["back"])), false, result, cancellation);
    }

    private static async Task<IResult> SaveViewAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var title = form["title"];
        var body = new System.Text.Json.Nodes.JsonObject { ["query"] = form["query"] ?? "", ["title"] = title, ["shared"] = form["shared"] is "true" };
        if (form["shared"] is "true" && form["tlp"] is { } tlp)
        {
            body["tlp"] = tlp;
        }

        var name = form["name"] ?? HandleOf(title ?? "");
        var outcome = await api.ChangeAsync(HttpMethod.Put, $"/board/views/{Uri.EscapeDataString(name)}", body, form.Conditions with { IdempotencyKey = null }, cancellation);
        return outcome.Problem is { } problem
            ? Page.Of<ViewPage>(new { Problem = problem, Sent = form }, problem.Status)
            : Page.GoTo(context, $"/?view={Uri.EscapeDataString(name)}", Labels.Fill(Words.Board_ViewSaved, title ?? name));
    }

    private static async Task<IResult> RemoveViewAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.ChangeAsync(HttpMethod.Delete, $"/board/views/{Uri.EscapeDataString(form["name"] ?? "")}", null, form.Conditions with { IdempotencyKey = null }, cancellation);
        return outcome.Problem is { } problem ? throw new ApiProblemException(problem) : Page.GoTo(context, "/", Labels.Fill(Words.Board_ViewRemoved, form["name"]));
    }

    // "What we owe" is what-we-owe in addresses.
    private static string HandleOf(string title) =>
        string.Join('-', new string([.. title.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 1 } handle
            ? handle[..Math.Min(handle.Length, 63)].TrimEnd('-')
            : "view";
}
