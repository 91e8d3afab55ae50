using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Ketman.Hosting.Bus;

/// <summary>
/// The way back from the error queue <paramref name="name"/> to the queue <paramref name="main"/>. A message leaves it only after the broker has confirmed its copy in the main queue, so
/// whatever dies in between, it may come twice, which the journal bears, and is never lost.
/// </summary>
internal sealed class ErrorQueue(SharedBus bus, string name, string main)
{
    // Bounds one request; what is left is said.
    private const int MostAtOnce = 5000;

    /// <summary>
    /// Puts what stands in the error queue now into the main queue again. What is refused anew comes behind it and is not taken
    /// a second time.
    /// </summary>
    /// <exception cref="BrokerUnreachableException">The broker does not answer.</exception>
    public async Task<Redelivery> RedeliverAsync(CancellationToken cancellation)
    {
        if (bus.Address is not { } address)
        {
            // In memory nothing is kept for later.
            return new Redelivery(0, 0);
        }

        var factory = new ConnectionFactory { Uri = address, AutomaticRecoveryEnabled = false, ClientProvidedName = "ketman redelivery" };
        await using var connection = await factory.CreateConnectionAsync(cancellation);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellation);
        long standing;
        try
        {
            standing = (await channel.QueueDeclarePassiveAsync(name, cancellation)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is RabbitMQ.Client.Constants.NotFound)
        {
            // It is made with the first message that is refused.
            return new Redelivery(0, 0);
        }

        var done = 0;
        while (done < Math.Min(standing, MostAtOnce) && await channel.BasicGetAsync(name, autoAck: false, cancellation) is { } message)
        {
            var properties = new BasicProperties(message.BasicProperties) { Persistent = true, Headers = Original(message.BasicProperties.Headers) };
            // Mandatory, and with its confirm awaited: a main queue that is not there is an error and no loss.
            await channel.BasicPublishAsync("", main, mandatory: true, properties, message.Body, cancellation);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellation);
            done++;
        }

        return new Redelivery(done, (await channel.QueueDeclarePassiveAsync(name, cancellation)).MessageCount);
    }

    // What was written onto it on its way to the error queue does not belong to the message.
    private static Dictionary<string, object?>? Original(IDictionary<string, object?>? headers) =>
        headers?.Where(header => !header.Key.StartsWith("MT-", StringComparison.Ordinal) && !header.Key.StartsWith("x-", StringComparison.Ordinal))
            .ToDictionary(header => header.Key, header => header.Value);
}
