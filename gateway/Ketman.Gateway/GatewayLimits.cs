namespace Ketman.Gateway;

/// <summary>What a client may ask for at once. The limits are fuses against clients that run wild, not a means of sharing.</summary>
/// <param name="Body">Bytes of a body.</param>
/// <param name="BatchBody">Bytes of a batch.</param>
/// <param name="Headers">Bytes of all headers of a request.</param>
/// <param name="KeyBurst">Requests of one key at once.</param>
/// <param name="KeyPerSecond">Requests of one key in the long run.</param>
/// <param name="StrangerBurst">Requests from one address without a key that is known already.</param>
/// <param name="StrangerPerSecond">The same in the long run.</param>
internal sealed record GatewayLimits(
    long Body, long BatchBody, int Headers, int KeyBurst, int KeyPerSecond, int StrangerBurst, int StrangerPerSecond)
{
    /// <summary>How long the headers of a request may take, from its first byte: who sends them drop by drop holds a connection.</summary>
    public TimeSpan HeadersWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of a body that have to come in a second.</summary>
    public int BodyPerSecond { get; init; } = 240;

    /// <summary>For how long a body may be slower than that.</summary>
    public TimeSpan BodyPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a form that is sent to a page.</summary>
    public long Form { get; init; } = 1024 * 1024;

    /// <summary>Pages, and what belongs to them, for one address whose caller is not known already: some tens of pages with all they need.</summary>
    public int PageBurst { get; init; } = 400;

    /// <summary>The same in the long run.</summary>
    public int PagePerSecond { get; init; } = 100;

    /// <summary>An import or a benchmark of one key passes; guessing keys does not.</summary>
    public static GatewayLimits Default { get; } = new(
        Body: 4 * 1024 * 1024, BatchBody: 16 * 1024 * 1024, Headers: 16 * 1024,
        KeyBurst: 100_000, KeyPerSecond: 20_000, StrangerBurst: 100, StrangerPerSecond: 20);
}
