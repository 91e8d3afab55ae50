using Npgsql;
using static Ketman.Hosting.Bus.JournalRows;

namespace Ketman.Hosting.Bus;

/// <summary>What the journal does when somebody is erased, and with what comes of them afterwards.</summary>
internal sealed partial class Journal
{
    private const string WhoIsErased = "select subject from journal_erased where subject = any($1)";

    /// <summary>
    /// Erases whom <paramref name="fresh"/> says to erase, in all that is journaled, and in what has just come in of anybody who is
    /// erased. What is folded comes from here, so a read model never sees those texts; what it has already, its consumer erases
    /// when the erasure is folded.
    /// </summary>
    /// <param name="connection">The transaction's.</param>
    /// <param name="transaction">That which journals them.</param>
    /// <param name="arrivals">Everything that came in.</param>
    /// <param name="fresh">What of it is new, and journaled as it came.</param>
    /// <param name="erased">Who of those it speaks of was erased before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Both without the texts of whoever is erased.</returns>
    private async Task<(IReadOnlyList<Arrival> Arrivals, IReadOnlyList<Arrival> Fresh)> WithoutErasedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Arrival> arrivals, IReadOnlyList<Arrival> fresh,
        HashSet<string> erased, CancellationToken cancellation)
    {
        var erasures = fresh.Select(arrival => (arrival.Message, Subject: PersonalPayload.ErasedBy(arrival.Message)!))
            .Where(erasure => erasure.Subject is not null).DistinctBy(erasure => erasure.Subject).ToList();
        if (erasures.Count == 0 && erased.Count == 0)
        {
            return (arrivals, fresh);
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        if (erasures.Count > 0)
        {
            string[] subjects = [.. erasures.Select(erasure => erasure.Subject)];
            Add(
                batch,
                """
                insert into journal_erased (subject, stream, version, event_id, erased_at)
                select a.*, $5 from unnest($1, $2, $3, $4) a on conflict do nothing
                """,
                [subjects,
                erasures.Select(erasure => erasure.Message.Stream).ToArray(),
                erasures.Select(erasure => erasure.Message.Version).ToArray(),
                erasures.Select(erasure => erasure.Message.Id).ToArray(),
                clock.GetUtcNow()]);
            foreach (var command in PersonalRows.Erase("journal", "t.stream = any($1)", "t.version", subjects))
            {
                batch.BatchCommands.Add(command);
            }

            erased.UnionWith(subjects);
        }

        // By reference: what came in twice is two arrivals of which one is fresh.
        var cleaned = new Dictionary<object, Arrival>(ReferenceEqualityComparer.Instance);
        foreach (var arrival in arrivals)
        {
            var message = PersonalPayload.Without(arrival.Message, erased);
            cleaned[arrival] = ReferenceEquals(message, arrival.Message) ? arrival : arrival with { Message = message };
        }

        var late = fresh.Where(arrival => !ReferenceEquals(arrival, cleaned[arrival])).Select(arrival => cleaned[arrival]).ToList();
        if (late.Count > 0)
        {
            Add(
                batch,
                "update journal j set data = a.data from unnest($1, $2, $3) a (stream, version, data) where j.stream = a.stream and j.version = a.version",
                [Column(late, message => message.Stream), Column(late, message => message.Version), JsonColumn(late)]);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        return ([.. arrivals.Select(arrival => cleaned[arrival])], [.. fresh.Select(arrival => cleaned[arrival])]);
    }
}
