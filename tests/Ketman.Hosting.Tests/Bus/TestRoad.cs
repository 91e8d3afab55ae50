using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.Extensions.Hosting;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>An owner and a listener with a bus between them: RabbitMQ with a connection for each instance, or one in memory.</summary>
internal sealed class TestRoad : IAsyncDisposable
{
    private readonly SharedBus? _inMemory;

    private TestRoad(TestBroker? broker, SharedBus? inMemory)
    {
        Broker = broker;
        _inMemory = inMemory;
    }

    public TestBroker? Broker { get; }

    public Owner Owner { get; private set; } = null!;

    public Listener Listener { get; private set; } = null!;

    public static async Task<TestRoad> CreateAsync(bool inMemory = false, LedgerFaults? faults = null)
    {
        var road = inMemory ? new TestRoad(null, SharedBus.InMemory()) : new TestRoad(await TestBroker.CreateAsync(), null);
        road.Owner = await Owner.StartAsync(road.Bus());
        road.Listener = await Listener.CreateAsync(road.Owner.Url, faults);
        return road;
    }

    public Task<IHost> ListenAsync() => Listener.StartAsync(Bus());

    public SharedBus Bus() => _inMemory ?? SharedBus.RabbitMq(Broker!.Url);

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Owner.DisposeAsync();
        if (Broker is { } broker)
        {
            await broker.DisposeAsync();
        }
    }
}
