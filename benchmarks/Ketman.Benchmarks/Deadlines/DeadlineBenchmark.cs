using System.Diagnostics;
using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using Npgsql;

namespace Ketman.Benchmarks.Deadlines;

/// <summary>
/// The deadline clock: 100,000 deadlines due at the same moment before three instances of which one is killed, and then the lateness of
/// 10,000 deadlines spread over a minute.
/// </summary>
internal sealed class DeadlineBenchmark : IBenchmark
{
    private const int AtOnce = 100_000;
    private const int Spread = 10_000;
    private const int Appends = 4000;
    private const int Clients = 16;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public string Name => "deadlines";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        await using var database = await TestDatabase.CreateAsync(cancellation);
        await progress.WriteLineAsync("  starting three instances");
        await using var instances = await Instances.StartAsync(database, 3, cancellation);
        var figures = new List<Figure>();
        if (only is null || "at the same moment".Contains(only, StringComparison.OrdinalIgnoreCase))
        {
            figures.AddRange(await AtOnceAsync(database.Source, instances, progress, cancellation));
            await instances.StartAsync(1, cancellation);
        }

        if (only is null || "lateness".Contains(only, StringComparison.OrdinalIgnoreCase))
        {
            figures.AddRange(await LatenessAsync(database.Source, progress, cancellation));
        }

        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> AtOnceAsync(
        NpgsqlDataSource database, Instances instances, TextWriter progress, CancellationToken cancellation)
    {
        var due = Now();
        await progress.WriteLineAsync($"  writing {AtOnce} cases");
        await BenchCases.SeedAsync(database, "bench", [.. Enumerable.Repeat(due, AtOnce)], claimable: false, cancellation);
        await ExecuteAsync(database, "vacuum analyze", cancellation);
        await progress.WriteLineAsync("  measuring appends");
        var before = await AppendRateAsync(database, "before", cancellation);

        await progress.WriteLineAsync("  all are due");
        await ExecuteAsync(database, "update deadlines set claimable_at = due_at", cancellation);
        var watch = Stopwatch.StartNew();
        var killed = false;
        for (long left = AtOnce; left > 0; left = await LeftAsync(database, cancellation))
        {
            if (!killed && left < AtOnce / 2)
            {
                killed = true;
                instances.Kill(1);
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  killed one of the three after {watch.Elapsed.TotalSeconds:0.0} s, {left} are left"));
            }

            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"{left} deadlines are still not noticed.");
            }

