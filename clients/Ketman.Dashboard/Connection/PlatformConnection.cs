using System.Net;

namespace Ketman.Dashboard.Connection;

/// <summary>The connections to the gateway, shared by all requests; they carry no cookie of their own.</summary>
public sealed class PlatformConnection(DashboardSettings settings) : IDisposable
{
    private readonly string _prefix = settings.Gateway.ToString().TrimEnd('/') + "/api/v1";

    public HttpClient Client { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        // Shorter than the gateway keeps idle connections: otherwise a request would now and then meet one that is just closing.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        AutomaticDecompression = DecompressionMethods.None,
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    public Uri AddressOf(string path) => new(_prefix + path);

    public void Dispose() => Client.Dispose();
}
