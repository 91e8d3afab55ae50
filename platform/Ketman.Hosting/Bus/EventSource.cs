using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Ketman.Contracts;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Asks the owner of streams over HTTP for what did not come by the bus. The clients are named <c>peer:&lt;owner&gt;</c> and
/// bear this service's credentials.
/// </summary>
internal sealed class EventSource(IHttpClientFactory clients)
{
    /// <summary>At most <paramref name="limit"/> events of <paramref name="stream"/> after version <paramref name="after"/>.</summary>
    /// <exception cref="HttpRequestException">The owner does not answer.</exception>
    public async Task<IReadOnlyList<IntegrationEvent>> StreamAsync(
        string owner, string stream, long after, int limit, CancellationToken cancellation) =>
        (await GetAsync<EventPage>(owner, $"internal/streams/{stream}/events?after={Text(after)}&limit={Text(limit)}", cancellation)).Events;

    /// <summary>At most <paramref name="limit"/> events of the owner's published log after <paramref name="after"/>.</summary>
    /// <inheritdoc cref="StreamAsync"/>
    public Task<LogPage> LogAsync(string owner, long after, int limit, CancellationToken cancellation) =>
        GetAsync<LogPage>(owner, $"internal/log?after={Text(after)}&limit={Text(limit)}", cancellation);

    /// <summary>
    /// Which streams the next <paramref name="limit"/> events after <paramref name="after"/> belong to, none of them after
    /// <paramref name="until"/>, and how far they go.
    /// </summary>
    /// <inheritdoc cref="StreamAsync"/>
    public Task<HeadsPage> HeadsAsync(string owner, long after, long? until, int limit, CancellationToken cancellation) => GetAsync<HeadsPage>(
        owner, $"internal/log/heads?after={Text(after)}&limit={Text(limit)}{(until is { } last ? $"&until={Text(last)}" : "")}", cancellation);

    private async Task<T> GetAsync<T>(string owner, string path, CancellationToken cancellation)
    {
        using var client = clients.CreateClient("peer:" + owner);
        return await client.GetFromJsonAsync<T>(path, ContractJson.Options, cancellation) ?? throw new JsonException("the answer is null");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Events of one stream.</summary>
internal sealed record EventPage(IReadOnlyList<IntegrationEvent> Events);

/// <summary>A stretch of an owner's published log.</summary>
/// <param name="Events">In the order of the log.</param>
/// <param name="Next">Where to go on; everything up to it is in this page or before.</param>
/// <param name="Published">How far the owner has published.</param>
internal sealed record LogPage(IReadOnlyList<IntegrationEvent> Events, long Next, long Published);

/// <summary>What a stretch of an owner's published log did to its streams.</summary>
/// <param name="Streams">Each stream with the highest version that the stretch gave it.</param>
/// <param name="Next">Where to go on.</param>
/// <param name="Published">How far the owner has published.</param>
/// <param name="Committed">How far its log goes.</param>
internal sealed record HeadsPage(IReadOnlyList<StreamHead> Streams, long Next, long Published, long Committed);

/// <summary>A stream and a version of it.</summary>
internal sealed record StreamHead(string Stream, long Version);
