using System.Globalization;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Incident;

/// <summary>The form of every command on a case, on a page of its own or in a dialog, and what becomes of it.</summary>
internal static class DeedEndpoints
{
    public static void MapDeeds(this IEndpointRouteBuilder app)
    {
        app.MapGet("/incidents/{reference}/do/{command}", AskAsync);
        app.MapPost("/incidents/{reference}/do/{command}", DoAsync);
    }

    private static async Task<IResult> AskAsync(string reference, string command, HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        if (Deeds.Find(command) is not { } type)
        {
            throw new ApiProblemException(Errors.NoSuchPage);
        }

        var view = await api.ReadForFormAsync(reference, cancellation);
        var query = context.Request.Query;
        return Answer(context, new DeedModel(view, command, Page.IsPart(context) ? "do" : "page")
        {
            Choices = await DeedChoices.ForAsync(api, type, view, visitor, cancellation),
            Given = await DeedGiven.ForAsync(api, type, view, query, visitor, cancellation),
            Version = view.ETag,
            Back = query["back"].ToString() is { Length: > 0 } back ? Page.Local(back) : null,
        });
    }

    private static async Task<IResult> DoAsync(
        string reference, string command, HttpContext context, PlatformApi api, Visitor visitor, TimeProvider time, CancellationToken cancellation)
    {
        if (Deeds.Find(command) is not { } type)
        {
            throw new ApiProblemException(Errors.NoSuchPage);
        }

        var form = await SentForm.ReadAsync(context, cancellation);
        try
        {
            var problem = Deeds.IsFinal(command) ? await UnconfirmedAsync(api, reference, form, cancellation) : null;
            if (problem is null)
            {
                var outcome = await api.SendAsync(type, reference, form, visitor, cancellation);
                if (outcome.Problem is null)
                {
                    return Done(context, reference, type, form, outcome);
                }

                problem = outcome.Problem;
            }

            // Where it is no case for this person there is no form either.
            return problem.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status404NotFound
                ? throw new ApiProblemException(problem)
                : await RefusedAsync(reference, type, form, problem, context, api, visitor, time, cancellation);
        }
        catch (ApiProblemException e) when (e.Problem.Status >= StatusCodes.Status500InternalServerError && Page.IsPart(context))
        {
            // Without the platform the form cannot be made anew; it stays as it is, and this stands above it.
            context.Response.Headers["HX-Retarget"] = $"#{PrefixOf(form)}-problem";
            context.Response.Headers["HX-Reswap"] = "innerHTML";
            return Page.Of<ProblemBox>(new { e.Problem }, e.Problem.Status);
        }
    }

    private static IResult Done(HttpContext context, string reference, LineType type, SentForm form, Outcome outcome)
    {
        var changed = outcome.Body?["changed"]?.GetValue<bool>() is not false;
        if (changed)
        {
            Undo.Leave(context, reference, type.Name, outcome.Body, form["tag"]);
        }

        var label = Labels.Of(type.Name);
        return Page.GoTo(
            context, form["_back"] is { } back ? Page.Local(back) : "/incidents/" + Uri.EscapeDataString(reference),
            Labels.Fill(changed ? Words.Incident_Done : Words.Incident_NothingNew, label));
    }

    private static async Task<Problem?> UnconfirmedAsync(PlatformApi api, string reference, SentForm form, CancellationToken cancellation)
    {
        var company = (await api.GetAsync<CaseView>(IncidentReading.PathOf(reference), cancellation)).Company;
        return string.Equals(form["_confirm"], company, StringComparison.Ordinal)
            ? null
            : new Problem(StatusCodes.Status400BadRequest, "not-confirmed", Words.Incident_NotConfirmed, null, [new FieldError("_confirm", Labels.Fill(Words.Incident_TypeHandle, company))]);
    }

    private static async Task<IResult> RefusedAsync(
        string reference, LineType type, SentForm form, Problem problem, HttpContext context, PlatformApi api, Visitor visitor, TimeProvider time, CancellationToken cancellation)
    {
        var view = await api.ReadForFormAsync(reference, cancellation);
        IReadOnlyList<Entry>? missed = null;
        if (problem.IsConflict)
        {
            (view, missed) = await MissedAsync(api, view, SeenBy(form), time, cancellation);
        }

        return Answer(context, new DeedModel(view, type.Name, PrefixOf(form))
        {
            Choices = await DeedChoices.ForAsync(api, type, view, visitor, cancellation),
            Sent = form,
            Problem = problem,
            Missed = missed,
            Version = problem.IsConflict ? view.ETag : form.Version,
            Back = form["_back"] is { } back ? Page.Local(back) : null,
        }, problem.Status);
    }

    // Everything that was recorded after what the sender had seen.
    private static async Task<(IncidentView View, IReadOnlyList<Entry> Missed)> MissedAsync(
        PlatformApi api, IncidentView view, long seen, TimeProvider time, CancellationToken cancellation)
    {
        view = await api.CaughtUpAsync(view, time, cancellation);
        return (view, [.. view.Entries.Where(entry => entry.Version > seen && entry.Version <= view.Case.Version).OrderBy(entry => entry.Version)]);
    }

    private static long SeenBy(SentForm form) =>
        long.TryParse(form.Version?.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : long.MaxValue;

    private static string PrefixOf(SentForm form) => form["_form"] is "do" or "outreach" ? form["_form"]! : "page";

    private static IResult Answer(HttpContext context, DeedModel model, int status = StatusCodes.Status200OK) =>
        Page.IsPart(context) ? Page.Of<DeedForm>(new { Model = model }, status) : Page.Of<DeedPage>(new { Model = model with { Prefix = "page" } }, status);
}
