using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Contract = Ketman.Contracts.Disclosures.OutreachAttempted;

namespace Ketman.Benchmarks.Road;

/// <summary>
/// What the broker does at most with the same messages on the same way, a topic exchange and a quorum queue: its own client
/// publishing persistent messages in batches with confirms, and consuming and acknowledging them, with nothing before,
/// between or after. Confirms are counted for the batch and acknowledgements go out for many at once, the cheapest way there is.
/// </summary>
internal static class BrokerAlone
{
    private const int Batch = 1000;
    private const ulong AckedAtOnce = 500;
    private const string Queue = "alone";
    private const string Exchange = "alone.events";
    private const string RoutingKey = "disclosure.ketman:outreach-attempted:v1";

    public static async Task<double> RateAsync(int events)
    {
        await using var broker = await TestBroker.CreateAsync();
        var factory = new ConnectionFactory { Uri = broker.Url };
        await using var publishing = await factory.CreateConnectionAsync();
        await using var consuming = await factory.CreateConnectionAsync();
        await using var outlet = await publishing.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        await using var inlet = await consuming.CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: 1));
        await outlet.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await outlet.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, autoDelete: false);
        await outlet.QueueBindAsync(Queue, Exchange, "disclosure.#");

        var counts = new Counts();
        await inlet.BasicQosAsync(0, 2 * Batch, global: false);
        var consumer = new AsyncEventingBasicConsumer(inlet);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            counts.Add(1);
            if (delivery.DeliveryTag % AckedAtOnce == 0 || delivery.DeliveryTag == (ulong)events)
            {
                await inlet.BasicAckAsync(delivery.DeliveryTag, multiple: true);
            }
        };
        await inlet.BasicConsumeAsync(Queue, autoAck: false, consumer);

        var window = new ConfirmWindow();
        outlet.BasicAcksAsync += (_, ack) =>
        {
            window.Confirm(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        var body = Body();
        for (var sent = 0; sent < events; sent += Batch)
        {
            for (var i = 0; i < Math.Min(Batch, events - sent); i++)
            {
                var properties = new BasicProperties { Persistent = true, MessageId = Guid.CreateVersion7().ToString(), ContentType = "application/json" };
                window.Sent();
                await outlet.BasicPublishAsync(Exchange, RoutingKey, mandatory: false, properties, body);
            }

            await window.ConfirmedAsync();
        }

        return await counts.RateAsync(events);
    }

    private static byte[] Body()
    {
        var data = Store.BenchEvents.Event;
        var contract = new Contract(Guid.CreateVersion7(), Channel.Email, data.Recipient, data.Contact, data.By, data.Summary);
        return JsonSerializer.SerializeToUtf8Bytes(
            new IntegrationEvent(
                Guid.CreateVersion7(), ContractJson.UrnOf(typeof(Contract)), $"disclosure-{Guid.CreateVersion7():D}", 1, data.OccurredAt, Store.BenchEvents.Now,
                data.By, JsonSerializer.SerializeToElement(contract, ContractJson.Options), Store.BenchEvents.TraceParent),
            ContractJson.Options);
    }
}
