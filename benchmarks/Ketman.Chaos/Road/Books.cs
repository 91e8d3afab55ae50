using Ketman.Testing;
using Npgsql;

namespace Ketman.Chaos.Road;

/// <summary>Compares what was promised with what is there: the answers, the logs, the journals and the facts.</summary>
internal sealed class Books(RunningPlatform platform)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private const string UnlikeTheFirst = """
        with noticed as (
          select stream_id, string_agg(concat_ws(' ', type, data ->> 'occurredAt', data ->> 'clock', data ->> 'step'), ', ' order by version)
                   filter (where user_name = 'platform') as list
          from mt_events where stream_id like 'disclosure-%' group by stream_id)
        select count(*) from noticed where list is null or list <> (select min(list) from noticed)
        """;

    /// <summary>Whether an event's effect is in the read model of another service.</summary>
    public async Task<bool> HasFoldedAsync(Acknowledged command, CancellationToken cancellation) =>
        await AskAsync<long>(
            "metrics", $"select count(*) from journal_streams where stream = '{command.Stream}' and folded_version >= {command.Version}", cancellation) == 1;

    /// <summary>How many warnings, breaches and steps time has brought about.</summary>
    public Task<long> NoticedAsync(CancellationToken cancellation) =>
        AskAsync<long>("disclosures", "select count(*) from mt_events where user_name = 'platform'", cancellation);

    /// <summary>Waits until nothing is on its way any more, and returns how long that took; null: it never came to that.</summary>
    public async Task<TimeSpan?> SettleAsync(CancellationToken cancellation)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (watch.Elapsed < Longest)
        {
            try
            {
                if ((await BrokenAsync([], cancellation)).Count == 0)
                {
                    return watch.Elapsed;
                }
            }
            catch (NpgsqlException)
            {
                // A pooled connection from before the last kill.
            }

            await Task.Delay(200, cancellation);
        }

        return null;
    }

    /// <summary>Every promise that does not hold.</summary>
    public async Task<IReadOnlyList<string>> BrokenAsync(IReadOnlyCollection<Acknowledged> acknowledged, CancellationToken cancellation)
    {
        var broken = new List<string>();
        var logs = new Dictionary<string, List<Guid>>();
        foreach (var owner in new[] { "disclosures", "intake" })
        {
            logs[owner] = await IdsAsync(owner, "select id from mt_events", cancellation);
            // What time brings about and the policies that are shipped nobody has an answer for.
            Same(
                $"the answers of {owner}", [.. acknowledged.Where(each => each.Service == owner).SelectMany(each => each.Events)],
                $"what people recorded in the log of {owner}", await IdsAsync(owner, "select id from mt_events where coalesce(user_name, '') not in ('platform', 'ketman')", cancellation),
                acknowledged.Count == 0);
            None(await AskAsync<long>(owner, "select count(*) from mt_events where seq_id > (select last_seq_id from mt_event_progression where name = 'publisher')", cancellation), $"events of {owner} are not published");
            None(await AskAsync<long>(owner, "select count(*) from ketman_subscriptions where paused", cancellation), $"subscriptions of {owner} are paused");
        }

        None(await AskAsync<long>("disclosures", "select count(*) from deadlines where due_at <= now() or (due_at is null and claimable_at is not null)", cancellation), "cases have deadlines that are not noticed");
        None(await AskAsync<long>("disclosures", "select count(*) from deadlines where parked_at is not null", cancellation), "cases have deadlines that stand still");
        if (acknowledged.Count > 0)
        {
            // The load's cases are of one day and nobody was written to in any: time has brought about the same in each.
            None(await AskAsync<long>("disclosures", UnlikeTheFirst, cancellation), "cases have other breaches and steps than the first, or none");
        }

        Same("the log of disclosures", logs["disclosures"], "the journal of metrics", await JournalAsync("metrics", "like", cancellation));
        Same("the log of intake", logs["intake"], "the journal of metrics", await JournalAsync("metrics", "not like", cancellation));
        Same("the log of disclosures", logs["disclosures"], "the journal of intake", await JournalAsync("intake", "like", cancellation));
        Same(
            "the journal of metrics", await IdsAsync("metrics", "select event_id from journal where stream not like 'lead-%' and type <> 'ketman:withheld:v1'", cancellation),
            "the facts of metrics", await IdsAsync("metrics", "select id from facts", cancellation));
        foreach (var consumer in new[] { "metrics", "intake" })
        {
            None(await AskAsync<long>(consumer, "select count(*) from journal_streams where folded_version < head_version", cancellation), $"streams of {consumer} are stuck");
            None(await AskAsync<long>(consumer, "select count(*) from journal_consumers where paused_at is not null", cancellation), $"consumers of {consumer} are paused");
            None(await AskAsync<long>(consumer, "select count(*) from journal_poison", cancellation), $"events are noted as poison by {consumer}");
            None(await platform.Broker.DepthAsync($"ketman.{consumer}_error", cancellation) ?? -1, $"messages are on the error queue of {consumer}");
        }

        return broken;

        void None(long count, string what)
        {
            if (count != 0)
            {
                broken.Add($"{count} {what}");
            }
        }

        void Same(string left, List<Guid> here, string right, List<Guid> there, bool skip = false)
        {
            if (skip)
            {
                return;
            }

            None(here.Count - here.Distinct().Count(), $"stand twice in {left}");
            None(there.Count - there.Distinct().Count(), $"stand twice in {right}");
            None(here.Except(there).Count(), $"of {left} are not in {right}");
            None(there.Except(here).Count(), $"of {right} are not in {left}");
        }
    }

    private Task<List<Guid>> JournalAsync(string service, string like, CancellationToken cancellation) =>
        IdsAsync(service, $"select event_id from journal where (stream {like} 'disclosure-%') {(like == "like" ? "or" : "and")} (stream {like} 'policy-%')", cancellation);

    private async Task<T> AskAsync<T>(string service, string sql, CancellationToken cancellation)
    {
        await using var command = platform.Database(service).Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<List<Guid>> IdsAsync(string service, string sql, CancellationToken cancellation)
    {
        await using var command = platform.Database(service).Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }
}
