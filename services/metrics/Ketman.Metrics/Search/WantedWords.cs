using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Search;

/// <summary>
/// What the fold notes for the search. Gathering the words of a case with every event would cost more than all the rest of the fold, so it only
/// notes whose words have changed; but what must not be found any more goes in the same transaction.
/// </summary>
internal static class WantedWords
{
    private const string Again = " on conflict (case_id) do update set case_id = excluded.case_id";

    /// <summary>The statements that follow from new facts.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="erased">Subjects of which words were erased.</param>
    public static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyCollection<Fact> facts, IReadOnlyCollection<Guid> erased)
    {
        var companies = facts.Where(fact => fact.Said is CompanyRegistered or CompanyChanged).Select(fact => fact.Subject).ToHashSet();
        if (companies.Count > 0)
        {
            yield return With("insert into words_wanted select c.id from cases c where c.company_id = any($1)" + Again, companies);
        }

        var hidden = facts.Where(fact => fact.Said is FactMarked).Select(fact => fact.Subject).Concat(erased).ToHashSet();
        var cases = facts.Where(fact => IsFound(fact.Said)).Select(fact => fact.Subject).Concat(hidden).ToHashSet();
        if (cases.Count > 0)
        {
            // First: whoever is gathering them just now has to finish before they are taken away, or he would put them back.
            yield return With("insert into words_wanted select unnest($1)" + Again, cases);
        }

        if (hidden.Count > 0)
        {
            yield return With("delete from case_words where case_id = any($1)", hidden);
        }
    }

    private static bool IsFound(object said) => said is DisclosureOpened or DisclosureResolved or DisclosureClosed or DisclosureReopened or FindingAdded or NoteAdded or UpdateReceived or FactRetracted
        or DisclosureAssigned or DisclosureUnassigned or DisclosureTagged or DisclosureUntagged;

    // In the order of their ids, so that two who note the same do not wait for one another in a circle.
    private static NpgsqlBatchCommand With(string sql, IEnumerable<Guid> ids) => new(sql) { Parameters = { Facts.Array(NpgsqlDbType.Uuid, ids.Order()) } };
}
