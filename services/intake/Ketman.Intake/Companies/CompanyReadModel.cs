using Ketman.Hosting.Commands;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Companies;

/// <summary>Keeps the tables of companies.</summary>
internal sealed class CompanyReadModel : IInlineReadModel
{
    public IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events) =>
        events.SelectMany(recorded => recorded.Event.Data switch
        {
            CompanyRegistered e =>
            [
                Command(
                    "insert into companies (id, handle, name, domain, tvl_rank, zone) values ($1, $2, $3, $4, $5, $6)",
                    Uuid(id), Text(e.Handle), Text(e.Name), Text(e.Domain), Number(e.TvlRank), Text(e.Zone)),
                .. Repositories(id, e.Repositories),
            ],
            CompanyChanged e =>
            [
                Command(
                    "update companies set name = $2, domain = $3, tvl_rank = $4, zone = $5 where id = $1",
                    Uuid(id), Text(e.Name), Text(e.Domain), Number(e.TvlRank), Text(e.Zone)),
                Command("delete from company_repositories where company_id = $1", Uuid(id)),
                .. Repositories(id, e.Repositories),
            ],
            CompanyCalendarSet e =>
            [
                Command("update companies set calendar = $2 where id = $1", Uuid(id), Text(e.Calendar?.ToJson())),
            ],
            PrivacyWished e =>
            [
                Command("update companies set privacy = $2 where id = $1", Uuid(id), Text(e.Wish.WireName())),
            ],
            _ => Array.Empty<NpgsqlBatchCommand>(),
        });

    private static IEnumerable<NpgsqlBatchCommand> Repositories(Guid id, IReadOnlyList<string> repositories) => repositories.Count == 0
        ? []
        : [
            Command(
                "insert into company_repositories (company_id, repository, owner) select $1, * from unnest($2, $3)",
                Uuid(id), Texts(repositories), Texts(repositories.Select(Repository.OwnerOf))),
        ];
}
