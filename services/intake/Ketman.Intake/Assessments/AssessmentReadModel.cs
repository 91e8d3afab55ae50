using Ketman.Hosting.Commands;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Assessments;

/// <summary>Keeps the list of assessments. No answer is in it: what is said of a person stands in the log alone, where it can be erased.</summary>
internal sealed class AssessmentReadModel : IInlineReadModel
{
    public IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events) =>
        events.SelectMany(recorded => recorded.Event.Data switch
        {
            AssessmentOpened e =>
            [
                Command(
                    """
                    insert into assessments (id, account_id, catalogue, opened_at) values ($1, $2, $3, $4)
                    on conflict (id) do update set catalogue = $3, opened_at = $4, status = 'open', advice = null, concluded_at = null
                    """,
                    Uuid(id), Uuid(e.AccountId), Number(e.Catalogue), Text(e.OccurredAt.ToString())),
            ],
            AssessmentConcluded e =>
            [
                Command(
                    "update assessments set status = 'concluded', advice = $2, concluded_at = $3 where id = $1",
                    Uuid(id), Text(e.Advice.WireName()), Text(e.OccurredAt.ToString())),
            ],
            _ => Array.Empty<NpgsqlBatchCommand>(),
        });
}
