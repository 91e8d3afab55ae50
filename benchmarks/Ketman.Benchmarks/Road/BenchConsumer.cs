using System.Diagnostics;
using Ketman.Hosting.Bus;
using Npgsql;

namespace Ketman.Benchmarks.Road;

/// <summary>A read model as ours are: a row for each stream, set-based. Tells by NOTIFY, which comes with the commit, what was folded.</summary>
internal sealed class BenchConsumer(Counts counts) : IJournalConsumer
{
    public string Name => "bench";

    public IReadOnlyCollection<string> Types => ["*"];

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var changed = new Dictionary<string, long>();
        foreach (var (message, _) in events)
        {
            changed[message.Stream] = changed.GetValueOrDefault(message.Stream) + 1;
        }

        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    insert into counts (stream, events) select * from unnest($1, $2)
                    on conflict (stream) do update set events = counts.events + excluded.events
                    """) { Parameters = { new() { Value = changed.Keys.ToArray() }, new() { Value = changed.Values.ToArray() } } },
            },
        };
        if (counts.Watched)
        {
            batch.BatchCommands.Add(new("select pg_notify('folded', stream) from unnest($1) stream") { Parameters = { new() { Value = changed.Keys.ToArray() } } });
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        counts.Add(events.Count);
    }
}

/// <summary>Counts what is folded, from the first to the last.</summary>
internal sealed class Counts
{
    private long _began;
    private int _first;
    private int _all;

    /// <summary>Whether somebody wants to be told of every stream.</summary>
    public bool Watched { get; init; }

    public void Add(int events)
    {
        if (Interlocked.CompareExchange(ref _began, Stopwatch.GetTimestamp(), 0) == 0)
        {
            _first = events;
        }

        Interlocked.Add(ref _all, events);
    }

    /// <summary>Waits for <paramref name="expected"/> events; what came after the first lot, per second.</summary>
    public async Task<double> RateAsync(int expected)
    {
        while (Volatile.Read(ref _all) < expected)
        {
            await Task.Delay(5);
        }

        return (expected - _first) / Stopwatch.GetElapsedTime(_began).TotalSeconds;
    }
}
