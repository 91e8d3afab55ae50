using Ketman.Benchmarks.Store;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Contract = Ketman.Contracts.Disclosures.OutreachAttempted;

namespace Ketman.Benchmarks.Road;

/// <summary>An owner of streams and a listener, wired as services are, each with a connection of its own to the broker.</summary>
internal sealed class BenchRoad : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly IHost _listener;

    private BenchRoad(TestDatabase database, WebApplication owner, IHost listener, Counts counts)
    {
        _database = database;
        _listener = listener;
        Owner = owner;
        Counts = counts;
    }

    /// <summary>Publishes the log as soon as it is started.</summary>
    public WebApplication Owner { get; }

    public IEventStore Store => Owner.Services.GetRequiredService<IEventStore>();

    public Counts Counts { get; }

    /// <summary>Returns when the listener reads its queue; the owner is still to be started.</summary>
    public static async Task<BenchRoad> StartAsync(StoreServer server, Uri broker, bool watched = false)
    {
        var database = await TestDatabase.CreateAsync();
        await using (var create = database.Source.CreateCommand("create table counts (stream text primary key, events bigint not null)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        // The listener asks from the beginning, so the owner's port is chosen before it starts.
        var ownerUrl = new Uri($"http://127.0.0.1:{RunningPlatform.FreePort()}");
        var counts = new Counts { Watched = watched };
        var listener = Host.CreateEmptyApplicationBuilder(null);
        listener.Services.AddSingleton(database.Source);
        listener.Services.AddSingleton(counts);
        listener.Services.AddHttpClient("peer:disclosures", client => client.BaseAddress = ownerUrl).RemoveAllLoggers();
        listener.Services.AddKetmanBus(SharedBus.RabbitMq(broker)).Consume<BenchConsumer>("ketman.bench", "disclosures");
        var host = listener.Build();
        await host.StartAsync();
        await Eventually.TrueAsync("the queue is being read", async () =>
            (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status is HealthStatus.Healthy);
        return new BenchRoad(database, CreateOwner(server, broker, ownerUrl), host, counts);
    }

    /// <summary>Calls <paramref name="folded"/> with each stream whose effect is committed, until disposed.</summary>
    public async Task<IAsyncDisposable> ListenAsync(Action<string> folded)
    {
        var connection = await _database.Source.OpenConnectionAsync();
        connection.Notification += (_, told) => folded(told.Payload);
        await using (var listen = new NpgsqlCommand("listen folded", connection))
        {
            await listen.ExecuteNonQueryAsync();
        }

        return new Ear(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.StopAsync();
        await Owner.DisposeAsync();
        await _listener.StopAsync();
        _listener.Dispose();
        await _database.DisposeAsync();
    }

    private static WebApplication CreateOwner(StoreServer server, Uri broker, Uri url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.ToString());
        builder.Services.AddSingleton(server.Source);
        builder.Services.AddEventStore(BenchEvents.Types);
        builder.Services.AddKetmanBus(SharedBus.RabbitMq(broker)).Publish(ToContract);
        var app = builder.Build();
        app.MapStreamEvents();
        return app;
    }

    private static Contract ToContract(Guid stream, RecordedEvent recorded)
    {
        var data = (OutreachAttempted)recorded.Data;
        return new Contract(stream, Channel.Email, data.Recipient, data.Contact, data.By, data.Summary);
    }

    private sealed class Ear : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _listening;

        public Ear(NpgsqlConnection connection)
        {
            _connection = connection;
            _listening = ListenAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _connection.DisposeAsync();
            _stop.Dispose();
        }

        private async Task ListenAsync()
        {
            while (true)
            {
                await _connection.WaitAsync(_stop.Token);
            }
        }
    }
}
