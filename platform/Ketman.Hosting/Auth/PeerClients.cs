using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Hosting.Auth;

/// <summary>HTTP clients for the internal endpoints of other services.</summary>
public static class PeerClients
{
    /// <summary>The name under which <see cref="IHttpClientFactory"/> knows the client for a service.</summary>
    public static string NameOf(string service) => "peer:" + service;

    /// <summary>
    /// Adds the client <c>peer:SERVICE</c>: it has the service's base address and signs every request as this process.
    /// </summary>
    public static IHttpClientBuilder AddPeerClient(this IServiceCollection services, string service, Uri url) =>
        services.AddHttpClient(NameOf(service), client =>
            {
                client.BaseAddress = url;
                client.Timeout = TimeSpan.FromSeconds(30);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A token must not follow a redirect, nor leave through a proxy that the surroundings name.
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            })
            .AddHttpMessageHandler(provider => new PeerTokenHandler(service, provider.GetRequiredService<InternalTokenIssuer>()))
            // Its log lines would carry whole URLs, references to accounts among them.
            .RemoveAllLoggers();

    private sealed class PeerTokenHandler(string service, InternalTokenIssuer issuer) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", issuer.AsPeer(service));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
