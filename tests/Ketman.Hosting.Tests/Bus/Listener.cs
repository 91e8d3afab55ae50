using Ketman.Contracts.Disclosures;
using Ketman.EventStore;
using Ketman.EventStore.Rebuilding;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Operations;
using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>Writes down every event it is given, so that an effect that happens twice, or never, or out of order, can be seen.</summary>
internal sealed class Ledger(LedgerFaults faults) : IJournalConsumer
{
    public string Name => "ledger";

    public IReadOnlyCollection<string> Types => faults.Types;

    public ReadModelTables? Tables { get; } = new(typeof(Ledger).Assembly, "ledger", ["effects"]);

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        if (await RebuildsAsync(transaction, cancellation))
        {
            await faults.BeforeRefolding(events);
        }

        foreach (var (message, contract) in events)
        {
            if (faults.Poison(message.Stream, message.Version))
            {
                throw new InvalidOperationException("the consumer has a bug");
            }

            contract.ShouldBeOfType<NoteAdded>();
        }

        await using var command = new NpgsqlCommand(
            "insert into effects (stream, version, text) select * from unnest($1, $2, $3)", transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = events.Select(each => each.Message.Stream).ToArray() },
                new() { Value = events.Select(each => each.Message.Version).ToArray() },
                new() { Value = events.Select(each => ((NoteAdded)each.Contract!).Text).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<bool> RebuildsAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select current_schema() like 'rebuild%'", transaction.Connection, transaction);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}

/// <summary>What is wrong with the ledger at present.</summary>
internal sealed class LedgerFaults
{
    public Func<string, long, bool> Poison { get; set; } = (_, _) => false;

    /// <summary>Asked before events are folded into new tables; may throw, or never return.</summary>
    public Func<IReadOnlyList<JournaledEvent>, Task> BeforeRefolding { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyCollection<string> Types { get; init; } = ["*"];
}

/// <summary>A service that listens, with a database of its own and any number of instances.</summary>
internal sealed class Listener : IAsyncDisposable
{
    public const string Queue = "ketman.ledger";

    private readonly TestDatabase _database;
    private readonly Uri _owner;
    private readonly List<IHost> _instances = [];

    private Listener(TestDatabase database, Uri owner, LedgerFaults faults)
    {
        _database = database;
        _owner = owner;
        Faults = faults;
    }

    public LedgerFaults Faults { get; }

    public NpgsqlDataSource Database => _database.Source;

    public Journal Journal => _instances[0].Services.GetRequiredService<Journal>();

    public Rebuilds Rebuilds => _instances[0].Services.GetRequiredService<Rebuilds>();

    public Projections Projections => _instances[0].Services.GetRequiredService<Projections>();

    public BusOperations BusOperations => _instances[0].Services.GetRequiredService<BusOperations>();

    public RoadProgress Progress => _instances[0].Services.GetRequiredService<RoadProgress>();

    public static async Task<Listener> CreateAsync(Uri owner, LedgerFaults? faults = null)
    {
        var database = await TestDatabase.CreateAsync();
        await Migrations.ApplyAsync(database.Source, typeof(Ledger).Assembly, "ledger", NullLogger.Instance, CancellationToken.None);
        return new Listener(database, owner, faults ?? new LedgerFaults());
    }

    /// <summary>Starts one instance and returns when its queue is being read.</summary>
    public async Task<IHost> StartAsync(SharedBus bus)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Database);
        builder.Services.AddSingleton(Faults);
        builder.Services.AddSingleton(new RoadTimings
        {
            Tick = TimeSpan.FromMilliseconds(50),
            GapAge = TimeSpan.FromMilliseconds(200),
            Reconcile = TimeSpan.FromMilliseconds(200),
            Grace = TimeSpan.FromMilliseconds(300),
            Patience = TimeSpan.FromSeconds(5),
        });
        builder.Services.AddHttpClient("peer:disclosures", client => client.BaseAddress = _owner).RemoveAllLoggers();
        builder.Services.AddOperations();
        builder.Services.AddKetmanBus(bus).Consume<Ledger>(Queue, "disclosures");
        var host = builder.Build();
        await host.StartAsync();
        var endpoint = host.Services.GetRequiredService<JournalEndpoint>();
        await Eventually.TrueAsync("the queue is being read", () => Task.FromResult(endpoint.Connected));
        _instances.Add(host);
        return host;
    }

    public async Task StopAsync(IHost instance)
    {
        _instances.Remove(instance);
        await instance.StopAsync();
        instance.Dispose();
    }

    public async Task<HealthReportEntry> CheckAsync()
    {
        var report = await _instances[0].Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries["consumer"];
    }

    /// <summary>What was folded, in the order in which it was.</summary>
    public async Task<IReadOnlyList<(string Stream, long Version)>> EffectsAsync()
    {
        await using var command = Database.CreateCommand("select stream, version from effects order by position");
        await using var reader = await command.ExecuteReaderAsync();
        var effects = new List<(string, long)>();
        while (await reader.ReadAsync())
        {
            effects.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return effects;
    }

    /// <summary>Waits until there are as many effects as <paramref name="expected"/> has, then checks that each happened once and in order.</summary>
    public async Task ShouldHaveFoldedAsync(IReadOnlyDictionary<string, int> expected)
    {
        var count = expected.Values.Sum();
        await Eventually.TrueAsync($"{count} events are folded", async () => (await EffectsAsync()).Count >= count);
        foreach (var stream in (await EffectsAsync()).GroupBy(effect => effect.Stream))
        {
            stream.Select(effect => effect.Version).ShouldBe(Enumerable.Range(1, expected[stream.Key]).Select(version => (long)version), stream.Key);
        }
    }

    public async Task<T?> AskAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T?)await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances.ToList())
        {
            await StopAsync(instance);
        }

        await _database.DisposeAsync();
    }
}
