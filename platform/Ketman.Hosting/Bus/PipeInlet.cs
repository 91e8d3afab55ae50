using System.Text.Json;
using Ketman.Contracts;
using MassTransit;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Takes messages out of MassTransit's pipe before it would deserialise them. Returning acknowledges; going on to <c>next</c>
/// lets the deserialiser refuse, which puts the message on the error queue.
/// </summary>
/// <param name="endpoint">The way in.</param>
/// <param name="accepts">False on RabbitMQ: what could be journaled <see cref="RabbitInlet"/> has taken before.</param>
internal sealed class PipeInlet(JournalEndpoint endpoint, bool accepts) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!TryRead(context.Body.GetBytes(), out var message) || (endpoint.Owns(message) && !(accepts && await AcceptAsync(message))))
        {
            endpoint.NoteRefused();
            await next.Send(context);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("journal");

    /// <summary>Reads an event, or says that it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out IntegrationEvent message)
    {
        try
        {
            message = EventWire.Read(body);
            return true;
        }
        catch (JsonException)
        {
            message = null!;
            return false;
        }
    }

    private async Task<bool> AcceptAsync(IntegrationEvent message)
    {
        var delivery = new Held(Arrival.Of(message).Within(System.Diagnostics.Activity.Current));
        endpoint.Accept(delivery);
        return await delivery.Done.Task;
    }

    private sealed class Held(Arrival arrival) : Delivery(arrival)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override object Way => this;

        public override ValueTask SettleAsync()
        {
            Done.TrySetResult(true);
            return ValueTask.CompletedTask;
        }

        public override Task RefuseAsync()
        {
            Done.TrySetResult(false);
            return Task.CompletedTask;
        }

        public override void Abandon() => Done.TrySetCanceled(CancellationToken.None);
    }
}
