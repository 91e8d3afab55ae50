using Ketman.EventStore.Rebuilding;
using Npgsql;

namespace Ketman.EventStore.Tests;

/// <summary>Writes every event down, and counts those of each stream: what comes twice, or never, shows.</summary>
internal sealed class LedgerProjection : IProjection
{
    private int _folded;

    public string Name => "ledger";

    public ReadModelTables? Tables { get; } = new(typeof(LedgerProjection).Assembly, "ledger", ["accounts", "entries"]);

    /// <summary>Looks at each event first; may throw.</summary>
    public Func<RecordedEvent, bool, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>How many events were folded into new tables.</summary>
    public int Refolded => Volatile.Read(ref _folded);

    public async Task ProjectAsync(IReadOnlyList<RecordedEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var path = new NpgsqlCommand("select current_schema() like 'rebuild%'", transaction.Connection, transaction);
        var rebuilds = await path.ExecuteScalarAsync(cancellation) is true;
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        foreach (var each in events)
        {
            await Before(each, rebuilds);
            batch.BatchCommands.Add(new("insert into accounts as a (stream, entries) values ($1, 1) on conflict (stream) do update set entries = a.entries + 1")
            {
                Parameters = { new() { Value = each.Stream } },
            });
            batch.BatchCommands.Add(new("insert into entries values ($1, $2, $3, $4)")
            {
                Parameters = { new() { Value = each.Sequence }, new() { Value = each.Stream }, new() { Value = each.Version }, new() { Value = ((NoteTaken)each.Data).Text } },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        if (rebuilds)
        {
            Interlocked.Add(ref _folded, events.Count);
        }
    }
}
