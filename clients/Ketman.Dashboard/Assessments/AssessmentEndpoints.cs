using Ketman.Dashboard.Accounts;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Assessments;

/// <summary>Questions about an account, out of the catalogue. An assessment advises; it changes nothing.</summary>
internal static class AssessmentEndpoints
{
    private const int PageLength = 50;
    private static readonly CommandPlace Place = new("assessment", "/assessments", "open-assessment");

    public static void MapAssessments(this IEndpointRouteBuilder app)
    {
        app.MapGet("/assessments", ListAsync);
        app.MapGet("/assessments/catalogue", async (PlatformApi api, CancellationToken cancellation) =>
            Page.Of<CataloguePage>(new { Catalogue = await api.GetAsync<Catalogue>("/assessments/catalogue", cancellation) }));
        app.MapGet("/assessments/{reference}", (HttpContext context, string reference, PlatformApi api, CancellationToken cancellation) =>
            ShowAsync(context, To.Meant(reference), null, null, api, cancellation));
        app.MapPost("/assessments/{reference}/answers", AnswerAsync);
        Place.Map(app);
    }

    private static async Task<IResult> ListAsync(string? status, string? after, PlatformApi api, CancellationToken cancellation) => Page.Of<AssessmentsPage>(new
    {
        Status = status,
        Answer = await api.GetAsync<AssessmentList>(To.With("/assessments", ("limit", $"{PageLength}"), ("status", status), ("after", after)), cancellation),
    });

    private static async Task<IResult> ShowAsync(
        HttpContext context, string reference, SentForm? sent, Problem? problem, PlatformApi api, CancellationToken cancellation)
    {
        var assessment = await api.FindAsync<Assessment>("/assessments/" + Uri.EscapeDataString(reference), cancellation);
        if (assessment is null)
        {
            // That nobody has asked yet is told only of an account that this reader may know of.
            var account = await api.GetAsync<AccountView>("/accounts/" + Uri.EscapeDataString(reference), cancellation);
            return Page.Of<NotAssessedPage>(new { Account = account.Ref }, StatusCodes.Status404NotFound);
        }

        var shown = new
        {
            Assessment = assessment,
            Catalogue = await api.GetAsync<Catalogue>($"/assessments/catalogue?version={assessment.Catalogue}", cancellation),
            Sent = sent,
            Problem = problem,
        };
        var status = problem?.Status ?? StatusCodes.Status200OK;
        return Page.IsPart(context) ? Page.Of<AssessmentBody>(shown, status) : Page.Of<AssessmentPage>(shown, status);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, string reference, PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var account = To.Meant(reference);
        var outcome = await api.SendAsync(LineTypes.Get("answer-question"), account, form, visitor, cancellation);
        return outcome.Problem is not null || Page.IsPart(context)
            ? await ShowAsync(context, account, outcome.Problem is null ? null : form, outcome.Problem, api, cancellation)
            : Page.GoTo(context, $"{To.Assessment(account)}#q-{form["question"]}", Labels.Fill(Ketman.Dashboard.Words.Form_Done, Labels.Of("answer-question")));
    }
}
