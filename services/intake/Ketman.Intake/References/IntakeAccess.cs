using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Intake.Companies;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.References;

/// <summary>A company that wishes privacy, and the leads on it, are TLP:RED: whoever is cleared for less does not learn that the team knows of it.</summary>
internal sealed class IntakeAccess(NpgsqlDataSource database) : IStreamAccess
{
    public async ValueTask<IReadOnlySet<Guid>> HiddenAsync(
        IReadOnlyCollection<Guid> ids, Reader reader, DateTimeOffset now, CancellationToken cancellation) => reader.Clearance is Tlp.Red
        ? new HashSet<Guid>()
        : (await database.QueryAsync(
            $"""
            select company.id from companies company where company.id = any($1) and {CasePrivacy.IsPrivate}
            union all
            select lead.id from leads lead join companies company on company.id = lead.company_id where lead.id = any($1) and {CasePrivacy.IsPrivate}
            """,
            [Uuids(ids)], row => row.GetGuid(0), cancellation)).ToHashSet();
}
