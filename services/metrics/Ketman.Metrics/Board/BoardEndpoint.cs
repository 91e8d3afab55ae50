using System.Net.Mime;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Search;
using Ketman.Metrics.Views;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Ketman.Metrics.Board;

/// <summary>GET /board: the open incidents, what is most urgent first. GET /board/counts: how many there are by each filter.</summary>
internal static class BoardEndpoint
{
    public static void MapBoard(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("board", GetAsync).ForRole(CallerRoles.Viewer).WithName("board").WithSummary("The open incidents, what is most urgent first.")
            .Produces<BoardPage>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("board/counts", CountAsync).ForRole(CallerRoles.Viewer).WithName("board-counts").WithSummary("How many cases there are for each value of each filter.")
            .Produces<BoardCounts>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetAsync(
        [AsParameters] BoardRequest request, [FromQuery] string? include, Caller caller, HttpContext context, NpgsqlDataSource database, Likeness likeness, TeamCalendar calendar,
        TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (BoardBeside.Read(include) is not { } beside)
        {
            return Problems.InvalidRequest([BoardBeside.Wrong]).ToResult();
        }

        var (query, problem) = await UnderstandAsync(request, caller, context, database, calendar, now, cancellation, BoardBeside.Name);
        if (query is null)
        {
            return problem!.ToResult();
        }

        return await beside.AddAsync(FindPageAsync(database, query, calendar, now, caller.Reader, likeness, cancellation), database, now, caller.Reader, cancellation) is { } page
            ? Tagged.Bytes(context, BoardJson.Write(page), MediaTypeNames.Application.Json)
            : Problems.NotFound("company", "company").ToResult();
    }

    private static async Task<BoardPage?> FindPageAsync(
        NpgsqlDataSource database, BoardQuery query, TeamCalendar calendar, DateTimeOffset now, Reader reader, Likeness likeness, CancellationToken cancellation)
    {
        if (query.AsOf is { } past)
        {
            var (company, missing) = await FindAsync(query, reader, database, now, cancellation);
            return missing is not null ? null : await BoardAsOf.ReadAsync(database, query, past, company, calendar, now, reader, cancellation);
        }

        // Whose cases are asked for is found together with them.
        var asked = query.Company is { } reference ? CompanyAsked.Of(reference) : null;
        return query.Company is not null && asked is null ? null : await PageAsync(database, query, asked, calendar, now, reader, likeness, cancellation);
    }

    private static async Task<IResult> CountAsync(
        [AsParameters] BoardRequest request, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        List<FieldError> errors =
        [
            .. new[] { ("limit", request.Limit), ("after", request.After), ("sort", request.Sort), ("asOf", request.AsOf) }.Where(one => one.Item2 is not null)
                .Select(one => new FieldError(one.Item1, "means nothing for counts; leave it out")),
        ];
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        var (query, problem) = await UnderstandAsync(request, caller, context, database, calendar, now, cancellation);
        if (query is null)
        {
            return problem!.ToResult();
        }

        var (company, missing) = await FindAsync(query, caller.Reader, database, now, cancellation);
        return missing is not null ? missing.ToResult() : Tagged.Json(context, await BoardCounts.ReadAsync(database, query, company, now, caller.Reader, cancellation));
    }

    // A saved view is put under what is asked for before either is read, so that both are read in the same way.
    private static async Task<(BoardQuery? Query, ProblemDetails? Problem)> UnderstandAsync(
        BoardRequest request, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, DateTimeOffset now, CancellationToken cancellation,
        string? beside = null)
    {
        var unknown = context.Request.Query.Keys.Except(BoardRequest.Names, StringComparer.Ordinal).Where(name => name != beside).ToList();
        if (unknown.Count > 0)
        {
            return (null, Problems.InvalidRequest([.. unknown.Select(name => new FieldError(name.Length > 64 ? "" : name, $"is no filter; there are {string.Join(", ", BoardRequest.Names)}"))]));
        }

        if (request.View is { } name)
        {
            if (await database.FindViewAsync(name, caller.Reader, cancellation) is not { } view)
            {
                return (null, Problems.NotFound("view", "view"));
            }

            request = request.Over(BoardRequest.Of(view.Query).Request);
        }

        return BoardQuery.Read(request, caller.Name, calendar, now);
    }

    private static async Task<(Guid? Company, ProblemDetails? Problem)> FindAsync(
        BoardQuery query, Reader reader, NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation) =>
        query.Company is not { } reference ? (null, null)
        : await database.FindCompanyAsync(reference, reader, now, cancellation) is { } company ? (company, null)
        : (null, Problems.NotFound("company", "company"));

    /// <summary>A page, as a rule in one round trip; where no case has the words that are searched, those with names like them in a second.</summary>
    internal static async Task<BoardPage> ReadAsync(
        NpgsqlDataSource database, BoardQuery query, Guid? company, TeamCalendar calendar, DateTimeOffset now, Reader reader, Likeness likeness, CancellationToken cancellation) =>
        (await PageAsync(database, query, CompanyAsked.Of(company), calendar, now, reader, likeness, cancellation))!;

    // Null: there is no such company, or the reader may not know of it.
    private static async Task<BoardPage?> PageAsync(
        NpgsqlDataSource database, BoardQuery query, CompanyAsked? company, TeamCalendar calendar, DateTimeOffset now, Reader reader, Likeness likeness, CancellationToken cancellation)
    {
        var statement = new BoardStatement(query, company, reader, now);
        var page = await PageAsync(database, query, statement, null, null, calendar, now, reader, cancellation);
        // Who sees a case of the company may know of it; only where there is none it has to be asked for.
        if (page.Items.Count == 0 && company is not null && await database.FindCompanyAsync(company, reader, now, cancellation) is null)
        {
            return null;
        }

        if (query.Words is null || query.After is not null || page.Items.Count > 0 || !await likeness.IsThereAsync(cancellation))
        {
            return page;
        }

        foreach (var alike in Likeness.Shares(query.Words))
        {
            if (await PageAsync(database, query, statement, alike, page.Withheld, calendar, now, reader, cancellation) is { Items.Count: > 0 } similar)
            {
                return similar with { Next = null, Similar = true };
            }
        }

        return page;
    }

    private static async Task<BoardPage> PageAsync(
        NpgsqlDataSource database, BoardQuery query, BoardStatement statement, double? alike, Contracts.WithheldCases? withheld, TeamCalendar calendar, DateTimeOffset now, Reader reader,
        CancellationToken cancellation)
    {
        List<BoardItem> items = [];
        BoardLine? line = null;
        (bool Last, float Rank) at = default;
        // Those that come last are asked for only where the others do not fill the page.
        bool[] parts = query.After is { Last: true } ? [true] : statement.HasLast ? [false, true] : [false];
        foreach (var last in parts)
        {
            await using var batch = database.CreateBatch();
            var first = withheld is null;
            if (first)
            {
                batch.BatchCommands.Add(CaseAccess.Hidden(reader, now));
            }

            var setting = statement.Setting(alike);
            if (setting is not null)
            {
                batch.BatchCommands.Add(setting);
            }

            batch.BatchCommands.Add(statement.Page(last, byName: alike is not null));
            await using var row = await batch.ExecuteReaderAsync(cancellation);
            if (first)
            {
                await row.ReadAsync(cancellation);
                withheld = Contracts.WithheldCases.Of(row.GetInt32(0));
                await row.NextResultAsync(cancellation);
            }

            if (setting is not null)
            {
                await row.NextResultAsync(cancellation);
            }

            while (await row.ReadAsync(cancellation))
            {
                // One more than asked for, to know whether there is a next page.
                if (items.Count == query.Limit)
                {
                    return new BoardPage(items, line!.PlaceIn(query.Order, at.Last, at.Rank).ToString(), withheld!);
                }

                line = BoardLine.Read(row, now);
                at = (last, query.Words is null ? 0 : row.GetFloat(row.FieldCount - 1));
                items.Add(line.For(reader, calendar, now));
            }
        }

        return new BoardPage(items, null, withheld!);
    }
}
