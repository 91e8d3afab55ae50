using System.Globalization;
using Ketman.EventStore.Personal;
using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>Reads the part of the log in which everything is decided, within a transaction.</summary>
public static class LogHistory
{
    private const string Sql = $"""
        select {EventRows.Columns} from mt_events e
        where seq_id > $1 and seq_id <= $2
          and not exists (select from ketman_skipped_events s where s.name = $3 and s.event_seq = e.seq_id)
        order by seq_id
        limit $4
        """;

    /// <summary>The events after one place and up to another, without those that <paramref name="subscription"/> skipped.</summary>
    /// <param name="transaction">In which it reads.</param>
    /// <param name="types">The events it can read.</param>
    /// <param name="after">The last place that was read.</param>
    /// <param name="until">The last place to read; everything up to it must be decided.</param>
    /// <param name="subscription">Whose skipped events to leave out.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnfoldableEventException">The next event cannot be read; of several, those before it are given first.</exception>
    public static async Task<LogPage> ReadAsync(
        NpgsqlTransaction transaction, EventTypes types, long after, long until, string subscription, int limit, CancellationToken cancellation)
    {
        var page = await ReadRowsAsync(transaction, types, after, until, subscription, limit, cancellation);
        try
        {
            var readable = await PersonalEvents.RevealAsync(transaction, types, page.Events, cancellation);
            return readable == page.Events.Count
                ? page
                : new LogPage([.. page.Events.Take(readable)], page.Events[readable - 1].Sequence, Waiting: true);
        }
        catch (UnreadableEventException e)
        {
            throw new UnfoldableEventException(e.Sequence.ToString(CultureInfo.InvariantCulture), e.InnerException!);
        }
    }

    private static async Task<LogPage> ReadRowsAsync(
        NpgsqlTransaction transaction, EventTypes types, long after, long until, string subscription, int limit, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Sql, transaction.Connection, transaction)
        {
            Parameters = { new() { Value = after }, new() { Value = until }, new() { Value = subscription }, new() { Value = limit } },
        };
        var rows = new EventRows(types);
        var events = new List<RecordedEvent>();
        var through = after;
        var seen = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            try
            {
                seen++;
                if (rows.Read(reader) is { } read)
                {
                    events.Add(read);
                }

                through = reader.GetInt64(0);
            }
            catch (UnreadableEventException) when (seen > 1)
            {
                return new LogPage(events, through, Waiting: true);
            }
            catch (UnreadableEventException e)
            {
                throw new UnfoldableEventException(e.Sequence.ToString(CultureInfo.InvariantCulture), e.InnerException!);
            }
        }

        return seen < limit ? new LogPage(events, Math.Max(through, until), Waiting: false) : new LogPage(events, through, Waiting: true);
    }

    /// <summary>The last place in the log, as the transaction sees it now.</summary>
    public static async Task<long> HeadAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select coalesce((select max(seq_id) from mt_events), 0)", transaction.Connection, transaction);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>How many events there are up to a place.</summary>
    public static async Task<long> CountAsync(NpgsqlTransaction transaction, long until, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select count(*) from mt_events where seq_id <= $1", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = until } },
            CommandTimeout = 300,
        };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
