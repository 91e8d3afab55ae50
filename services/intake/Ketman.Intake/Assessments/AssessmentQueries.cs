using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Intake.Accounts;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Assessments;

/// <summary>An assessment in the list.</summary>
/// <param name="Account">Whom it is about.</param>
/// <param name="Confidence">What the account is rated, which no assessment changes.</param>
/// <param name="Status"><c>open</c> or <c>concluded</c>.</param>
/// <param name="Catalogue">The version of the questions.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="ConcludedAt">When it was concluded.</param>
/// <param name="Advice">What it advises.</param>
public sealed record AssessmentLine(
    string Account, string Confidence, string Status, int Catalogue, string OpenedAt, string? ConcludedAt, string? Advice);

/// <summary>What can be asked of assessments.</summary>
internal static class AssessmentQueries
{
    public static void MapAssessments(this IEndpointRouteBuilder app)
    {
        app.MapGet("assessments", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-assessments").WithTags("assessment")
            .Produces<Page<AssessmentLine>>().ProducesProblem(StatusCodes.Status400BadRequest);
        app.MapGet("assessments/catalogue", Catalogue).ForRole(CallerRoles.Viewer).WithName("show-questions").WithTags("assessment")
            .Produces<QuestionCatalogue>().ProducesProblem(StatusCodes.Status404NotFound);
        app.MapGet("assessments/{ref}", ShowAsync).ForRole(CallerRoles.Viewer).WithName("show-assessment").WithTags("assessment")
            .Produces<AssessmentView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Catalogue(string? version) =>
        version is null ? TypedResults.Ok(QuestionCatalogue.Newest)
        : QuestionCatalogue.All.FirstOrDefault(one => one.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) == version) is { } wanted
            ? TypedResults.Ok(wanted)
            : Problems.NotFound("catalogue", "version").ToResult();

    private static async Task<IResult> ListAsync(
        string? limit, string? after, string? status, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if ((Paging.Read(limit, after, out var size) ?? Paging.Among("status", status, ["open", "concluded"])) is { } problem)
        {
            return problem.ToResult();
        }

        var rows = await database.QueryAsync(
            """
            select account.ref, account.confidence, assessment.status, assessment.catalogue, assessment.opened_at, assessment.concluded_at, assessment.advice
            from assessments assessment join accounts account on account.id = assessment.account_id
            where account.ref > $1 and ($3 is null or assessment.status = $3)
            order by account.ref limit $2
            """,
            [Text(after ?? ""), Number(size + 1), Text(status)],
            row => new AssessmentLine(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.TextOrNull(5), row.TextOrNull(6)),
            cancellation);
        return TypedResults.Ok(Paging.Of(rows, size, row => row.Account));
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string @ref, Caller caller, ReferenceBook references, IEventStore store, CancellationToken cancellation) =>
        references.ShowAsync(context, store, Assessment.Aggregate, @ref, async (id, state, version) =>
        {
            var accountId = state.Current!.Opened.AccountId;
            var history = await store.ReadToDecideAsync(Account.Aggregate.StreamOf(accountId), cancellation);
            var account = history.Events.Aggregate(
                Account.Aggregate.Initial, (folded, one) => Account.Aggregate.Evolve(folded, one.Id, one.Data));
            return AssessmentView.Of(id, accountId, account, state, version, caller);
        }, cancellation);
}
