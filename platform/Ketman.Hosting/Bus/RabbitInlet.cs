using System.Diagnostics;
using System.Text;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Takes deliveries straight from the channel that MassTransit opens, keeps and renews, and acknowledges a batch with one
/// frame. MassTransit's own consumer holds one worker for each message in hand: a thousand in hand would be a thousand
/// workers, all woken by every message that comes. It still gets what is no event, and puts it on the error queue.
/// </summary>
internal sealed class RabbitInlet(JournalEndpoint endpoint) : IFilter<ChannelContext>
{
    public Task Send(ChannelContext context, IPipe<ChannelContext> next) => next.Send(new InletChannel(context, endpoint));

    public void Probe(ProbeContext context) => context.CreateFilterScope("journal");

    /// <summary>MassTransit's channel, but for whom it has consume.</summary>
    private sealed class InletChannel(ChannelContext channel, JournalEndpoint endpoint) : ProxyPipeContext(channel), ChannelContext
    {
        public IChannel Channel => channel.Channel;

        public ConnectionContext ConnectionContext => channel.ConnectionContext;

        public Task<string> BasicConsume(
            string queue, bool noAck, bool exclusive, IDictionary<string, object> arguments, IAsyncBasicConsumer consumer, string consumerTag,
            CancellationToken cancellationToken) =>
            channel.BasicConsume(queue, noAck, exclusive, arguments, new InletConsumer(consumer, endpoint), consumerTag, cancellationToken);

        public Task BasicPublishAsync(
            string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck) =>
            channel.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck);

        // MassTransit would bind an exchange of the queue's name between; every message would take one step more in the broker.
        public Task ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object> arguments) =>
            destination == endpoint.Queue
                ? channel.QueueBind(destination, source, routingKey, arguments)
                : channel.ExchangeBind(destination, source, routingKey, arguments);

        public Task ExchangeDeclare(string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments) =>
            channel.ExchangeDeclare(exchange, type, durable, autoDelete, arguments);

        public Task ExchangeDeclarePassive(string exchange) => channel.ExchangeDeclarePassive(exchange);

        public Task QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments) =>
            channel.QueueBind(queue, exchange, routingKey, arguments);

        // The error queue with it, just as MassTransit makes it for the first message that is no event: until then whoever
        // looks how much is in it would be answered with an error, and so would the broker's log.
        public async Task<QueueDeclareOk> QueueDeclare(
            string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments)
        {
            if (queue == endpoint.Queue)
            {
                await channel.QueueDeclare(endpoint.ErrorQueue, durable, exclusive, autoDelete, arguments);
            }

            return await channel.QueueDeclare(queue, durable, exclusive, autoDelete, arguments);
        }

        public Task<QueueDeclareOk> QueueDeclarePassive(string queue) => channel.QueueDeclarePassive(queue);

        public Task<uint> QueuePurge(string queue) => channel.QueuePurge(queue);

        public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global) => channel.BasicQos(prefetchSize, prefetchCount, global);

        public ValueTask BasicAck(ulong deliveryTag, bool multiple) => channel.BasicAck(deliveryTag, multiple);

        public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue) => channel.BasicNack(deliveryTag, multiple, requeue);

        public Task BasicCancel(string consumerTag) => channel.BasicCancel(consumerTag);
    }

    /// <summary>
    /// Deliveries come one by one and in the order of their tags. What is left to MassTransit is waited for, so nothing that it
    /// has in hand is ever covered by an acknowledgement of ours.
    /// </summary>
    private sealed class InletConsumer(IAsyncBasicConsumer rest, JournalEndpoint endpoint) : IAsyncBasicConsumer
    {
        public IChannel? Channel => rest.Channel;

        public async Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            if (!PipeInlet.TryRead(body.Span, out var message) || !endpoint.Owns(message))
            {
                await rest.HandleBasicDeliverAsync(consumerTag, deliveryTag, redelivered, exchange, routingKey, properties, body, cancellationToken);
                return;
            }

            // The client takes the body back when this returns.
            var copy = body.ToArray();
            endpoint.Accept(new Delivered(
                Traced(Arrival.Of(message), properties), this, deliveryTag,
                () => rest.HandleBasicDeliverAsync(
                    consumerTag, deliveryTag, redelivered, exchange, routingKey, properties, copy, CancellationToken.None)));
        }

        public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) =>
            rest.HandleBasicCancelAsync(consumerTag, cancellationToken);

        public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) =>
            rest.HandleBasicCancelOkAsync(consumerTag, cancellationToken);

        public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) =>
            rest.HandleBasicConsumeOkAsync(consumerTag, cancellationToken);

        public Task HandleChannelShutdownAsync(object channel, RabbitMQ.Client.Events.ShutdownEventArgs reason) =>
            rest.HandleChannelShutdownAsync(channel, reason);

        // The publisher's span, when it was traced; else that of the request stays.
        private static Arrival Traced(Arrival arrival, IReadOnlyBasicProperties properties) =>
            properties.Headers is { } headers && headers.TryGetValue(RabbitOutlet.TraceParent, out var value) && value is byte[] id
            && ActivityContext.TryParse(Encoding.UTF8.GetString(id), null, isRemote: true, out var publisher)
                ? arrival with { Trace = publisher }
                : arrival;
    }

    private sealed class Delivered(Arrival arrival, InletConsumer consumer, ulong tag, Func<Task> refuse) : Delivery(arrival)
    {
        public override object Way => consumer;

        public override ValueTask SettleAsync() => consumer.Channel!.BasicAckAsync(tag, multiple: true);

        public override Task RefuseAsync() => refuse();

        public override void Abandon()
        {
            // The channel closes without an acknowledgement.
        }
    }
}
