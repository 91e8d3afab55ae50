using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Reading;

/// <summary>The row of a case in the table of packed facts.</summary>
/// <param name="Id">The case.</param>
/// <param name="Facts">Who may know of it, and what counts in a month; null: facts of it are marked by themselves, so all of them are needed.</param>
/// <param name="Contact">How the company took it.</param>
/// <param name="Plain">Whether what it tells stands for everybody: nothing was taken back, nobody was ever kept from it by name or by an embargo.</param>
internal sealed record CaseFacts(Guid Id, byte[]? Facts, byte[] Contact, bool Plain)
{
    private static readonly HashSet<Type> OfContact = [.. MonthKinds.OfContact];
    private static readonly HashSet<Type> Others = [.. PackedFacts.All.Except(MonthKinds.OfContact)];

    /// <summary>Makes it of all facts of the case.</summary>
    public static CaseFacts Of(Guid id, IEnumerable<Fact> facts)
    {
        var all = facts as IReadOnlyCollection<Fact> ?? [.. facts];
        // Whether or not a mark was taken back: that is for whoever reads all of them.
        return all.Any(fact => fact.Said is FactMarked)
            ? new CaseFacts(id, null, [], Plain: false)
            : new CaseFacts(
                id, PackedFacts.Write(all.Where(fact => Others.Contains(fact.Said.GetType()))), PackedFacts.Write(all.Where(fact => OfContact.Contains(fact.Said.GetType()))),
                !all.Any(fact => fact.Said is FactRetracted or DisclosureRestricted or EmbargoSet));
    }

    /// <summary>Writes rows, all at once.</summary>
    public static NpgsqlBatchCommand Write(IReadOnlyList<CaseFacts> rows) => new(
        """
        insert into case_facts (id, facts, contact, plain)
        select * from unnest($1, $2, $3, $4)
        on conflict (id) do update set facts = excluded.facts, contact = excluded.contact, plain = excluded.plain
        where case_facts.facts is distinct from excluded.facts or case_facts.contact <> excluded.contact or case_facts.plain <> excluded.plain
        """)
    {
        Parameters =
        {
            Reading.Facts.Array(NpgsqlDbType.Uuid, rows.Select(row => row.Id)),
            Reading.Facts.Array(NpgsqlDbType.Bytea, rows.Select(row => row.Facts)),
            Reading.Facts.Array(NpgsqlDbType.Bytea, rows.Select(row => row.Contact)),
            Reading.Facts.Array(NpgsqlDbType.Boolean, rows.Select(row => row.Plain)),
        },
    };
}
