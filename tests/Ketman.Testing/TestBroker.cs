using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Ketman.Testing;

/// <summary>A virtual host of its own for a test class, deleted at its end.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly HttpClient _management;
    private readonly string _name;

    private TestBroker(HttpClient management, string name, Uri url)
    {
        _management = management;
        _name = name;
        Url = url;
    }

    /// <summary>Its URL, as a process of the platform takes it.</summary>
    public Uri Url { get; }

    /// <summary>Creates an empty virtual host.</summary>
    public static async Task<TestBroker> CreateAsync(CancellationToken cancellation = default)
    {
        var api = TestServers.RabbitMqManagement;
        var management = new HttpClient { BaseAddress = new UriBuilder(api) { UserName = "", Password = "", Path = "/api/" }.Uri };
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(api.UserInfo))));

        var name = $"t-{Guid.CreateVersion7():N}";
        var user = Uri.UnescapeDataString(TestServers.RabbitMq.UserInfo.Split(':')[0]);
        await PutAsync(management, $"vhosts/{name}", new { }, cancellation);
        await PutAsync(management, $"permissions/{name}/{Uri.EscapeDataString(user)}", new { configure = ".*", write = ".*", read = ".*" }, cancellation);
        return new TestBroker(management, name, new UriBuilder(TestServers.RabbitMq) { Path = name }.Uri);
    }

    /// <summary>How many messages wait in a queue of this virtual host, or null when there is no such queue.</summary>
    public async Task<long?> DepthAsync(string queue, CancellationToken cancellation = default) =>
        await QueueAsync(queue, cancellation) is { } found ? found.Messages ?? 0 : null;

    /// <summary>The type of a queue, e.g. <c>quorum</c>, or null when there is no such queue.</summary>
    public async Task<string?> QueueTypeAsync(string queue, CancellationToken cancellation = default) => (await QueueAsync(queue, cancellation))?.Type;

    private async Task<QueueInfo?> QueueAsync(string queue, CancellationToken cancellation)
    {
        using var response = await _management.GetAsync(new Uri($"queues/{_name}/{Uri.EscapeDataString(queue)}", UriKind.Relative), cancellation);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        return await response.Content.ReadFromJsonAsync<QueueInfo>(cancellation);
    }

    /// <summary>Deletes a queue with everything in it.</summary>
    public async Task DeleteQueueAsync(string queue, CancellationToken cancellation = default)
    {
        using var response = await _management.DeleteAsync(new Uri($"queues/{_name}/{Uri.EscapeDataString(queue)}", UriKind.Relative), cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Closes every connection to this virtual host, as a network or a broker that fails does.</summary>
    public async Task BreakConnectionsAsync(CancellationToken cancellation = default)
    {
        var connections = await _management.GetFromJsonAsync<ConnectionInfo[]>(new Uri($"vhosts/{_name}/connections", UriKind.Relative), cancellation);
        foreach (var connection in connections ?? [])
        {
            using var response = await _management.DeleteAsync(new Uri($"connections/{Uri.EscapeDataString(connection.Name)}", UriKind.Relative), cancellation);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using (await _management.DeleteAsync(new Uri($"vhosts/{_name}", UriKind.Relative)))
        {
            _management.Dispose();
        }
    }

    private static async Task PutAsync(HttpClient management, string path, object body, CancellationToken cancellation)
    {
        using var response = await management.PutAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellation);
        response.EnsureSuccessStatusCode();
    }

    private sealed record QueueInfo(long? Messages, string? Type);

    private sealed record ConnectionInfo(string Name);
}
