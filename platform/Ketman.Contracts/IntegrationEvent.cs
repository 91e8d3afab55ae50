using System.Text.Json;

namespace Ketman.Contracts;

/// <summary>
/// What travels on the bus: one recorded event of one stream. <see cref="Data"/> is the JSON of the contract that
/// <see cref="Type"/> names; a consumer that does not know the type yet still journals it.
/// </summary>
/// <param name="Id">The event's id in the log of the service that owns it; also the message id.</param>
/// <param name="Type">The contract's URN, e.g. <c>ketman:outreach-attempted:v1</c>.</param>
/// <param name="Stream">The stream, e.g. <c>disclosure-0198...</c>.</param>
/// <param name="Version">The event's position in its stream, from 1 without gaps.</param>
/// <param name="OccurredAt">When it happened (business time).</param>
/// <param name="RecordedAt">When the owning service recorded it, in UTC.</param>
/// <param name="RecordedBy">Who recorded it: the name of the API key or user, never a secret.</param>
/// <param name="Data">The contract's payload.</param>
/// <param name="TraceParent">W3C trace context of the request that caused it, when there was one.</param>
public sealed record IntegrationEvent(
    Guid Id,
    string Type,
    string Stream,
    long Version,
    Moment OccurredAt,
    DateTimeOffset RecordedAt,
    string RecordedBy,
    JsonElement Data,
    string? TraceParent = null);

/// <summary>Gives a contract its name on the wire, which stays whatever the class is called.</summary>
/// <param name="name">Kebab-case, in the past tense, e.g. <c>outreach-attempted</c>.</param>
/// <param name="version">Raised only by a structural change; the older form stays readable.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ContractAttribute(string name, int version) : Attribute
{
    /// <summary>The name without prefix and version.</summary>
    public string Name { get; } = name;

    /// <summary>The version, from 1.</summary>
    public int Version { get; } = version;

    /// <summary>The full name, e.g. <c>ketman:outreach-attempted:v1</c>.</summary>
    public string Urn => $"ketman:{Name}:v{Version}";
}
