using Ketman.Contracts;
using Ketman.Hosting.Commands;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Leads;

/// <summary>Keeps the tables of leads.</summary>
internal sealed class LeadReadModel : IInlineReadModel
{
    public IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events) =>
        events.SelectMany(recorded => recorded.Event.Data switch
        {
            LeadOpened e =>
            [
                Command(
                    "insert into leads (id, handle, summary, company_id, opened_at, opened_by) values ($1, $2, $3, $4, $5, $6)",
                    // A rebuild meets leads that were erased since: their names must differ, as handles do.
                    Uuid(id), Text(e.Handle == PersonalMember.Erased ? ErasedName.Of(id) : e.Handle), Text(e.Summary), Uuid(e.CompanyId), Text(e.OccurredAt.ToString()), Uuid(recorded.Event.Id)),
                .. e.AccountIds.Count == 0 ? Array.Empty<NpgsqlBatchCommand>()
                    : [Command("insert into lead_accounts (lead_id, account_id) select $1, unnest($2)", Uuid(id), Uuids(e.AccountIds))],
            ],
            LeadDisclosed => [Command("update leads set status = 'disclosed' where id = $1 and status <> 'merged'", Uuid(id))],
            LeadDismissed => [Command("update leads set status = 'dismissed' where id = $1", Uuid(id))],
            LeadMerged e => [Command("select merge_lead($1, $2)", Uuid(id), Uuid(e.IntoLeadId))],
            LeadErased =>
            [
                Command(
                    "update leads set handle = $2, summary = $3 where id = $1", Uuid(id), Text(ErasedName.Of(id)), Text(PersonalMember.Erased)),
            ],
            _ => Array.Empty<NpgsqlBatchCommand>(),
        });
}
