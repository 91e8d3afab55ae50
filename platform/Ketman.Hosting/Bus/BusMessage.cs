using System.Diagnostics;
using System.Net.Mime;
using System.Runtime.Serialization;
using MassTransit;

namespace Ketman.Hosting.Bus;

/// <summary>What MassTransit carries: an event's bytes, already written. Outsiders see plain JSON with the event's id as message id.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="RoutingKey">Category and contract, e.g. <c>disclosure.ketman:outreach-attempted:v1</c>.</param>
/// <param name="Body">The JSON of a <see cref="Contracts.IntegrationEvent"/>.</param>
/// <param name="Span">Its publication, when that is traced.</param>
internal sealed record BusMessage(Guid Id, string RoutingKey, byte[] Body, Activity? Span)
{
    /// <summary>The exchange that all services publish to.</summary>
    public const string Exchange = "ketman.events";
}

/// <summary>Lets MassTransit send a <see cref="BusMessage"/>'s bytes as they are, without an envelope of its own.</summary>
internal sealed class BusMessageFormat : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType { get; } = new("application/json");

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is BusMessage message
            ? new BytesMessageBody(message.Body)
            : throw new NotSupportedException($"{typeof(T)} does not travel on this bus");

    // The journal reads what it understands before MassTransit would. What still comes here goes to the error queue.
    public ConsumeContext Deserialize(ReceiveContext receiveContext) => throw NoEvent();

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => throw NoEvent();

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("ketman");

    private static SerializationException NoEvent() => new("The message is no event that could be journaled.");
}
