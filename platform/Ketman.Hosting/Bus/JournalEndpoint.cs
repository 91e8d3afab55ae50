using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Ketman.Contracts;
using Ketman.Hosting.Telemetry;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>
/// The way in: a queue, whose messages are journaled in batches and acknowledged when their batch is committed. A batch is
/// whatever came in while the one before was being committed, so at light load nothing waits and under load batches grow.
/// </summary>
internal sealed partial class JournalEndpoint(
    SharedBus bus, ConsumerWiring wiring, JournalSchema schema, Journal journal, TimeProvider clock, ILogger<JournalEndpoint> log)
    : BackgroundService
{
    private const int LargestBatch = 1000;

    // Twice a batch: the next one comes in while this one is being committed.
    private const int Prefetch = 2 * LargestBatch;

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

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            // What is in hand is still committed and acknowledged: the loop below runs until the endpoint has stopped.
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
        await schema.ReadyAsync(stoppingToken);
        var control = await bus.StartedAsync(stoppingToken);
        _handle = control.ConnectReceiveEndpoint(wiring.Queue, endpoint =>
        {
            SharedBus.Bind(endpoint, wiring.Owners.SelectMany(StreamOwners.CategoriesOf));
            endpoint.PrefetchCount = Prefetch;
            endpoint.ConcurrentMessageLimit = Prefetch;
            endpoint.ConnectReceiveEndpointObserver(new Watch(this));
            endpoint.ConfigureReceive(pipe => pipe.UseFilter(new Inlet(this)));
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
            }
        }
        finally
        {
            // Unacknowledged, they come again.
            while (_deliveries.Reader.TryRead(out var delivery))
            {
                delivery.Done.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    private async Task JournalAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellation)
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
                foreach (var delivery in batch)
                {
                    delivery.Done.TrySetResult(true);
                }

                return;
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                // One of them holds what PostgreSQL cannot: it alone goes to the error queue.
                if (batch.Count == 1)
                {
                    batch[0].Done.TrySetResult(false);
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
                    delivery.Done.TrySetCanceled(cancellation);
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

    // A batch belongs to many traces: it is a child of its first event's and linked to the others'.
    private static Activity? Span(IReadOnlyList<Delivery> batch)
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

    private async Task<bool> AcceptAsync(IntegrationEvent message)
    {
        var arrival = Arrival.Of(message);
        if (Activity.Current is { ParentId: not null } received)
        {
            arrival = arrival with { Trace = received.Context };
        }

        var delivery = new Delivery(arrival);
        if (!_deliveries.Writer.TryWrite(delivery))
        {
            throw new OperationCanceledException("The endpoint has stopped; the message comes again.");
        }

        return await delivery.Done.Task;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Queue} cannot be journaled; its messages wait")]
    private partial void LogFailing(Exception e, string queue);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Queue} is journaled again")]
    private partial void LogRecovered(string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Queue} is no event that could be journaled; it goes to the error queue")]
    private partial void LogMalformed(string queue);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Queue} is being read")]
    private partial void LogConnected(string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Queue} is not being read")]
    private partial void LogDisconnected(string queue);

    private sealed record Delivery(Arrival Arrival)
    {
        /// <summary>True when it is committed; false when it can never be.</summary>
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>
    /// Takes a message before MassTransit would deserialise it. Returning acknowledges it; going on to <c>next</c> lets the
    /// deserialiser refuse it, which puts it on the error queue.
    /// </summary>
    private sealed class Inlet(JournalEndpoint endpoint) : IFilter<ReceiveContext>
    {
        public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
        {
            if (!TryRead(context, out var message)
                || (StreamOwners.Of(message.Stream) is { } owner && endpoint.Owns(owner) && !await endpoint.AcceptAsync(message)))
            {
                endpoint.LogMalformed(endpoint.Queue);
                await next.Send(context);
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("journal");

        private static bool TryRead(ReceiveContext context, out IntegrationEvent message)
        {
            try
            {
                message = EventWire.Read(context.Body.GetBytes());
                return true;
            }
            catch (JsonException)
            {
                message = null!;
                return false;
            }
        }
    }

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

    private string Queue => wiring.Queue;

    private bool Owns(string owner) => wiring.Owners.Contains(owner);
}
