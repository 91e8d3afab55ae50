using Ketman.EventStore.Rebuilding;
using Npgsql;
using static Ketman.Hosting.Bus.JournalRows;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Rebuilds the read models of a consumer from the journal, as far as the live ones are folded. The journal has no order of its
/// own to go through it by, so one is written down beside the new tables: stream after stream in the order in which they began, each in
/// the order of its versions, and what is folded meanwhile behind it. Side by side, as they were recorded, every batch would touch as many
/// streams as it has events, and a read model that looks at a whole stream would read it again for each of its events.
/// </summary>
internal sealed class JournalRebuild(IJournalConsumer consumer, JournalFold fold)
    : ReadModelRebuild(consumer.Name, consumer.Tables!, "journal_rebuilds")
{
    // One row for each stretch of a stream, with the place of its last event: those before it stand before it without being written down.
    private const string Agenda = """
        create table rebuild_agenda (position bigint primary key, stream varchar not null, after bigint not null, until bigint not null);
        create table rebuild_heads (stream varchar primary key, version bigint not null)
        """;

    private const string Extend = """
        with behind as (
          select s.stream, coalesce(h.version, 0) as after, s.folded_version as until
          from journal_streams s left join rebuild_heads h on h.stream = s.stream
          where s.folded_version > coalesce(h.version, 0)
        ), begun as (
          select b.*, (select j.recorded_at from journal j where j.stream = b.stream and j.version = b.after + 1) as began from behind b
        ), added as (
          insert into rebuild_agenda (position, stream, after, until)
          select (select coalesce(max(position), 0) from rebuild_agenda) + sum(until - after) over (order by began, stream), stream, after, until from begun
        ), covered as (
          insert into rebuild_heads (stream, version) select stream, until from behind
          on conflict (stream) do update set version = excluded.version
        )
        select coalesce(sum(until - after), 0)::bigint from behind
        """;

    // What was skipped is left out only here, so that places are passed whatever stands at them.
    private const string Next = $"""
        select {EventColumns}, a.position - a.until + j.version,
          exists (select from journal_poison p where p.stream = j.stream and p.version = j.version and p.event_id = j.event_id and p.settlement = 'skipped')
        from (select * from rebuild_agenda where position > $1 order by position limit $2) a
        cross join lateral (
          select * from journal j where j.stream = a.stream and j.version > greatest(a.after, $1 - a.position + a.until) and j.version <= least(a.until, $1 + $2 - a.position + a.until)
          offset 0) j
        where a.position - a.until + a.after < $1 + $2
        order by a.position, j.version
        """;

    public override async Task<long> BeginAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using (var create = new NpgsqlCommand(Agenda, transaction.Connection, transaction))
        {
            await create.ExecuteNonQueryAsync(cancellation);
        }

        return await ExtendAsync(transaction, cancellation);
    }

    public override async Task<Stretch> FoldAsync(NpgsqlTransaction transaction, long position, int limit, bool held, CancellationToken cancellation)
    {
        var (events, reached) = await ReadAsync(transaction, position, limit, cancellation);
        if (reached == position && await ExtendAsync(transaction, cancellation) > 0)
        {
            (events, reached) = await ReadAsync(transaction, position, limit, cancellation);
        }

        if (reached == position)
        {
            return new Stretch(position, 0, More: false);
        }

        try
        {
            await fold.FoldAsync(events, transaction, cancellation);
        }
        catch (FoldException e) when (limit == 1)
        {
            throw new UnfoldableEventException(new JournalPlace(events[0].Message.Stream, events[0].Message.Version).ToString(), e.InnerException!);
        }

        // What came in meanwhile is looked for once more when this is folded, held or not.
        return new Stretch(reached, events.Count, More: held || reached == position + limit);
    }

    // Nobody but who takes in and folds waits for this row, and his batch may be waited for.
    public override async Task HoldAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        Add(batch, "set local lock_timeout = '10s'", []);
        Add(batch, "select from journal_consumers where name = $1 for update", [Name]);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<long> ExtendAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Extend, transaction.Connection, transaction) { CommandTimeout = 600 };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<(List<Arrival> Events, long Reached)> ReadAsync(
        NpgsqlTransaction transaction, long position, int limit, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Next, transaction.Connection, transaction)
        {
            Parameters = { new() { Value = position }, new() { Value = (long)limit } },
        };
        var events = new List<Arrival>(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            position = reader.GetInt64(10);
            if (!reader.GetBoolean(11))
            {
                events.Add(Arrival.Of(ReadEvent(reader)));
            }
        }

        return (events, position);
    }
}
