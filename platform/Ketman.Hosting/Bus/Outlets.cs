using System.Diagnostics;
using MassTransit;
using RabbitMQ.Client;

namespace Ketman.Hosting.Bus;

/// <summary>The way out. One batch at a time goes through it.</summary>
internal interface IOutlet
{
    /// <summary>Makes sure that messages can be sent.</summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>Whether the broker has said that it takes nothing at present, for want of memory or disk.</summary>
    bool Blocked { get; }

    /// <summary>Sends without waiting for the broker's confirm.</summary>
    ValueTask SendAsync(BusMessage message, CancellationToken cancellation);

    /// <summary>Completes when the broker has everything safely that was sent.</summary>
    Task ConfirmedAsync();

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

    private readonly List<Task> _sent = [];
    private ISendEndpoint? _exchange;

    public async Task OpenAsync(CancellationToken cancellation) =>
        _exchange ??= await (await bus.StartedAsync(cancellation)).GetPublishSendEndpoint<BusMessage>();

    public bool Blocked => false;

    public ValueTask SendAsync(BusMessage message, CancellationToken cancellation)
    {
        // MassTransit takes the trace from what is current.
        Activity.Current = message.Span;
        _sent.Add(_exchange!.Send(message, Address, cancellation));
        Activity.Current = null;
        return ValueTask.CompletedTask;
    }

    public Task ConfirmedAsync()
    {
        var sent = Task.WhenAll(_sent);
        _sent.Clear();
        return sent;
    }

    public ValueTask DropAsync()
    {
        _sent.Clear();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// To RabbitMQ, by its own client. MassTransit's transport tries a message for ever behind the back of who sends it, and a
/// confirm that was under way when its connection broke may never come; here a broken connection ends its batch at once, and
/// what becomes of it is for the follower of the log to say, which knows the checkpoint. Confirms are counted here, for the
/// batch: the client's own tracking has a task, a lock and a header for every message.
/// </summary>
internal sealed class RabbitOutlet(Uri broker) : IOutlet
{
    private IConnection? _connection;
    private IChannel? _channel;
    private ConfirmWindow _window = new();
    private volatile bool _blocked;

    public bool Blocked => _blocked;

    public async Task OpenAsync(CancellationToken cancellation)
    {
        if (_channel is { IsOpen: true })
        {
            return;
        }

        await DropAsync();
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, ClientProvidedName = "ketman publisher" };
        _connection = await factory.CreateConnectionAsync(cancellation);
        _connection.ConnectionBlockedAsync += (_, _) => NoteBlocked(true);
        _connection.ConnectionUnblockedAsync += (_, _) => NoteBlocked(false);
        var channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), cancellation);
        var window = new ConfirmWindow();
        channel.BasicAcksAsync += (_, ack) =>
        {
            window.Confirm(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        channel.BasicNacksAsync += (_, nack) =>
        {
            window.Fail(new NotConfirmedException("the broker refused a message"));
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            window.Fail(new NotConfirmedException($"the channel closed with {reason.ReplyCode}"));
            return Task.CompletedTask;
        };
        await channel.ExchangeDeclareAsync(BusMessage.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellation);
        (_channel, _window) = (channel, window);
    }

    public ValueTask SendAsync(BusMessage message, CancellationToken cancellation)
    {
        var properties = new BasicProperties { MessageId = message.Id.ToString("D"), ContentType = "application/json", Persistent = true };
        if (message.Span?.Id is { } span)
        {
            properties.Headers = new Dictionary<string, object?> { [TraceParent] = span };
        }

        _window.Sent();
        return _channel!.BasicPublishAsync(BusMessage.Exchange, message.RoutingKey, mandatory: false, properties, message.Body, cancellation);
    }

    public Task ConfirmedAsync() => _window.ConfirmedAsync();

    public async ValueTask DropAsync()
    {
        var (connection, channel) = (_connection, _channel);
        (_connection, _channel, _blocked) = (null, null, false);
        if (connection is not null)
        {
            // Politely, but not for long: the client takes half a minute to believe that the other side is gone.
            await PartAsync(connection, channel).WaitAsync(Farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task PartAsync(IConnection connection, IChannel? channel)
    {
        await connection.AbortAsync(Farewell);
        if (channel is not null)
        {
            await channel.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private Task NoteBlocked(bool blocked)
    {
        _blocked = blocked;
        return Task.CompletedTask;
    }

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>The header that bears the W3C trace context.</summary>
    internal const string TraceParent = "traceparent";
}

/// <summary>The broker will not confirm what was sent; it is sent again.</summary>
internal sealed class NotConfirmedException(string message) : Exception(message);
