using System.Collections.Concurrent;
using System.Diagnostics;
using Ketman.EventStore;
using Ketman.Hosting.Telemetry;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Publishes the log in commit order. A batch is sent without waiting between its messages and is done when the broker has
/// confirmed every one of them, so the checkpoint that follows never runs ahead; after a crash some are published twice,
/// under the same message id. Messages that no queue takes are not called back (<c>mandatory</c> is off): a consumer that is
/// bound later asks for what it missed.
/// </summary>
internal sealed class LogPublisher(SharedBus bus, ToContract toContract, RoadTimings timings, TimeProvider clock) : ILogSubscriber
{
    private readonly ConcurrentDictionary<(string Stream, string Urn), string> _routingKeys = new();
    private long _since;
    private long _ended;

    public string Name => "publisher";

    /// <summary>
    /// How long a batch has been waiting for the broker, attempts included; null: none is, or another instance has taken over.
    /// </summary>
    public TimeSpan? Waiting => Volatile.Read(ref _since) is var since and not 0
        && (Volatile.Read(ref _ended) is var ended && (ended == 0 || clock.GetElapsedTime(ended) < GivenUp))
            ? clock.GetElapsedTime(since)
            : null;

    // A broker that is away comes back, however long it takes. Only an event that has no contract stays what it is.
    public bool IsTransient(Exception error) => error is not UnmappableEventException;

    public async Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        Interlocked.CompareExchange(ref _since, clock.GetTimestamp(), 0);
        Volatile.Write(ref _ended, 0);
        try
        {
            await bus.Outlet.OpenAsync(cancellation);
            await PublishPatientlyAsync(events, cancellation);
            Volatile.Write(ref _since, 0);
            KetmanTelemetry.Published.Add(events.Count);
        }
        catch (Exception e) when (e is not UnmappableEventException)
        {
            await bus.Outlet.DropAsync();
            throw;
        }
        finally
        {
            Volatile.Write(ref _ended, clock.GetTimestamp());
        }
    }

    // A connection may be dead without either side knowing; a broker that says it is short of memory or disk is only waited for.
    private async Task PublishPatientlyAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var publishing = PublishAsync(events, giveUp.Token);
        do
        {
            await Task.WhenAny(publishing, Task.Delay(timings.Confirm, clock, giveUp.Token));
        }
        while (!publishing.IsCompleted && bus.Outlet.Blocked && !cancellation.IsCancellationRequested);

        var late = !publishing.IsCompleted;
        await giveUp.CancelAsync();
        try
        {
            await publishing;
        }
        catch (OperationCanceledException) when (late && !cancellation.IsCancellationRequested)
        {
            throw new NotConfirmedException("the broker did not confirm in time");
        }
    }

    // All is written before the first is sent: sent close upon one another, many messages share one write to the socket.
    private async Task PublishAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        var spans = new List<Activity>();
        try
        {
            var messages = new BusMessage[events.Count];
            for (var i = 0; i < messages.Length; i++)
            {
                messages[i] = ToMessage(events[i], spans);
            }

            foreach (var message in messages)
            {
                await bus.Outlet.SendAsync(message, cancellation);
            }

            await bus.Outlet.ConfirmedAsync().WaitAsync(cancellation);
        }
        finally
        {
            spans.ForEach(span => span.Dispose());
        }
    }

    private BusMessage ToMessage(RecordedEvent recorded, List<Activity> spans)
    {
        var body = Write(recorded, out var urn);
        var key = _routingKeys.GetOrAdd(
            (StreamOwners.Category(recorded.Stream), urn), static key => $"{key.Stream}.{key.Urn}");

        // The log is read long after the request has been answered; its trace goes on from what the event remembers.
        var span = ActivityContext.TryParse(recorded.Metadata.TraceParent, null, isRemote: true, out var parent)
            ? KetmanTelemetry.Source.StartActivity("publish", ActivityKind.Producer, parent)
            : null;
        if (span is not null)
        {
            span.SetTag("messaging.message.id", recorded.Id).SetTag("ketman.type", urn);
            spans.Add(span);
            Activity.Current = null;
        }

        return new BusMessage(recorded.Id, key, body, span);
    }

    private byte[] Write(RecordedEvent recorded, out string urn)
    {
        try
        {
            return EventWire.Write(recorded, toContract, out urn);
        }
        catch (Exception e)
        {
            throw new UnmappableEventException(recorded, e);
        }
    }

    private static readonly TimeSpan GivenUp = TimeSpan.FromSeconds(30);
}

/// <summary>An event could not be turned into its contract: a mistake in the service's mapping.</summary>
internal sealed class UnmappableEventException(RecordedEvent recorded, Exception inner)
    : Exception($"{recorded.Type} of {recorded.Stream} version {recorded.Version} could not be turned into a contract.", inner);