            await Task.Delay(100, cancellation);
        }

        var rate = AtOnce / watch.Elapsed.TotalSeconds;
        var append = (before + await AppendRateAsync(database, "after", cancellation)) / 2;
        var (breaches, cases, ids, right, told) = await CheckAsync(database, due, cancellation);
        return
        [
            Exactly("breaches recorded, one instance killed", breaches),
            Exactly("cases with a breach", cases),
            Exactly("different ids", ids),
            Exactly("breaches that bear the due time", right),
            Exactly("notices", told),
            new Figure($"{AtOnce} deadlines at the same moment, beside single appends", "per s", rate, append, rate / append, 0.5, rate / append >= 0.5),
        ];

        static Figure Exactly(string name, long count) => new($"{name}, of {AtOnce}", "", count, AtOnce, null, null, count == AtOnce);
    }

    private static async Task<IReadOnlyList<Figure>> LatenessAsync(NpgsqlDataSource database, TextWriter progress, CancellationToken cancellation)
    {
        await progress.WriteLineAsync($"  {Spread} deadlines spread over {Window.TotalSeconds:0} s");
        // Far enough ahead for all to be written by then.
        var first = Now() + TimeSpan.FromSeconds(30);
        await BenchCases.SeedAsync(
            database, "spread", [.. Enumerable.Range(0, Spread).Select(number => first + (Window * number / Spread))], claimable: true, cancellation);
        if (Now() > first)
        {
            throw new TimeoutException("This machine did not write the cases before the first of them was due.");
        }

        // When somebody else can see it, that is what counts: later than the commit by what a look takes.
        var late = new Dictionary<Guid, double>(Spread);
        while (late.Count < Spread)
        {
            await Task.Delay(10, cancellation);
            await using var command = database.CreateCommand(
                "select id, due_at from notices where noticed_at >= $1 and subject = 'acknowledgement' and due_at >= $2 order by noticed_at desc, id desc");
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Now() - TimeSpan.FromSeconds(3) });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = first });
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            var seen = DateTimeOffset.UtcNow;
            while (await rows.ReadAsync(cancellation))
            {
                late.TryAdd(rows.GetGuid(0), (seen - rows.GetFieldValue<DateTimeOffset>(1)).TotalMilliseconds);
            }

            if (Now() > first + Window + Limit)
            {
                throw new TimeoutException($"{Spread - late.Count} deadlines are still not noticed.");
            }
        }

        var ordered = late.Values.Order().ToList();
        return
        [
            Lateness("p50", ordered[Spread / 2], null),
            Lateness("p99", ordered[Spread * 99 / 100], 1000),
            Lateness("max", ordered[^1], null),
        ];

        static Figure Lateness(string which, double measured, double? most) => new(
            $"lateness of {Spread} open deadlines over a minute, {which}", "ms", measured, most, most is null ? null : measured / most, null, most is null || measured < most);
    }

    /// <summary>What the store does with one event at a time, by many clients, while the instances follow the log as always.</summary>
    private static async Task<double> AppendRateAsync(NpgsqlDataSource database, string prefix, CancellationToken cancellation)
    {
        var store = new PostgresEventStore(database, DisclosureStream.Events);
        var streams = Enumerable.Range(0, Appends).Select(number => DisclosureStream.Aggregate.StreamOf(DisclosureStream.Aggregate.IdOf($"{prefix}-{number}"))).ToList();
        var opened = new DisclosureOpened(Moment.At(Now()), "bench", Guid.CreateVersion7(), null, null, []);
        foreach (var chunk in streams.Chunk(500))
        {
            await store.AppendAsync([.. chunk.Select(stream => new StreamAppend(stream, 0, null, [New(opened)], Metadata()))], null, cancellation);
        }

        var histories = await store.ReadToDecideAsync(streams, [], cancellation);
        var breach = new SlaBreached(Moment.At(Now()), BenchCases.Clock, null, Guid.CreateVersion7(), Party.Company, false);
        var appends = streams.ConvertAll(stream => new StreamAppend(stream, 1, histories[stream].LastHash, [New(breach)], Metadata()));
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (int at; (at = Interlocked.Increment(ref next)) < appends.Count;)
            {
                await store.AppendAsync([appends[at]], null, cancellation);
            }
        })));
        return Appends / watch.Elapsed.TotalSeconds;

        static NewEvent New(IDomainEvent data) => new(Guid.CreateVersion7(), data);
        static EventMetadata Metadata() => new(Now(), "bench", Guid.CreateVersion7(), null, null, null);
    }

    private static async Task<(long Breaches, long Cases, long Ids, long Right, long Told)> CheckAsync(
        NpgsqlDataSource database, DateTimeOffset due, CancellationToken cancellation)
    {
        // The appends that were measured beside it stand in streams without a row.
        await using var command = database.CreateCommand("""
            select count(*), count(distinct stream_id), count(distinct id), count(*) filter (where (data ->> 'occurredAt')::timestamptz = $1),
                   (select count(*) from notices where due_at = $1)
            from mt_events where type = 'sla-breached.v1' and user_name = 'platform'
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = due });
        command.CommandTimeout = 300;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
    }

    private static async Task<long> LeftAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select count(*) from deadlines where claimable_at is not null");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static DateTimeOffset Now() => Moment.At(DateTimeOffset.UtcNow).Start;
}
