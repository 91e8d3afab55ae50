using System.Security.Cryptography;
using System.Text;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;

namespace Ketman.Benchmarks.Store;

/// <summary>An event of the size and shape of ours: about 250 bytes of JSON.</summary>
internal sealed record OutreachAttempted(
    string Channel, string Recipient, string Summary, string Outcome, string By, Guid? Contact, Moment OccurredAt) : IDomainEvent;

/// <summary>What the benchmark appends.</summary>
internal static class BenchEvents
{
    public const string TypeName = "outreach-attempted.v1";

    public const string TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    public static readonly EventTypes Types = new EventTypes.Builder().Add<OutreachAttempted>(TypeName).Build();

    public static readonly DateTimeOffset Now = new(2025, 2, 3, 14, 5, 0, TimeSpan.Zero);

    public static readonly string Fingerprint = Convert.ToHexStringLower(SHA256.HashData("request"u8))[..32];

    public static OutreachAttempted Event { get; } = new(
        "email", "security@halcyon.example", "Report on two accounts with evidence, asked for an acknowledgement.", "delivered", "alice",
        new Guid("0198f0b0-0000-7000-8000-000000000001"), Moment.At(Now));

    public static string Json { get; } = Encoding.UTF8.GetString(EventTypes.Write(Event));

    /// <summary>What a row's headers weigh, hash included.</summary>
    public static string Headers { get; } =
        $$"""{"hash":"{{Convert.ToHexStringLower(SHA256.HashData("link"u8))}}","fingerprint":"{{Fingerprint}}","traceparent":"{{TraceParent}}"}""";

    public static EventMetadata Metadata() => new(Now, "alice", Guid.CreateVersion7(), "4bf92f3577b34da6a3ce929d0e0e4736", Fingerprint, TraceParent);

    public static NewEvent New() => new(Guid.CreateVersion7(), Event);
}
