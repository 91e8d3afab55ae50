using System.Globalization;
using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Incident;

/// <summary>One case: its page, how its deadlines came about, and what is published of it.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncident(this IEndpointRouteBuilder app)
    {
        app.MapGet("/incidents", () => Results.Redirect("/"));
        app.MapGet("/incidents/{reference}", ShowAsync);
        app.MapGet("/incidents/{reference}/clocks/{clock}", ExplainAsync);
        app.MapGet("/incidents/{reference}/publication/check", AskCheckAsync);
        app.MapPost("/incidents/{reference}/publication/check", CheckAsync);
        app.MapDeeds();
        app.MapOpening();
    }

    private static async Task<IResult> ShowAsync(string reference, HttpContext context, PlatformApi api, Visitor visitor, TimeProvider time, CancellationToken cancellation)
    {
        var view = await api.CaughtUpAsync(await api.ReadIncidentAsync(reference, visitor, cancellation), time, cancellation);
        var query = context.Request.Query;
        var picture = TimePicture.Of(view, Instant(query["from"]), Instant(query["until"]), visitor.Now, visitor.Zone);
        if (Page.IsPart(context))
        {
            return Page.Of<IncidentBody>(new { View = view, Picture = picture, Order = query["order"].ToString() });
        }

        var outreach = Deeds.Find("log-outreach")!;
        var (choices, given) = visitor.MayRecord && !view.IsClosed
            ? (await DeedChoices.ForAsync(api, outreach, view, visitor, cancellation), await DeedGiven.ForAsync(api, outreach, view, QueryCollection.Empty, visitor, cancellation))
            : (null, null);
        return Page.Of<IncidentPage>(new
        {
            View = view,
            Picture = picture,
            Order = query["order"].ToString(),
            Undoing = Undo.Take(context, reference),
            Outreach = choices is null ? null : new DeedModel(view, outreach.Name, "outreach") { Choices = choices, Given = given, Version = view.ETag },
        });
    }

    private static async Task<IResult> ExplainAsync(string reference, string clock, HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var explanation = await api.GetAsync<ClockExplanation>(
            $"{IncidentReading.PathOf(reference)}/clocks/{Uri.EscapeDataString(clock)}/explanation?zone={Uri.EscapeDataString(visitor.Zone.Id)}", cancellation);
        return Page.IsPart(context) ? Page.Of<ClockStory>(new { Told = explanation, Level = 2 }) : Page.Of<ClockPage>(new { Told = explanation });
    }

    private static async Task<IResult> AskCheckAsync(string reference, PlatformApi api, CancellationToken cancellation)
    {
        var publication = await api.GetAsync<Publication>(IncidentReading.PathOf(reference) + "/publication", cancellation);
        return Page.Of<CheckPage>(new { Reference = reference, Text = publication.Text });
    }

    private static async Task<IResult> CheckAsync(string reference, HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var text = form["text"] ?? "";
        var outcome = await api.ChangeAsync(
            HttpMethod.Post, IncidentReading.PathOf(reference) + "/publication/check", new JsonObject { ["text"] = text }, form.Conditions with { IfMatch = null }, cancellation);
        if (outcome.Problem is { Status: 404 } missing)
        {
            throw new ApiProblemException(missing);
        }

        var found = outcome.Body is { } body
            ? new TextCheck(
                body["clean"]!.GetValue<bool>(), body["sha256"]!.GetValue<string>(),
                [.. body["leaks"]!.AsArray().Select(leak => new Leak(leak!["kind"]!.GetValue<string>(), leak["offset"]!.GetValue<int>(), leak["length"]!.GetValue<int>()))])
            : null;
        return Page.Of<CheckPage>(new { Reference = reference, Text = text, Found = found, Problem = outcome.Problem }, outcome.Problem?.Status ?? StatusCodes.Status200OK);
    }

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year is > 1990 and < 2200 ? at : null;
}
