using System.Text;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>A program that is not ours, on the same broker.</summary>
internal sealed class Outsider : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();

    private Outsider(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    public sealed record Message(string? MessageId, string? ContentType, bool Persistent, string Body);

    public static async Task<Outsider> BindAsync(Uri broker, string routingKey)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var outsider = new Outsider(connection, await connection.CreateChannelAsync());
        var queue = await outsider._channel.QueueDeclareAsync();
        await outsider._channel.ExchangeDeclareAsync("ketman.events", ExchangeType.Topic, durable: true);
        await outsider._channel.QueueBindAsync(queue.QueueName, "ketman.events", routingKey);
        var consumer = new AsyncEventingBasicConsumer(outsider._channel);
        consumer.ReceivedAsync += (_, delivery) => outsider._messages.Writer.WriteAsync(new Message(
            delivery.BasicProperties.MessageId, delivery.BasicProperties.ContentType, delivery.BasicProperties.Persistent,
            Encoding.UTF8.GetString(delivery.Body.Span))).AsTask();
        await outsider._channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return outsider;
    }

    public async Task<Message> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _messages.Reader.ReadAsync(patience.Token);
    }

    public ValueTask SendAsync(string queue, string body) => _channel.BasicPublishAsync("", queue, Encoding.UTF8.GetBytes(body));

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
