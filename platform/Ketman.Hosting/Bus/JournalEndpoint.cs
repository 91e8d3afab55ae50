using System.Diagnostics;
using System.Threading.Channels;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Telemetry;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>
/// The way in: a queue, whose messages are journaled in batches and acknowledged when their batch is committed. A batch is
/// whatever came in while the one before was being committed, so at light load nothing waits and under load batches grow; when
/// they do, a short rest lets them grow further, since a transaction costs much the same for ten events and for a hundred.
/// </summary>
internal sealed partial class JournalEndpoint(
    SharedBus bus, ConsumerWiring wiring, Journal journal, TimeProvider clock, ILogger<JournalEndpoint> log)
    : BackgroundService
{
    private const int LargestBatch = 1000;

    // Twice a batch: the next one comes in while this one is being committed.
    private const int Prefetch = 2 * LargestBatch;

    // From so many events in a batch on, the next is worth a rest. A person's work never comes near it.
    private const int Busy = 16;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(25);

    private readonly Channel<Delivery> _deliveries = System.Threading.Channels.Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Backoff _backoff = new(clock);
    private volatile bool _connected;
    private HostReceiveEndpointHandle? _handle;
    private long _lastBatch = clock.GetTimestamp();

    /// <summary>How long ago the last message was journaled.</summary>
    public TimeSpan Quiet => clock.GetElapsedTime(Volatile.Read(ref _lastBatch));

    /// <summary>Whether what comes in can be journaled.</summary>
    public bool Journaling => !_backoff.Failing;

    /// <summary>Whether the queue is being read.</summary>
    public bool Connected => _connected;

    /// <summary>The queue that is read.</summary>
    public string Queue => wiring.Queue;

    /// <summary>Where messages go that are no events.</summary>
    public string ErrorQueue => wiring.ErrorQueue;

    /// <summary>Whether <paramref name="message"/> is of an owner that this service listens to; others are acknowledged and forgotten.</summary>
    public bool Owns(IntegrationEvent message) => StreamOwners.Of(message.Stream) is { } owner && wiring.Owners.Contains(owner);

    /// <summary>Takes a message in hand.</summary>
    public void Accept(Delivery delivery)
    {
        if (!_deliveries.Writer.TryWrite(delivery))
        {
            delivery.Abandon();
        }
    }

    /// <summary>Says that a message is on its way to the error queue.</summary>
    public void NoteRefused() => LogMalformed(wiring.Queue);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Nothing more comes in then. A batch in hand is still committed, though its acknowledgement may find the channel
            // closed: it comes again and changes nothing.
            if (_handle is { } handle)
            {
                await handle.StopAsync(cancellationToken);
            }
        }
        finally
        {
            _deliveries.Writer.TryComplete();
            await base.StopAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var control = await bus.StartedAsync(stoppingToken);
        _handle = control.ConnectReceiveEndpoint(wiring.Queue, endpoint =>
        {
            SharedBus.Bind(endpoint, wiring.Owners.SelectMany(StreamOwners.CategoriesOf));
            endpoint.PrefetchCount = Prefetch;
            endpoint.ConnectReceiveEndpointObserver(new Watch(this));
            var rabbit = endpoint as IRabbitMqReceiveEndpointConfigurator;
            rabbit?.ConfigureChannel(channel => channel.UseFilter(new RabbitInlet(this)));
            endpoint.ConcurrentMessageLimit = rabbit is null ? Prefetch : 1;
            endpoint.ConfigureReceive(pipe => pipe.UseFilter(new PipeInlet(this, accepts: rabbit is null)));
            // Without the fault message that MassTransit would publish besides.
            endpoint.ConfigureError(pipe => pipe.UseFilter(new ErrorTransportFilter()));
        });

        try
        {
            var batch = new List<Delivery>(LargestBatch);
            while (await _deliveries.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < LargestBatch && _deliveries.Reader.TryRead(out var delivery))
                {
                    batch.Add(delivery);
                }

                await JournalAsync(batch, stoppingToken);
                if (batch.Count is >= Busy and < LargestBatch)
                {
                    await Task.Delay(Rest, clock, stoppingToken);
                }
            }
        }
        finally
        {
            // Unacknowledged, they come again.
            while (_deliveries.Reader.TryRead(out var delivery))
            {
                delivery.Abandon();
            }
        }
    }

    private async Task JournalAsync(List<Delivery> batch, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                using var span = Span(batch);
                await journal.TakeAsync([.. batch.Select(delivery => delivery.Arrival)], [], cancellation);
                if (_backoff.Succeed())
                {
                    LogRecovered(wiring.Queue);
                }

                Volatile.Write(ref _lastBatch, clock.GetTimestamp());
                await SettleAsync(batch);
                return;
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                // One of them holds what PostgreSQL cannot: it alone goes to the error queue.
                if (batch.Count == 1)
                {
                    await TryAsync(batch[0].RefuseAsync);
                    return;
                }

                foreach (var delivery in batch)
                {
                    await JournalAsync([delivery], cancellation);
                }

                return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                foreach (var delivery in batch)
                {
                    delivery.Abandon();
                }

                throw;
            }
            catch (Exception e)
            {
                if (_backoff.Fail())
                {
                    LogFailing(e, wiring.Queue);
                }

                await _backoff.WaitAsync(cancellation);
            }
        }
    }

    // One acknowledgement for each way that the batch came by, that of the last.
    private async Task SettleAsync(List<Delivery> batch)
    {
        var settled = new HashSet<object>(ReferenceEqualityComparer.Instance);
        for (var i = batch.Count - 1; i >= 0; i--)
        {
            if (settled.Add(batch[i].Way))
            {
                await TryAsync(() => batch[i].SettleAsync().AsTask());
            }
        }
    }

    // The way it came by may be gone meanwhile, in whatever words; then the broker sends again what it was not told of.
    private async Task TryAsync(Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception e)
        {
            LogUnanswered(wiring.Queue, e.GetType().Name);
        }
    }

    // A batch belongs to many traces: it is a child of its first event's and linked to the others'.
    private static Activity? Span(List<Delivery> batch)
    {
        if (!KetmanTelemetry.Source.HasListeners())
        {
            return null;
        }

        var traces = batch.Select(delivery => delivery.Arrival.Trace).Where(trace => trace != default).ToList();
        return traces.Count == 0
            ? null
            : KetmanTelemetry.Source.StartActivity(
                "journal", ActivityKind.Consumer, traces[0], links: traces.Skip(1).Take(127).Select(trace => new ActivityLink(trace)));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Queue} cannot be journaled; its messages wait")]
    private partial void LogFailing(Exception e, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Queue} was lost before a batch could be acknowledged ({Error}); it comes again")]
    private partial void LogUnanswered(string queue, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Queue} is journaled again")]
    private partial void LogRecovered(string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Queue} is no event that could be journaled; it goes to the error queue")]
    private partial void LogMalformed(string queue);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Queue} is being read")]
    private partial void LogConnected(string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Queue} is not being read")]
    private partial void LogDisconnected(string queue);

    /// <summary>
    /// Knows whether the queue is being read. MassTransit's own health calls an endpoint well that has not declared its queue yet.
    /// </summary>
    private sealed class Watch(JournalEndpoint endpoint) : IReceiveEndpointObserver
    {
        public Task Ready(ReceiveEndpointReady ready) => Note(true);

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        public Task Completed(ReceiveEndpointCompleted completed) => Note(false);

        public Task Faulted(ReceiveEndpointFaulted faulted) => Note(false);

        private Task Note(bool connected)
        {
            if (endpoint._connected != connected)
            {
                endpoint._connected = connected;
                if (connected)
                {
                    endpoint.LogConnected(endpoint.Queue);
                }
                else
                {
                    endpoint.LogDisconnected(endpoint.Queue);
                }
            }

            return Task.CompletedTask;
        }
    }
}
