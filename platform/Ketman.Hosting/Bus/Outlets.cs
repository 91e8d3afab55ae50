using System.Diagnostics;
using MassTransit;
using RabbitMQ.Client;

namespace Ketman.Hosting.Bus;

/// <summary>The way out. One batch at a time goes through it.</summary>
internal interface IOutlet
{
    /// <summary>Makes sure that messages can be sent.</summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>Sends without waiting for others; completes when the broker has the message safely.</summary>
    Task SendAsync(BusMessage message);

    /// <summary>Ends whatever has not been confirmed; the next batch opens it anew.</summary>
    ValueTask DropAsync();
}

/// <summary>To the bus in memory.</summary>
internal sealed class MemoryOutlet(SharedBus bus) : IOutlet
{
    private static readonly IPipe<SendContext<BusMessage>> Address = Pipe.Execute<SendContext<BusMessage>>(static context =>
    {
        context.MessageId = context.Message.Id;
        context.SetRoutingKey(context.Message.RoutingKey);
    });

    private ISendEndpoint? _exchange;

    public async Task OpenAsync(CancellationToken cancellation) =>
        _exchange ??= await (await bus.StartedAsync(cancellation)).GetPublishSendEndpoint<BusMessage>();

    public Task SendAsync(BusMessage message) => _exchange!.Send(message, Address);

    public ValueTask DropAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// To RabbitMQ, by its own client. MassTransit's transport tries a message for ever behind the back of who sends it, and a
/// confirm that was under way when its connection broke may never come; here a broken connection ends its batch at once, and
/// what becomes of it is for the follower of the log to say, which knows the checkpoint.
/// </summary>
internal sealed class RabbitOutlet(Uri broker) : IOutlet
{
    private IConnection? _connection;
    private IChannel? _channel;

    public async Task OpenAsync(CancellationToken cancellation)
    {
        if (_channel is { IsOpen: true })
        {
            return;
        }

        await DropAsync();
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = "ketman publisher" };
        _connection = await factory.CreateConnectionAsync(cancellation);
        // Tracked confirms without a limit of their own: a batch is the limit.
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellation);
        await _channel.ExchangeDeclareAsync(BusMessage.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellation);
    }

    public Task SendAsync(BusMessage message)
    {
        var properties = new BasicProperties { MessageId = message.Id.ToString("D"), ContentType = "application/json", Persistent = true };
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } span })
        {
            properties.Headers = new Dictionary<string, object?> { [TraceParent] = span };
        }

        return _channel!.BasicPublishAsync(BusMessage.Exchange, message.RoutingKey, mandatory: false, properties, message.Body).AsTask();
    }

    public async ValueTask DropAsync()
    {
        var (connection, channel) = (_connection, _channel);
        (_connection, _channel) = (null, null);
        if (connection is not null)
        {
            // Politely, but not for long: the other side may be gone.
            await connection.AbortAsync(Farewell);
            if (channel is not null)
            {
                await channel.DisposeAsync();
            }

            await connection.DisposeAsync();
        }
    }

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>The header that bears the W3C trace context.</summary>
    internal const string TraceParent = "traceparent";
}
