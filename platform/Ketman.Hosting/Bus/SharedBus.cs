using Ketman.EventStore;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;
using InMemoryExchange = MassTransit.Transports.Fabric.ExchangeType;

namespace Ketman.Hosting.Bus;

/// <summary>
/// The bus of one process: RabbitMQ, or in memory and shared by all services of the process. Whoever uses it attaches; it
/// starts with the first and stops with the last. Starting never waits for the broker, and a broker that goes away is waited for.
/// </summary>
public sealed partial class SharedBus
{
    private readonly Uri? _address;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<IBusControl> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IBusControl? _control;
    private Func<Task>? _giveUp;
    private Task _transition = Task.CompletedTask;
    private int _users;

    private SharedBus(Uri? address)
    {
        _address = address;
        Outlet = address is null ? new MemoryOutlet(this) : new RabbitOutlet(address);
    }

    /// <summary>Where the broker is; null: in memory.</summary>
    internal Uri? Address => _address;

    /// <summary>The way out; of its publisher alone.</summary>
    internal IOutlet Outlet { get; }

    /// <summary>A bus within the process. What is on it when the process ends is gone, and healed by asking the owners again.</summary>
    public static SharedBus InMemory() => new(null);

    /// <summary>A bus on RabbitMQ.</summary>
    /// <param name="address"><c>amqp://user:password@host:port/vhost</c>.</param>
    public static SharedBus RabbitMq(Uri address) => new(address);

    /// <summary>The bus as soon as it is started; it may still be without a connection.</summary>
    internal Task<IBusControl> StartedAsync(CancellationToken cancellation) => _started.Task.WaitAsync(cancellation);

    internal void Attach(ILoggerFactory logs, TimeProvider clock)
    {
        lock (_lock)
        {
            if (_users++ == 0)
            {
                // Without a timer there is nothing in it to dispose.
                var starting = new CancellationTokenSource();
                _giveUp = starting.CancelAsync;
                _transition = StartAsync(_transition, logs, clock, starting.Token);
            }
        }
    }

    internal Task DetachAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _transition = StopAsync(_transition, _giveUp!, cancellation);
            }

            return _transition;
        }
    }

    // MassTransit's start comes to its end only with a connection; nobody waits for this.
    private async Task StartAsync(Task before, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellation)
    {
        await before;
        // Made in code, not by MassTransit's registration, the bus also has none of its usage telemetry.
        LogContext.ConfigureCurrentLogContext(logs);
        _control ??= _address is null ? CreateInMemory() : CreateRabbitMq(_address);
        var backoff = new Backoff(clock);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _control.StartAsync(cancellation);
                _started.TrySetResult(_control);
                return;
            }
            catch (Exception e)
            {
                if (!cancellation.IsCancellationRequested && backoff.Fail())
                {
                    LogNoConnection(logs.CreateLogger<SharedBus>(), e);
                }

                await backoff.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task StopAsync(Task start, Func<Task> giveUp, CancellationToken cancellation)
    {
        await giveUp();
        await start;
        await Outlet.DropAsync();
        await _control!.StopAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The bus cannot be started yet")]
    private static partial void LogNoConnection(ILogger log, Exception e);

    /// <summary>How many messages stand in <paramref name="queue"/>; none when there is no such queue.</summary>
    internal async Task<long> DepthAsync(string queue, CancellationToken cancellation)
    {
        if (_address is null)
        {
            return 0;
        }

        await using var connection = await ConnectAsync(cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellation)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is RabbitMQ.Client.Constants.NotFound)
        {
            return 0;
        }
    }

    private Task<RabbitMQ.Client.IConnection> ConnectAsync(CancellationToken cancellation) =>
        new RabbitMQ.Client.ConnectionFactory { Uri = _address!, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellation);

    /// <summary>Binds an endpoint to everything that <paramref name="categories"/> publish.</summary>
    internal static void Bind(IReceiveEndpointConfigurator endpoint, IEnumerable<string> categories)
    {
        endpoint.ConfigureConsumeTopology = false;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
        }

        foreach (var category in categories)
        {
            switch (endpoint)
            {
                case IRabbitMqReceiveEndpointConfigurator queue:
                    queue.Bind(BusMessage.Exchange, binding =>
                    {
                        binding.ExchangeType = RabbitMQ.Client.ExchangeType.Topic;
                        binding.RoutingKey = $"{category}.#";
                    });
                    break;

                case IInMemoryReceiveEndpointConfigurator queue:
                    queue.Bind(BusMessage.Exchange, InMemoryExchange.Topic, $"{category}.#");
                    break;

                default:
                    throw new NotSupportedException($"{endpoint.GetType()} is no endpoint of this bus");
            }
        }
    }

    private static IBusControl CreateInMemory() => MassTransit.Bus.Factory.CreateUsingInMemory(bus =>
    {
        Format(bus);
        bus.Publish<BusMessage>(topology => topology.ExchangeType = InMemoryExchange.Topic);
    });

    private static IBusControl CreateRabbitMq(Uri address) => MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
    {
        Format(bus);
        bus.Publish<BusMessage>(topology =>
        {
            topology.ExchangeType = RabbitMQ.Client.ExchangeType.Topic;
            // MassTransit takes a type that is not public for a passing one, and its exchange with it.
            topology.Durable = true;
            topology.AutoDelete = false;
        });
        var user = address.UserInfo.Split(':', 2);
        var host = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
        bus.Host(host, login =>
        {
            login.Username(Uri.UnescapeDataString(user[0]));
            login.Password(user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
            login.PublisherConfirmation = true;
        });
    });

    private static void Format(IBusFactoryConfigurator bus)
    {
        var format = new BusMessageFormat();
        bus.ClearSerialization();
        bus.AddSerializer(format);
        bus.AddDeserializer(format, isDefault: true);
        bus.Message<BusMessage>(topology => topology.SetEntityName(BusMessage.Exchange));
    }
}
