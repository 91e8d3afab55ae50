using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;
using Microsoft.AspNetCore.Components;

namespace Ketman.Dashboard.Figures;

/// <summary>The figures: an overview, a page for each, and what they all mean. What is asked stands in the address.</summary>
internal static class FigureEndpoints
{
    private const string Definitions = "/metrics/definitions";

    public static void MapFigures(this IEndpointRouteBuilder app)
    {
        app.MapGet("/figures", OverviewAsync);
        app.MapGet("/figures/reaction-times", ReactionTimesAsync);
        app.MapGet("/figures/sla", ShowAsync<SlaFigure, SlaPage>("sla"));
        app.MapGet("/figures/channels", ShowAsync<ChannelsFigure, ChannelsPage>("channels"));
        app.MapGet("/figures/promises", ShowAsync<PromisesFigure, PromisesPage>("promises"));
        app.MapGet("/figures/money", ShowAsync<MoneyFigure, MoneyPage>("money"));
        app.MapGet("/figures/definitions", async (HttpContext context, PlatformApi api, CancellationToken cancellation) =>
            Page.Of<DefinitionsPage>(new { Catalogue = await CatalogueAsync(api, cancellation), Question = FigureQuestion.Read("", context.Request.Query, out _) }));
    }

    private static Task<MetricCatalogue> CatalogueAsync(PlatformApi api, CancellationToken cancellation) => api.GetAsync<MetricCatalogue>(Definitions, cancellation);

    private static Delegate ShowAsync<TFigure, TPage>(string kind)
        where TPage : IComponent => async (HttpContext context, PlatformApi api, CancellationToken cancellation) =>
        {
            var question = FigureQuestion.Read(kind, context.Request.Query, out var canonical);
            if (!canonical)
            {
                return Results.Redirect(question.Address);
            }

            var catalogue = CatalogueAsync(api, cancellation);
            var (answer, problem) = await AskAsync(api.GetAsync<FigureAnswer<TFigure>>(question.Path(), cancellation));
            return Page.Of<TPage>(new { View = new FigureView<TFigure>(question, await catalogue, answer, problem) }, problem?.Status ?? StatusCodes.Status200OK);
        };

    private static async Task<IResult> ReactionTimesAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var question = FigureQuestion.Read("reaction-times", context.Request.Query, out var canonical);
        if (!canonical)
        {
            return Results.Redirect(question.Address);
        }

        var catalogue = CatalogueAsync(api, cancellation);
        var asked = question["metric"] is null ? question.With("metric", FigureKinds.Times[0]) : question;
        var all = AskAsync(api.GetAsync<FigureAnswer<ReactionTimesFigure>>(question.Path("metric", "group", "cases", "against", "limit"), cancellation));
        var (answer, problem) = await AskAsync(api.GetAsync<FigureAnswer<ReactionTimesFigure>>(asked.Path() + "&curve=true", cancellation));
        return Page.Of<ReactionTimesPage>(
            new { View = new FigureView<ReactionTimesFigure>(question, await catalogue, answer, problem), All = (await all).Answer?.Figure },
            problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<IResult> OverviewAsync(HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var question = FigureQuestion.Read("", context.Request.Query, out var canonical);
        if (!canonical)
        {
            return Results.Redirect(question.Address);
        }

        // What is asked of all of them is the window and the moment, and nothing besides.
        var catalogue = CatalogueAsync(api, cancellation);
        var reaction = AskAsync(api.GetAsync<FigureAnswer<ReactionTimesFigure>>(Asked("reaction-times").With("group", "month").With("metric", FigureKinds.Times[0]).Path() + "&variant=strict", cancellation));
        var sla = AskAsync(api.GetAsync<FigureAnswer<SlaFigure>>(Asked("sla").Path(), cancellation));
        var channels = AskAsync(api.GetAsync<FigureAnswer<ChannelsFigure>>(Asked("channels").Path(), cancellation));
        var promises = AskAsync(api.GetAsync<FigureAnswer<PromisesFigure>>(Asked("promises").Path(), cancellation));
        var money = AskAsync(api.GetAsync<FigureAnswer<MoneyFigure>>(Asked("money").With("group", "month").Path(), cancellation));
        var (first, problem) = await reaction;
        var view = new FigureView<ReactionTimesFigure>(question, await catalogue, first, problem);
        var overview = first is not null && (await sla).Answer is { } deadlines && (await channels).Answer is { } ways && (await promises).Answer is { } promised && (await money).Answer is { } paid
            ? new FiguresOverview(first, deadlines, ways, promised, paid)
            : null;
        return Page.Of<OverviewPage>(new { View = view, Overview = overview }, problem?.Status ?? StatusCodes.Status200OK);

        FigureQuestion Asked(string kind) => question.Of(kind).With("against", null);
    }

    // A question that cannot be answered so is shown with what is wrong in it; whatever else is wrong has a page of its own.
    private static async Task<(T? Answer, Problem? Problem)> AskAsync<T>(Task<T> asked)
        where T : class
    {
        try
        {
            return (await asked, null);
        }
        catch (ApiProblemException e) when (e.Problem.Status == StatusCodes.Status400BadRequest)
        {
            return (null, e.Problem);
        }
    }
}

/// <summary>All figures, two of them by month.</summary>
public sealed record FiguresOverview(
    FigureAnswer<ReactionTimesFigure> Reaction, FigureAnswer<SlaFigure> Sla, FigureAnswer<ChannelsFigure> Channels, FigureAnswer<PromisesFigure> Promises,
    FigureAnswer<MoneyFigure> Money);
