using System.Buffers;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;

namespace Ketman.Hosting.Bus;

/// <summary>Turns a recorded event into its contract; null: nobody outside needs to know it, only that its version is taken.</summary>
/// <param name="streamId">The id in the stream's name.</param>
/// <param name="recorded">The event.</param>
public delegate object? ToContract(Guid streamId, RecordedEvent recorded);

/// <summary>
/// The bytes of an <see cref="IntegrationEvent"/>, the same on the bus and over HTTP. They are written straight from the
/// contract, once, because a <see cref="JsonElement"/> in between would serialise every payload twice.
/// </summary>
internal static class EventWire
{
    /// <summary>
    /// The type of an event that is nobody else's business. It travels, empty, so that versions stay without gaps: a
    /// consumer that misses a version must be able to rely on it that something was lost.
    /// </summary>
    public const string Withheld = "ketman:withheld:v1";

    /// <summary>Writes <paramref name="recorded"/> and says which contract it became.</summary>
    public static byte[] Write(RecordedEvent recorded, ToContract toContract, out string urn)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            urn = Write(writer, recorded, toContract);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes <paramref name="recorded"/> into a larger document.</summary>
    public static string Write(Utf8JsonWriter writer, RecordedEvent recorded, ToContract toContract)
    {
        var contract = toContract(StreamOwners.Id(recorded.Stream), recorded);
        var urn = contract is null ? Withheld : ContractJson.UrnOf(contract.GetType());

        writer.WriteStartObject();
        writer.WriteString("id"u8, recorded.Id);
        writer.WriteString("type"u8, urn);
        writer.WriteString("stream"u8, recorded.Stream);
        writer.WriteNumber("version"u8, recorded.Version);
        writer.WriteString("occurredAt"u8, recorded.OccurredAt.ToString());
        writer.WriteString("recordedAt"u8, recorded.Metadata.RecordedAt);
        writer.WriteString("recordedBy"u8, recorded.Metadata.RecordedBy);
        writer.WritePropertyName("data"u8);
        if (contract is null)
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
        else
        {
            JsonSerializer.Serialize(writer, contract, contract.GetType(), ContractJson.Options);
        }

        if (recorded.Metadata.TraceParent is { } traceParent)
        {
            writer.WriteString("traceParent"u8, traceParent);
        }

        writer.WriteEndObject();
        return urn;
    }

    /// <summary>Reads one event.</summary>
    /// <exception cref="JsonException">It is none, or one that cannot be journaled.</exception>
    public static IntegrationEvent Read(ReadOnlySpan<byte> body)
    {
        // PostgreSQL keeps no NUL in text or jsonb: such a message could never be journaled, so it is none.
        if (body.IndexOf("\\u0000"u8) >= 0)
        {
            throw new JsonException("a text holds a NUL character");
        }

        var message = JsonSerializer.Deserialize<IntegrationEvent>(body, ContractJson.Options) ?? throw new JsonException("the body is null");
        return message.Version > 0 && message.Stream.Length is > 0 and <= 200 && message.Type.Length is > 0 and <= 200
            ? message
            : throw new JsonException("stream, version or type is out of bounds");
    }

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = ContractJson.Options.Encoder, SkipValidation = true };
}
