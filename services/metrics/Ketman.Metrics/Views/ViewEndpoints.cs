using System.Globalization;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Ketman.Metrics.Views;

/// <summary>GET /board/views, and GET, PUT and DELETE of one by its name.</summary>
internal static class ViewEndpoints
{
    private const int LongestQuery = 2000;
    private const int LongestTitle = 200;

    public static void MapViews(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("board/views", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-views").WithSummary("The saved views of the board: your own and the shared ones.")
            .Produces<BoardViewList>();
        routes.MapGet("board/views/{name}", ShowAsync).ForRole(CallerRoles.Viewer).WithName("show-view").WithSummary("A saved view of the board.")
            .Produces<BoardView>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPut("board/views/{name}", SaveAsync).ForRole(CallerRoles.Viewer).WithName("save-view").WithSummary("Saves a view of the board; only an analyst shares one.")
            .Accepts<SaveView>("application/json").Produces<BoardView>().Produces<BoardView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapDelete("board/views/{name}", RemoveAsync).ForRole(CallerRoles.Viewer).WithName("remove-view").WithSummary("Removes a saved view: your own, or else a shared one that you saved.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<IResult> ListAsync(Caller caller, HttpContext context, NpgsqlDataSource database, CancellationToken cancellation) =>
        Tagged.Json(context, new BoardViewList(await database.ListViewsAsync(caller.Reader, cancellation)));

    private static async Task<IResult> ShowAsync(string name, Caller caller, HttpContext context, NpgsqlDataSource database, CancellationToken cancellation) =>
        await database.FindViewAsync(name, caller.Reader, cancellation) is { } view ? Answer(context, view, isNew: false) : Problems.NotFound("view", "name").ToResult();

    private static async Task<IResult> SaveAsync(
        string name, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<SaveView>(body.Span, out var wanted, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        var now = clock.GetUtcNow();
        if (Check(name, wanted!, caller, calendar, now, out var query) is { } problem)
        {
            return problem.ToResult();
        }

        if (wanted!.Shared && !caller.Is(CallerRoles.Analyst))
        {
            return Problems.RoleNeeded(CallerRoles.Analyst).ToResult();
        }

        // Whoever may see the view learns of the company that it names.
        var marking = wanted.Shared ? wanted.Tlp ?? Marking.Usual : Tlp.Red;
        if (wanted.Shared && query!.Company is { } company && await database.FindCompanyAsync(company, new Reader("", marking), now, cancellation) is null)
        {
            return Problems.RuleBroken(new BrokenRule(
                "view-too-wide", $"The view names a company of which readers cleared up to {Marking.Label(marking)} may not know, or there is none; give it a narrower tlp.")).ToResult();
        }

        var owner = wanted.Shared ? "" : caller.Name;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await BoardViews.LockAsync(transaction, owner, name, cancellation);
        if (MayChange(before, caller) is { } refused)
        {
            return refused.ToResult();
        }

        if (Stale(context, before) is { } stale)
        {
            return stale.ToResult();
        }

        var view = new BoardView(name, wanted.Title, wanted.Query, wanted.Shared, marking, caller.Name, Moment.At(now).Start, (before?.Version ?? 0) + 1);
        if (before is not null && before with { SavedBy = view.SavedBy, SavedAt = view.SavedAt, Version = view.Version } == view)
        {
            // The same again changes nothing.
            return Answer(context, before, isNew: false);
        }

        await BoardViews.WriteAsync(transaction, owner, view, cancellation);
        await transaction.CommitAsync(cancellation);
        return Answer(context, view, isNew: before is null);
    }

    private static async Task<IResult> RemoveAsync(string name, Caller caller, HttpContext context, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await database.FindViewAsync(name, caller.Reader, cancellation) is not { } found)
        {
            return Problems.NotFound("view", "name").ToResult();
        }

        var owner = found.Shared ? "" : caller.Name;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await BoardViews.LockAsync(transaction, owner, name, cancellation);
        if ((MayChange(before, caller) ?? Stale(context, before)) is { } refused)
        {
            return refused.ToResult();
        }

        await BoardViews.RemoveAsync(transaction, owner, name, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static ProblemDetails? Check(string name, SaveView wanted, Caller caller, TeamCalendar calendar, DateTimeOffset now, out BoardQuery? query)
    {
        query = null;
        List<FieldError> errors = [];
        if (!FieldRules.IsHandle(name))
        {
            errors.Add(new FieldError("name", "must be 2 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit"));
        }

        if (wanted.Title is { } title && (string.IsNullOrWhiteSpace(title) || title.Length > LongestTitle || title.Any(char.IsControl)))
        {
            errors.Add(new FieldError("title", $"must be one line of at most {LongestTitle} characters"));
        }

        if (wanted.Tlp is not null && !wanted.Shared)
        {
            errors.Add(new FieldError("tlp", "says up to whom a shared view goes; leave it out of your own"));
        }

        if (wanted.Query.Length > LongestQuery)
        {
            errors.Add(new FieldError("query", $"at most {LongestQuery} characters"));
            return Problems.InvalidRequest(errors);
        }

        var (request, unknown) = BoardRequest.Of(wanted.Query);
        errors.AddRange(unknown.Select(one => new FieldError("query", $"holds what is no filter; there are {string.Join(", ", BoardRequest.Names)}")).Take(1));
        if (request.After is not null || request.View is not null)
        {
            errors.Add(new FieldError("query", "must hold neither after nor view: a view is no page, and rests on no other view"));
        }

        (query, var problem) = BoardQuery.Read(request with { After = null }, caller.Name, calendar, now);
        if (problem is not null && problem.Extensions["errors"] is IReadOnlyList<FieldError> inQuery)
        {
            errors.AddRange(inQuery.Select(one => one with { Field = $"query.{one.Field}" }));
        }

        return errors.Count > 0 ? Problems.InvalidRequest(errors) : null;
    }

    private static ProblemDetails? MayChange(BoardView? before, Caller caller) => before switch
    {
        null or { Shared: false } => null,
        _ when before.Tlp > caller.Clearance => Problems.RuleBroken(new BrokenRule("view-name-taken", "Another shared view has this name; choose another.")),
        _ => before.SavedBy == caller.Name || caller.Is(CallerRoles.Lead) ? null : Problems.With(
            StatusCodes.Status403Forbidden, "forbidden", "Your key may not do this.", $"Only who saved a shared view, or a {CallerRoles.Lead}, changes it."),
    };

    private static ProblemDetails? Stale(HttpContext context, BoardView? before)
    {
        var headers = context.Request.GetTypedHeaders();
        var (match, none) = (headers.IfMatch, headers.IfNoneMatch);
        var holds = (match.Count == 0 || match.Any(tag => before is not null && (tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(TagOf(before), useStrongComparison: true))))
            && !none.Any(tag => before is not null && (tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(TagOf(before), useStrongComparison: true)));
        return holds ? null : Problems.StaleVersion(before?.Version ?? 0);
    }

    private static JsonHttpResult<BoardView> Answer(HttpContext context, BoardView view, bool isNew)
    {
        context.Response.GetTypedHeaders().ETag = TagOf(view);
        return TypedResults.Json(view, ContractJson.Options, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static EntityTagHeaderValue TagOf(BoardView view) => new($"\"{view.Version.ToString(CultureInfo.InvariantCulture)}\"");
}
