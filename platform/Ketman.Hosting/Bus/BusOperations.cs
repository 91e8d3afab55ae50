using Ketman.EventStore;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Http;
using RabbitMQ.Client.Exceptions;

namespace Ketman.Hosting.Bus;

/// <summary>How a service stands with the bus, and the error queue's way back.</summary>
internal sealed class BusOperations(
    SharedBus bus, SubscriptionControl? subscriptions = null, LogPublisher? publisher = null,
    ConsumerWiring? wiring = null, JournalEndpoint? endpoint = null, Journal? journal = null)
{
    private const int ShownPoison = 50;

    public async Task<BusStatus> StatusAsync(string service, CancellationToken cancellation)
    {
        var sent = publisher is not null && subscriptions is not null
            ? (await subscriptions.StatusAsync(cancellation)).FirstOrDefault(status => status.Name == publisher.Name)
            : null;
        var publishing = sent is null ? null : new Publishing(sent.Lag, publisher!.Waiting?.TotalSeconds);
        if (wiring is null)
        {
            return new BusStatus(service, publishing, null);
        }

        var status = await journal!.StatusAsync(cancellation);
        var errors = await DepthAsync(wiring.ErrorQueue, cancellation);
        return new BusStatus(service, publishing, new Listening(
            endpoint!.Connected,
            [new QueueDepth(wiring.Queue, await DepthAsync(wiring.Queue, cancellation)), new QueueDepth(wiring.ErrorQueue, errors)],
            errors,
            status.WaitingStreams, status.WaitingEvents, status.WaitingSince, status.Conflicts,
            await journal.PoisonAsync(ShownPoison, cancellation)));
    }

    public async Task<IResult> RedeliverAsync(CancellationToken cancellation)
    {
        if (wiring is null)
        {
            return Problems.With(
                StatusCodes.Status422UnprocessableEntity, "no-queue", "This service listens to nobody.", "It has no error queue; ask intake or metrics.").ToResult();
        }

        try
        {
            return TypedResults.Ok(await new ErrorQueue(bus, wiring.ErrorQueue, wiring.Queue).RedeliverAsync(cancellation));
        }
        catch (Exception e) when (e is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or PublishException or IOException)
        {
            return Problems.Unavailable("The broker").ToResult();
        }
    }

    // Null: the broker cannot be asked.
    private async Task<long?> DepthAsync(string queue, CancellationToken cancellation)
    {
        try
        {
            return await bus.DepthAsync(queue, cancellation);
        }
        catch (BrokerUnreachableException)
        {
            return null;
        }
    }
}

/// <summary>How a service stands with the bus.</summary>
/// <param name="Service">Which.</param>
/// <param name="Publishing">What it publishes; absent: nothing.</param>
/// <param name="Listening">What it listens to; absent: nothing.</param>
public sealed record BusStatus(string Service, Publishing? Publishing, Listening? Listening);

/// <summary>The way out.</summary>
/// <param name="Unpublished">Places in the log that the broker has not confirmed.</param>
/// <param name="WaitingSeconds">For how long a confirm is being waited for; absent: none is.</param>
public sealed record Publishing(long Unpublished, double? WaitingSeconds);

/// <summary>The way in.</summary>
/// <param name="Connected">Whether the queue is being read.</param>
/// <param name="Queues">The queue and its error queue.</param>
/// <param name="Errors">Messages in the error queue; absent: the broker does not answer.</param>
/// <param name="WaitingStreams">Streams with events that are journaled but not folded.</param>
/// <param name="WaitingEvents">How many such events, missing ones in between included.</param>
/// <param name="WaitingSince">The oldest.</param>
/// <param name="Conflicts">Events that came twice with different content.</param>
/// <param name="Poison">The latest events that could not be folded, or came twice with different content.</param>
public sealed record Listening(
    bool Connected,
    IReadOnlyList<QueueDepth> Queues,
    long? Errors,
    long WaitingStreams,
    long WaitingEvents,
    DateTimeOffset? WaitingSince,
    long Conflicts,
    IReadOnlyList<PoisonRecord> Poison);

/// <summary>A queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Messages">How many wait in it; absent: the broker does not answer.</param>
public sealed record QueueDepth(string Name, long? Messages);

/// <summary>What came back from the error queue.</summary>
/// <param name="Redelivered">So many messages are in the main queue again.</param>
/// <param name="Left">So many still stand in the error queue: came in meanwhile, or more than are taken at once.</param>
public sealed record Redelivery(int Redelivered, long Left);
