using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures;
using Ketman.Disclosures.Policies;
using Ketman.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Benchmarks.Deadlines;

/// <summary>Cases in which an acknowledgement is owed an hour after the report arrived, as many as wanted.</summary>
internal static class BenchCases
{
    public const string Clock = "acknowledgement";

    /// <summary>What is owed.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromHours(1);

    private const int Together = 500;
    private const int Writers = 4;

    private const string Rows = """
        with c as (select * from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as c (id, handle, due_at)),
        listed as (
          insert into disclosures (id, handle, company_id, status, opened_at, opened_on_day, opening_id)
          select id, handle, id, 'open', due_at, false, id from c)
        insert into deadlines (disclosure_id, due_at, claimable_at, settles_by) select id, due_at, case when $4 then due_at end, due_at from c
        """;

    private static readonly PolicyPinned Pinned = new(
        default, "bench", 1,
        JsonSerializer.Serialize(
            new PolicyDocument(
                "bench", "Bench", new CalendarDocument { Zone = "UTC", Hours = null },
                [new ClockTerms(Clock, "Acknowledgement", Party.Company, new DueRule(After: Milestone.FirstDelivered, Time: "PT1H"), [Milestone.Acknowledged])],
                [], new PublicationTerms("P14D", 1, 1, 1, 1, [], "We name you.")),
            ContractJson.Options),
        null, null);

    /// <summary>Writes cases with their rows.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="prefix">What their handles begin with.</param>
    /// <param name="dues">When each is due, to the microsecond.</param>
    /// <param name="claimable">Whether the rows can be claimed when they are due; if not, not before somebody says so.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task SeedAsync(
        NpgsqlDataSource database, string prefix, IReadOnlyList<DateTimeOffset> dues, bool claimable, CancellationToken cancellation)
    {
        var store = new PostgresEventStore(database, DisclosureStream.Events);
        var chunks = dues.Select((due, number) => (Handle: $"{prefix}-{number}", Due: due)).Chunk(Together);
        await Parallel.ForEachAsync(
            chunks, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellation },
            async (chunk, stop) => await store.AppendAsync([.. chunk.Select(Case)], [RowsOf(chunk, claimable)], stop));
    }

    private static StreamAppend Case((string Handle, DateTimeOffset Due) one)
    {
        var at = Moment.At(one.Due - Budget);
        var attempt = Guid.CreateVersion7();
        return new StreamAppend(
            DisclosureStream.Aggregate.StreamOf(DisclosureStream.Aggregate.IdOf(one.Handle)), 0, null,
            [
                new NewEvent(Guid.CreateVersion7(), new DisclosureOpened(at, one.Handle, Guid.CreateVersion7(), null, null, [])),
                new NewEvent(Guid.CreateVersion7(), Pinned with { OccurredAt = at }),
                new NewEvent(attempt, new OutreachAttempted(at, Channel.Email, null, null, "bench", null)),
                new NewEvent(Guid.CreateVersion7(), new OutreachDelivered(at, attempt)),
            ],
            new EventMetadata(at.Start, "bench", attempt, null, null, null));
    }

    private static NpgsqlBatchCommand RowsOf((string Handle, DateTimeOffset Due)[] chunk, bool claimable) => new(Rows)
    {
        Parameters =
        {
            new() { Value = chunk.Select(one => DisclosureStream.Aggregate.IdOf(one.Handle)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new() { Value = chunk.Select(one => one.Handle).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = chunk.Select(one => one.Due.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            new NpgsqlParameter<bool> { TypedValue = claimable },
        },
    };
}
