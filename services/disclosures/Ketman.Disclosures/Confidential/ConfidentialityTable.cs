using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Commands;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Confidential;

/// <summary>Keeps the table <c>confidentiality</c>.</summary>
internal sealed class ConfidentialityTable(NpgsqlDataSource database, IEventStore store) : IInlineState<Disclosure>
{
    private const string Upsert = """
        insert into confidentiality (disclosure_id, marking, private, red_until, narrowest_fact, people) values ($1, $2, $3, $4, $5, $6)
        on conflict (disclosure_id) do update set
          marking = excluded.marking, private = excluded.private, red_until = excluded.red_until,
          narrowest_fact = excluded.narrowest_fact, people = excluded.people
        """;

    private const string Missing = """
        select id from disclosures d where not exists (select from confidentiality k where k.disclosure_id = d.id) limit 500
        """;

    /// <inheritdoc />
    public IEnumerable<NpgsqlBatchCommand> Write(Guid id, Disclosure before, Disclosure after, DateTimeOffset now) =>
        before.Opening is null || Row.Of(before) != Row.Of(after) ? [Put(id, Row.Of(after))] : [];

    /// <summary>Gives cases that have no row one: they are older than the table.</summary>
    public async Task InsertMissingAsync(CancellationToken cancellation)
    {
        while (await FindMissingAsync(cancellation) is { Count: > 0 } cases)
        {
            await using var batch = database.CreateBatch();
            foreach (var id in cases)
            {
                var history = await store.ReadToDecideAsync(DisclosureStream.Aggregate.StreamOf(id), cancellation);
                batch.BatchCommands.Add(Put(id, Row.Of(history.Events.Aggregate(
                    DisclosureStream.Aggregate.Initial, (folded, recorded) => Disclosure.Evolve(folded, recorded.Id, recorded.Data)))));
            }

            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task<List<Guid>> FindMissingAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Missing);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(reader.GetGuid(0));
        }

        return found;
    }

    private static NpgsqlBatchCommand Put(Guid id, Row row) => new(Upsert)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = id },
            new NpgsqlParameter<short> { TypedValue = (short)row.Marking },
            new NpgsqlParameter<bool> { TypedValue = row.Private },
            new NpgsqlParameter { Value = row.RedUntil is { } until ? until.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new NpgsqlParameter<short> { TypedValue = (short)row.NarrowestFact },
            new NpgsqlParameter { Value = row.People is { } people ? people.Split('\n') : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        },
    };

    // People are one text here, so that rows compare by what they say; a name is one line.
    private sealed record Row(Tlp Marking, bool Private, DateTimeOffset? RedUntil, Tlp NarrowestFact, string? People)
    {
        public static Row Of(Disclosure state) => new(
            state.Mark ?? Contracts.Marking.Usual, state.WantsPrivacy, state.Confidentiality.RedUntil, state.Confidentiality.NarrowestFact ?? Tlp.Clear,
            state.RestrictedTo is { } people ? string.Join('\n', people) : null);
    }
}
