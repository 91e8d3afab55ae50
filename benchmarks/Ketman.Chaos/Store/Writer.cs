using System.Diagnostics;
using Ketman.Contracts;
using Ketman.EventStore;
using Npgsql;

namespace Ketman.Chaos.Store;

/// <summary>Appends in every way there is to end a transaction, chosen at random.</summary>
internal sealed class Writer(int seed, NpgsqlDataSource database, IEventStore store, string[] streams, Numbers numbers)
{
    private const string InsertOneOfItsOwn = """
        with stream as (insert into mt_streams (id, version) values ($1, 1) returning id)
        insert into mt_events (seq_id, id, stream_id, version, data, type)
        select nextval('mt_events_sequence'), gen_random_uuid(), id, 1, jsonb_build_object('number', $2::int, 'occurredAt', '2025-02-03'), 'ticked.v1'
        from stream
        """;

    private readonly Random _random = new(seed);
    private int _transactions;

    /// <summary>How many transactions were rolled back.</summary>
    public int RolledBack { get; private set; }

    /// <summary>How many were held open for a while.</summary>
    public int Held { get; private set; }

    /// <summary>How many were prepared first.</summary>
    public int Prepared { get; private set; }

    /// <summary>Writes until enough is committed.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        while (!numbers.Enough)
        {
            var choice = _random.Next(1000);
            await (choice switch
            {
                < 900 => AppendAsync([], cancellation),
                < 950 => RollBackAsync(cancellation),
                < 985 => HoldAsync(cancellation),
                _ => PrepareAsync(cancellation),
            });
        }
    }

    private async Task<bool> AppendAsync(IReadOnlyList<NpgsqlBatchCommand> alongside, CancellationToken cancellation)
    {
        var stream = await store.ReadToDecideAsync(streams[_random.Next(streams.Length)], cancellation);
        var drawn = numbers.Draw(_random.Next(1, 6));
        try
        {
            await store.AppendAsync(
                [new StreamAppend(
                    stream.Stream, stream.Version, stream.LastHash,
                    [.. drawn.Select(number => new NewEvent(Guid.CreateVersion7(), new Ticked(number, Moment.At(Ticked.Now))))],
                    new EventMetadata(Ticked.Now, "chaos", Guid.CreateVersion7(), null, null, null))],
                alongside, cancellation);
        }
        catch (WrongExpectedVersionException)
        {
            return false;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DivisionByZero)
        {
            return false;
        }

        numbers.Commit(drawn);
        return true;
    }

    // After the events: their numbers are drawn already, and stay a gap in the log.
    private async Task RollBackAsync(CancellationToken cancellation)
    {
        await AppendAsync([new NpgsqlBatchCommand("select 1 / 0")], cancellation);
        RolledBack++;
    }

    private async Task HoldAsync(CancellationToken cancellation)
    {
        var held = new NpgsqlBatchCommand("select pg_sleep($1)") { Parameters = { new() { Value = _random.NextDouble() * 0.2 } } };
        Held += await AppendAsync([held], cancellation) ? 1 : 0;
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        var name = $"chaos-{seed}-{_transactions++}";
        var drawn = numbers.Draw(1);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await RunAsync(connection, "begin", cancellation);
        await using (var insert = new NpgsqlCommand(InsertOneOfItsOwn, connection))
        {
            insert.Parameters.Add(new() { Value = $"alone-{Guid.CreateVersion7():D}" });
            insert.Parameters.Add(new() { Value = drawn[0] });
            await insert.ExecuteNonQueryAsync(cancellation);
        }

        await Task.Delay(_random.Next(20), cancellation);
        await RunAsync(connection, $"prepare transaction '{name}'", cancellation);
        await Task.Delay(_random.Next(100), cancellation);
        Prepared++;
        if (_random.Next(2) == 0)
        {
            await RunAsync(connection, $"rollback prepared '{name}'", cancellation);
            return;
        }

        await RunAsync(connection, $"commit prepared '{name}'", cancellation);
        numbers.Commit(drawn);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The numbers of the events: which are drawn, which are committed, and when.</summary>
internal sealed class Numbers(int wanted)
{
    private int _drawn;
    private int _committed;

    /// <summary>When each was committed, 0 while it is not; room for those that never are.</summary>
    public long[] CommittedAt { get; } = new long[(wanted * 2) + 10_000];

    public int Committed => Volatile.Read(ref _committed);

    public bool Enough => Committed >= wanted || Volatile.Read(ref _drawn) > CommittedAt.Length - 1000;

    public int[] Draw(int count)
    {
        var last = Interlocked.Add(ref _drawn, count);
        return [.. Enumerable.Range(last - count, count)];
    }

    public void Commit(int[] drawn)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var number in drawn)
        {
            Volatile.Write(ref CommittedAt[number], now);
        }

        Interlocked.Add(ref _committed, drawn.Length);
    }
}
