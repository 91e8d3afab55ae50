using System.Globalization;
using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Figures;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Statements;

/// <summary>The statements: the list of months, a month's text and what can be done with it, its notes, how its figures were reached, and the files.</summary>
internal static class StatementEndpoints
{
    private const int MonthsOnPage = 12;
    private static readonly Dictionary<string, (string Accept, string Extension)> Files = new(StringComparer.Ordinal)
    {
        ["markdown"] = ("text/markdown", "md"),
        ["html"] = ("text/html", "html"),
        ["json"] = ("application/json", "json"),
        ["csv"] = ("text/csv", "csv"),
        ["sealed"] = ("application/json", "sealed.json"),
    };

    public static void MapStatements(this IEndpointRouteBuilder app)
    {
        app.MapGet("/statements", ListAsync);
        app.MapGet("/statements/{month}", (string month, HttpContext context, PlatformApi api, CancellationToken cancellation) => ShowAsync(month, api, StatementLook.Read(context.Request.Query), cancellation));
        app.MapPost("/statements/{month}/review", (string month, HttpContext context, PlatformApi api, CancellationToken cancellation) => StepAsync(month, "review", context, api, cancellation));
        app.MapPost("/statements/{month}/freeze", (string month, HttpContext context, PlatformApi api, CancellationToken cancellation) => StepAsync(month, "freeze", context, api, cancellation));
        app.MapPost("/statements/{month}/restate", (string month, HttpContext context, PlatformApi api, CancellationToken cancellation) => StepAsync(month, "restate", context, api, cancellation));
        app.MapGet("/statements/{month}/compare", async (string month, string? against, PlatformApi api, CancellationToken cancellation) =>
            Page.Of<ComparePage>(new { Answer = await api.GetAsync<ComparedMonths>($"{PathOf(month)}?format=json&against={Uri.EscapeDataString(against ?? Months.Before(month))}", cancellation) }));
        app.MapGet("/statements/{month}/figures/{figure}", ExplainAsync);
        app.MapGet("/statements/{month}/download", DownloadAsync);
        app.MapGet("/statements/{month}/notes/{section}", EditAsync);
        app.MapPost("/statements/{month}/notes/{section}", SaveAsync);
    }

    private static string PathOf(string month) => $"/statements/{Uri.EscapeDataString(month)}";

    private static async Task<IResult> ListAsync(HttpContext context, string? month, string? before, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        if (month?.Trim() is { Length: > 0 } wanted && Months.Name(wanted) != wanted)
        {
            return Results.Redirect(PathOf(wanted));
        }

        // A month has a statement whether anything happened in it or not. Shown are those in which an incident was opened, this one and the last.
        var opened = await api.GetAsync<FigureAnswer<SlaFigure>>("/figures/sla?group=month&limit=1000", cancellation);
        var counts = opened.Groups?.ToDictionary(group => group.Group, group => group.Figure.Cases, StringComparer.Ordinal) ?? [];
        var now = TimeZoneInfo.ConvertTime(visitor.Now, TimeZoneInfo.TryFindSystemTimeZoneById(opened.Zone, out var zone) ? zone : TimeZoneInfo.Utc)
            .ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var months = counts.Keys.Append(now).Append(Months.Before(now)).Distinct().Where(one => before is null || string.CompareOrdinal(one, before) < 0)
            .OrderDescending(StringComparer.Ordinal).ToList();
        var shown = months.Take(MonthsOnPage).ToList();
        var versions = await Task.WhenAll(shown.Select(one => VersionsAsync(one, api, cancellation)));
        return Page.Of<StatementsPage>(new
        {
            Lines = shown.Zip(versions).Select(one => new MonthLine(one.First, counts.GetValueOrDefault(one.First), one.Second)).ToList(),
            Any = counts.Count > 0,
            Earlier = months.Count > MonthsOnPage ? shown[^1] : null,
            Wanted = month,
        });
    }

    private static async Task<IResult> ShowAsync(
        string month, PlatformApi api, StatementLook look, CancellationToken cancellation, Problem? problem = null, string? typed = null)
    {
        var versions = VersionsAsync(month, api, cancellation);
        var notes = api.GetAsync<NoteList>($"{PathOf(month)}/notes", cancellation);
        var told = await versions;
        // What is not what was signed is not answered; the draft is, and says so.
        using var page = await api.OpenAsync(PathOf(month) + (told is null ? look with { Version = null, State = "draft" } : look).Query("html"), "text/html", cancellation);
        var text = StatementText.Read(await page.Content.ReadAsStringAsync(cancellation));
        var frozen = page.Headers.TryGetValues("Ketman-Statement", out var said) && said.First().Split([';', '=']) is [_, var number, ..]
            && int.TryParse(number, CultureInfo.InvariantCulture, out var version) ? version : (int?)null;
        return Page.Of<MonthPage>(
            new { View = new MonthView(month, look, text, frozen, told, (await notes).Items, problem, typed) }, problem?.Status ?? StatusCodes.Status200OK);
    }

