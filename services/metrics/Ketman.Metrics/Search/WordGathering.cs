using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Search;

/// <summary>Gathers the words of cases that have changed, from their facts. Any number of instances do so beside one another.</summary>
internal sealed class WordGathering(NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, ILogger<WordGathering> log) : Following(clock, log)
{
    // Small enough that the fold, which notes a case again, never waits for long.
    private const int AtOnce = 100;

    // The marks and mistakes besides the texts.
    private static readonly string[] Types =
    [
        .. new[] { typeof(DisclosureOpened), typeof(FindingAdded), typeof(NoteAdded), typeof(UpdateReceived), typeof(FactMarked), typeof(FactRetracted) }
            .Select(ContractJson.UrnOf),
    ];

    /// <inheritdoc />
    protected override string What => "What the search finds";

    /// <inheritdoc />
    public override async Task<bool> AdvanceAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var cases = await TakeAsync(transaction, cancellation);
        if (cases.Count == 0)
        {
            return false;
        }

        IReadOnlyList<Fact> facts;
        await using (var read = new NpgsqlBatch(connection, transaction) { BatchCommands = { Facts.Select(cases, Types) } })
        await using (var reader = await read.ExecuteReaderAsync(cancellation))
        {
            facts = await Facts.ReadAsync(reader, cancellation);
        }

        var words = facts.GroupBy(fact => fact.Subject).Select(told => Case.From(told, calendar)).OfType<Case>().SelectMany(CaseWords.Of).ToList();
        await using var write = new NpgsqlBatch(connection, transaction) { BatchCommands = { Delete("case_words", cases), Insert(words), Delete("words_wanted", cases) } };
        await write.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    // What others have in hand is left to them; whoever notes one of these again waits until it is done, and it is done again.
    private static async Task<List<Guid>> TakeAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select case_id from words_wanted order by case_id limit {AtOnce} for update skip locked", transaction.Connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Guid> cases = [];
        while (await reader.ReadAsync(cancellation))
        {
            cases.Add(reader.GetGuid(0));
        }

        return cases;
    }

    private static NpgsqlBatchCommand Delete(string table, List<Guid> cases) => new($"delete from {table} where case_id = any($1)")
    {
        Parameters = { Facts.Array(NpgsqlDbType.Uuid, cases) },
    };

    // English on both sides: a word is found in any of its forms, names are cut in the same way where they are asked for, and words of other
    // languages pass as they are.
    private static NpgsqlBatchCommand Insert(List<CaseWords> words) => new(
        $"""
        insert into case_words (case_id, level, top, open, words, names)
        select c.id, w.level, w.top, c.status = 'open',
          setweight(to_tsvector('english', concat_ws(' ', c.handle, replace(c.handle, '-', ' '), c.company_handle, replace(c.company_handle, '-', ' '), c.company_name)), 'A')
          || setweight(to_tsvector('english', concat_ws(' ', nullif(c.title, '{PersonalMember.Erased}'), array_to_string(c.tags, ' '), replace(array_to_string(c.tags, ' '), '-', ' '), c.assignee)), 'B')
          || setweight(to_tsvector('english', w.findings), 'C')
          || setweight(to_tsvector('english', w.said), 'D'),
          lower(concat_ws(' ', c.handle, c.company_handle, c.company_name))
        from unnest($1, $2, $3, $4, $5) w (id, level, top, findings, said) join cases c on c.id = w.id
        """)
    {
        Parameters =
        {
            Facts.Array(NpgsqlDbType.Uuid, words.Select(one => one.Case)),
            Facts.Array(NpgsqlDbType.Smallint, words.Select(one => (short)one.Level)),
            Facts.Array(NpgsqlDbType.Smallint, words.Select(one => (short)one.Top)),
            Facts.Array(NpgsqlDbType.Text, words.Select(one => one.Findings)),
            Facts.Array(NpgsqlDbType.Text, words.Select(one => one.Said)),
        },
    };
}
