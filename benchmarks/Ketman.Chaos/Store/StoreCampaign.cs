using System.Diagnostics;
using Ketman.EventStore;
using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Ketman.Chaos.Store;

/// <summary>
/// 32 writers with rollbacks, transactions held open and two-phase commits, and three subscribers of the one log: each is given
/// every committed event once, in the order of its stream, and nothing else.
/// </summary>
internal sealed class StoreCampaign : ICampaign
{
    private const int Writers = 32;
    private const int Streams = 500;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    public string Name => "store";

    public async Task<Outcome> RunAsync(Orders orders, TextWriter progress, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        var numbers = new Numbers(orders.Events ?? 200_000);
        Follower[] followers = [new("one", numbers.CommittedAt), new("two", numbers.CommittedAt), new("three", numbers.CommittedAt)];
        await using var database = await TestDatabase.CreateAsync(cancellation);
        using var host = Host(database, followers);
        await host.StartAsync(cancellation);

        var watch = Stopwatch.StartNew();
        var streams = Enumerable.Range(0, Streams).Select(_ => $"sample-{Guid.CreateVersion7():D}").ToArray();
        var store = host.Services.GetRequiredService<IEventStore>();
        Writer[] writers = [.. Enumerable.Range(0, Writers).Select(index => new Writer((orders.Seed * 1000) + index, database.Source, store, streams, numbers))];
        var writing = Task.WhenAll(writers.Select(writer => writer.WriteAsync(limit.Token)));
        while (await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(5), limit.Token)) != writing && !limit.IsCancellationRequested)
        {
            await progress.WriteLineAsync($"  {numbers.Committed} events committed");
        }

        await writing;
        var wrote = watch.Elapsed;
        while (followers.Any(follower => follower.Count < numbers.Committed) && watch.Elapsed < wrote + TimeSpan.FromSeconds(30))
        {
            await Task.Delay(50, limit.Token);
        }

        await host.StopAsync(cancellation);
        var committed = await CommittedAsync(database.Source, cancellation);
        return new Outcome(
            [
                new Figure("events committed", committed.Count, ""),
                new Figure("events committed per second", committed.Count / wrote.TotalSeconds, "/s"),
                new Figure("transactions rolled back", writers.Sum(writer => writer.RolledBack), ""),
                new Figure("transactions held open, up to 200 ms", writers.Sum(writer => writer.Held), ""),
                new Figure("transactions prepared first", writers.Sum(writer => writer.Prepared), ""),
                .. Figure.Spread("reader's lag", [.. followers.SelectMany(follower => follower.Lags)], "ms", most: 0.99),
            ],
            [.. followers.SelectMany(follower => Broken(follower, committed))]);
    }

    private static IEnumerable<string> Broken(Follower follower, List<int> committed)
    {
        var missed = committed.Count(number => !follower.Has(number));
        return new (int Count, string What)[]
        {
            (missed, "events missed"),
            (follower.Count - (committed.Count - missed), "events that were never committed"),
            (follower.Doubled, "events doubled"),
            (follower.OutOfOrder, "events out of the order of their stream"),
        }.Where(each => each.Count != 0).Select(each => $"subscriber {follower.Name}: {each.Count} {each.What}");
    }

    private static IHost Host(TestDatabase database, Follower[] followers)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(database.Source);
        foreach (var follower in followers)
        {
            builder.Services.AddSingleton<ILogSubscriber>(follower);
        }

        builder.Services.AddEventStore(new EventTypes.Builder().Add<Ticked>(Ticked.Name).Build());
        return builder.Build();
    }

    // What the database says, not what the writers heard.
    private static async Task<List<int>> CommittedAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select (data->>'number')::int from mt_events");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var numbers = new List<int>();
        while (await reader.ReadAsync(cancellation))
        {
            numbers.Add(reader.GetInt32(0));
        }

        return numbers;
    }
}
