using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;
using Ketman.Intake.Accounts;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Assessments;

/// <summary>The commands on assessments, which are named like the account they are about.</summary>
internal static class AssessmentCommands
{
    private const string Role = "analyst";

    public static CommandCatalogue<Assessment> Create() => new CommandCatalogue<Assessment>(Assessment.Aggregate)
        .Create<OpenAssessment>("open-assessment", "assessments", OpenAssessment.Decide, new OpenAssessment.Rules(), LocateAsync, Role)
        .On("answer-question", "assessments/{ref}/answers", AnswerQuestion.Decide, new AnswerQuestion.Rules(), Role)
        .On("withdraw-answer", "assessments/{ref}/answers/withdrawals", WithdrawAnswer.Decide, new WithdrawAnswer.Rules(), Role)
        .On("conclude-assessment", "assessments/{ref}/conclusion", ConcludeAssessment.Decide, new ConcludeAssessment.Rules(), Role);

    /// <summary>The stream that follows from the account's id; an account that the same batch registers has its id already.</summary>
    private static async ValueTask<Located> LocateAsync(OpenAssessment command, LocateContext context, CancellationToken cancellation)
    {
        var account = context.Services.GetRequiredService<ReferenceBook>().Normalise(new Reference("account", command.Account)).Text;
        var isId = Guid.TryParseExact(account, "D", out var id);
        if (account.Contains('\0', StringComparison.Ordinal))
        {
            return new Located(Assessment.IdOf(Guid.Empty), account);
        }

        var found = await context.Services.GetRequiredService<NpgsqlDataSource>().QueryAsync(
            isId ? "select id, ref from accounts where id = $1" : "select id, ref from accounts where ref = $1",
            [isId ? Uuid(id) : Text(account)], row => (Id: row.GetGuid(0), Ref: row.GetString(1)), cancellation);
        return found.Count > 0 ? new Located(Assessment.IdOf(found[0].Id), found[0].Ref)
            : new Located(Assessment.IdOf(isId ? id : context.Services.GetRequiredService<NewAccountIds>().Of(account, context.Now)), account);
    }
}
