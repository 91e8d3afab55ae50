using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Figures;

/// <summary>
/// GET /figures/reaction-times, /figures/sla, /figures/channels, /figures/promises, /figures/money: figures over all cases of which the reader may
/// know everything, in a window, taken apart by groups, as of any moment, and beside what was known before.
/// </summary>
internal static class FigureEndpoints
{
    public static void MapFigures(this IEndpointRouteBuilder routes)
    {
        Map(routes, new ReactionTimes(), "How long companies take, with those who still wait as censored.");
        Map(routes, new SlaFigures(), "Whether what was owed came in time, per clock.");
        Map(routes, new ChannelFigures(), "Which way gets answers, and after how many attempts.");
        Map(routes, new PromiseFigures(), "What became of promises.");
        Map(routes, new MoneyFigures(), "What was paid to workers: known, estimated and unpriced apart.");
    }

    private static void Map<TUnit, TFigure>(IEndpointRouteBuilder routes, FigureKind<TUnit, TFigure> kind, string summary)
        where TFigure : class => routes
        .MapGet(
            $"figures/{kind.Name}",
            ([AsParameters] FigureRequest request, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, BusinessTime business, TimeProvider clock,
                CancellationToken cancellation) => GetAsync(kind, request, caller, context, database, calendar, business, clock, cancellation))
        .ForRole(CallerRoles.Viewer).WithName($"figures-{kind.Name}").WithSummary(summary)
        .Produces<FigureAnswer<TFigure>>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> GetAsync<TUnit, TFigure>(
        FigureKind<TUnit, TFigure> kind, FigureRequest request, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, BusinessTime business, TimeProvider clock,
        CancellationToken cancellation)
        where TFigure : class
    {
        var now = clock.GetUtcNow();
        var (query, problem) = FigureQuery.Read(request, kind.Groupings, kind.Metrics, calendar, now);
        return query is null ? problem!.ToResult() : Tagged.Json(context, await AnswerAsync(kind, query, caller.Reader, database, calendar, business, now, cancellation));
    }

    /// <summary>Answers a question.</summary>
    internal static async Task<FigureAnswer<TFigure>> AnswerAsync<TUnit, TFigure>(
        FigureKind<TUnit, TFigure> kind, FigureQuery query, Reader reader, NpgsqlDataSource database, TeamCalendar calendar, BusinessTime business, DateTimeOffset now,
        CancellationToken cancellation)
        where TFigure : class
    {
        var wish = new MeasureWish(query.NamesCases ? kind.Parts | MeasureParts.Case : kind.Parts, query.Window, kind.WindowColumns);
        var at = query.AsOf?.At ?? FigureQuery.LastMinute(now);
        var hidden = database.CountHiddenAsync(reader, now, cancellation);
        var measures = await database.MeasuresAsync(reader, now, query.AsOf, wish, calendar, cancellation);
        var withheld = await hidden;
        var companies = query.Grouping is Grouping.Company or Grouping.Segment ? await database.CompaniesAsync(null, cancellation) : [];
        // Which accounts are a case's workers is for those cleared for it, and with them whom money went to.
        var hidesActors = query.Grouping is Grouping.Actor && reader.Clearance < Tlp.AmberStrict;
        var (workforce, refs) = query.Grouping is Grouping.Actor && !hidesActors
            ? await database.WorkforceAsync(measures.SelectMany(measure => measure.Payments).Select(payment => payment.AccountId), cancellation)
            : (null, null);
        var scope = new FigureScope(query, calendar, business, at, companies, workforce);
        var units = kind.Chosen(measures, scope);
        var cases = query.Cases ? FigureView.CasesOf(kind, units, scope) : null;
        FigureChange<TFigure>? change = null;
        if (query.Against is { } against)
        {
            var before = await database.MeasuresAsync(reader, now, against, wish, calendar, cancellation);
            change = FigureView.Change(kind, units, scope, kind.Chosen(before, scope), scope with { At = against.At });
        }

        var (groups, leftOut, inNone) = query.Grouping is Grouping.None || hidesActors ? (null, null, null) : FigureView.Groups(kind, units, scope, refs);
        return new FigureAnswer<TFigure>(
            calendar.ZoneName, scope.Business.Words, at, query.AsOf?.By.Wire(), query.Window.From, query.Window.Until, kind.Compute(units, scope, whole: true),
            groups, leftOut, inNone, cases?.Take(query.Limit).ToList(), cases is null ? null : Math.Max(0, cases.Count - query.Limit), change,
            hidesActors ? [new WithheldPart("groups", Tlp.AmberStrict)] : null, withheld);
    }
}
