using Ketman.Contracts.Disclosures;
using Ketman.Hosting.Bus;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Companies;

/// <summary>
/// A company may wish privacy altogether (<see cref="WishPrivacy"/>), or ask for it in one case, which Disclosures tells. Either way nobody
/// below TLP:RED learns from here that the team knows of it.
/// </summary>
internal static class CasePrivacy
{
    /// <summary>The condition under which the row <c>company</c> is kept private; not null when there is no company.</summary>
    public const string IsPrivate =
        "(coalesce(company.privacy = 'private', false) or exists (select from case_privacy asked where asked.company_id = company.id))";

    /// <summary>The contracts that it follows from.</summary>
    public static IReadOnlyCollection<Type> Types { get; } = [typeof(DisclosureOpened), typeof(PrivacyRequested), typeof(FactRetracted)];

    /// <summary>What an event of Disclosures changes.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Write(JournaledEvent journaled) => journaled.Contract switch
    {
        DisclosureOpened opened =>
        [
            Command("insert into disclosed_cases (id, company_id) values ($1, $2) on conflict do nothing", Uuid(opened.DisclosureId), Uuid(opened.CompanyId)),
        ],
        PrivacyRequested asked =>
        [
            Command(
                "insert into case_privacy (fact_id, company_id) select $1, company_id from disclosed_cases where id = $2 on conflict do nothing",
                Uuid(journaled.Message.Id), Uuid(asked.DisclosureId)),
        ],
        FactRetracted retracted => [Command("delete from case_privacy where fact_id = $1", Uuid(retracted.FactId))],
        _ => Array.Empty<NpgsqlBatchCommand>(),
    };
}
