using System.Text.Json;
using Ketman.Contracts;
using Ketman.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Contract = Ketman.Contracts.Disclosures.OutreachAttempted;

namespace Ketman.Benchmarks.Road;

/// <summary>
/// What the broker does at most with the same messages: its own client publishing persistent messages in batches with
/// confirms to a quorum queue, and consuming and acknowledging them, with nothing before, between or after.
/// </summary>
internal static class BrokerAlone
{
    private const int Batch = 1000;
    private const string Queue = "alone";

    public static async Task<double> RateAsync(int events)
    {
        await using var broker = await TestBroker.CreateAsync();
        var factory = new ConnectionFactory { Uri = broker.Url };
        await using var publishing = await factory.CreateConnectionAsync();
        await using var consuming = await factory.CreateConnectionAsync();
        await using var outlet = await publishing.CreateChannelAsync(new CreateChannelOptions(true, true));
        await using var inlet = await consuming.CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: 1));
        await outlet.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });

        var counts = new Counts();
        await inlet.BasicQosAsync(0, 2 * Batch, global: false);
        var consumer = new AsyncEventingBasicConsumer(inlet);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            counts.Add(1);
            await inlet.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await inlet.BasicConsumeAsync(Queue, autoAck: false, consumer);

        var body = Body();
        for (var sent = 0; sent < events; sent += Batch)
        {
            var confirms = new List<Task>(Batch);
            for (var i = 0; i < Math.Min(Batch, events - sent); i++)
            {
                var properties = new BasicProperties { Persistent = true, MessageId = Guid.CreateVersion7().ToString(), ContentType = "application/json" };
                confirms.Add(outlet.BasicPublishAsync("", Queue, mandatory: false, properties, body).AsTask());
            }

            await Task.WhenAll(confirms);
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