    private static async Task<StatementVersions?> VersionsAsync(string month, PlatformApi api, CancellationToken cancellation)
    {
        try
        {
            return await api.GetAsync<StatementVersions>($"{PathOf(month)}/versions", cancellation);
        }
        catch (ApiProblemException e) when (e.Problem.Slug == "statement-tampered")
        {
            return null;
        }
    }

    private static async Task<IResult> StepAsync(string month, string step, HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var typed = form["confirm"];
        if (step != "review" && typed != month)
        {
            var wrong = Labels.Fill(Words.Statement_FreezeWrong, month);
            return await ShowAsync(
                month, api, new StatementLook(null, null, null), cancellation,
                new Problem(StatusCodes.Status422UnprocessableEntity, "urn:ketman:problem:invalid-request", Words.Form_Invalid, null, [new FieldError("confirm", wrong)]), typed);
        }

        var outcome = await api.ChangeAsync(HttpMethod.Post, $"{PathOf(month)}/{step}", null, form.Conditions, cancellation);
        return outcome.Problem is { } problem
            ? await ShowAsync(month, api, new StatementLook(null, null, null), cancellation, problem, typed)
            : Page.GoTo(context, PathOf(month), Labels.Fill(
                step switch { "review" => Words.Statement_ReviewDone, "freeze" => Words.Statement_FreezeDone, _ => Words.Statement_RestateDone }, Months.Name(month)));
    }

    private static async Task<IResult> ExplainAsync(string month, string figure, PlatformApi api, CancellationToken cancellation)
    {
        var catalogue = api.GetAsync<MetricCatalogue>("/metrics/definitions", cancellation);
        var answer = await api.GetAsync<StatementExplanation>($"{PathOf(month)}/figures/{Uri.EscapeDataString(figure)}", cancellation);
        return Page.Of<ExplanationPage>(new { Answer = answer, Catalogue = await catalogue });
    }

    // Byte by byte as the platform answers it, as it comes.
    private static async Task<IResult> DownloadAsync(string month, string? format, HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = format is not null && Files.ContainsKey(format) ? format : "markdown";
        var (accept, extension) = Files[form];
        var look = StatementLook.Read(context.Request.Query);
        var answer = await api.OpenAsync(PathOf(month) + look.Query(form), accept, cancellation);
        context.Response.RegisterForDispose(answer);
        var name = string.Join('.', new[] { month, look.State, look.Version is { } version ? $"v{version}" : null, look.Tlp, extension }.OfType<string>());
        return Results.Stream(await answer.Content.ReadAsStreamAsync(cancellation), answer.Content.Headers.ContentType?.ToString(), name);
    }

    private static async Task<IResult> EditAsync(string month, string section, PlatformApi api, CancellationToken cancellation)
    {
        if (!StatementText.NoteSections.Contains(section))
        {
            throw new ApiProblemException(Errors.NoSuchPage);
        }

        var (stands, version) = await NoteAsync(month, section, api, cancellation);
        return Page.Of<NotePage>(new { View = new NoteView(month, section, stands, version ?? NeverWritten) });
    }

    private static async Task<IResult> SaveAsync(string month, string section, HttpContext context, PlatformApi api, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var body = new JsonObject { ["text"] = form["text"] ?? "", ["marking"] = form["marking"] ?? "amber" };
        var outcome = await api.ChangeAsync(HttpMethod.Put, $"{PathOf(month)}/notes/{Uri.EscapeDataString(section)}", body, form.Conditions, cancellation);
        if (outcome.Problem is not { } problem)
        {
            return Page.GoTo(context, $"{PathOf(month)}#{section}", form["text"] is null ? Words.Statement_NoteTaken : Words.Statement_NoteSaved);
        }

        StatementNote? stands = null;
        var version = form.Version ?? NeverWritten;
        if (problem.IsConflict)
        {
            // What is sent next has seen what stands there now. Of a note that was taken back no version is told; whoever saves then was told so.
            (stands, var now) = await NoteAsync(month, section, api, cancellation);
            version = now ?? "*";
        }

        var view = new NoteView(month, section, stands, version, form, problem);
        return Page.IsPart(context) ? Page.Of<NoteForm>(new { View = view }, problem.Status) : Page.Of<NotePage>(new { View = view }, problem.Status);
    }

    private const string NeverWritten = "\"0\"";

    private static async Task<(StatementNote? Note, string? Version)> NoteAsync(string month, string section, PlatformApi api, CancellationToken cancellation)
    {
        try
        {
            return await api.ReadAsync<StatementNote>($"{PathOf(month)}/notes/{Uri.EscapeDataString(section)}", cancellation);
        }
        catch (ApiProblemException e) when (e.Problem.Slug == "note-not-found")
        {
            return (null, null);
        }
    }
}
