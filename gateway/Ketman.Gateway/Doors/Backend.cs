using System.Diagnostics;
using System.Net;
using System.Text;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>A process behind the gateway: where it is, and the connections to it.</summary>
internal sealed partial class Backend : IDisposable
{
    private readonly InternalTokenIssuer? _issuer;
    private readonly ILogger<Backend> _logger;
    private readonly TokenSubject _gateway = new(InternalToken.Gateway, InternalToken.Gateway, [], Tlp.Clear);
    private int _silent;

    /// <param name="name">As it is in settings and health.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="issuer">Makes the credentials for it; null for what is never given any, the dashboard.</param>
    /// <param name="logger">Told when it falls silent.</param>
    public Backend(string name, Uri url, InternalTokenIssuer? issuer, ILogger<Backend> logger)
    {
        _issuer = issuer;
        _logger = logger;
        Name = name;
        Title = char.ToUpperInvariant(name[0]) + name[1..];
        Prefix = url.ToString().TrimEnd('/');
        Client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            // Shorter than the services keep idle connections: otherwise a request would now and then meet one that is just closing.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
            // A header that is no ASCII is the service's to refuse, not a failure of the gateway.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        });
    }

    public string Name { get; }

    /// <summary>The name as people read it.</summary>
    public string Title { get; }

    /// <summary>The base URL, without a slash at the end.</summary>
    public string Prefix { get; }

    public HttpMessageInvoker Client { get; }

    /// <summary>The credentials for a request on behalf of <paramref name="subject"/>.</summary>
    public string AuthorizationFor(TokenSubject subject) =>
        (_issuer ?? throw new InvalidOperationException($"{Title} is given no credentials.")).OnBehalfOf(subject, Name);

    /// <summary>Asks the service something in the gateway's own name.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Prefix + path);
        if (_issuer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", AuthorizationFor(_gateway));
        }

        return await Client.SendAsync(request, cancellation);
    }

    /// <summary>Notes that the service answered, or did not; only a change is logged.</summary>
    public void Answered(bool answered)
    {
        var silent = answered ? 0 : 1;
        // Reading first keeps the common case free of a write that all cores would fight over.
        if (Volatile.Read(ref _silent) == silent || Interlocked.Exchange(ref _silent, silent) == silent)
        {
            return;
        }

        if (answered)
        {
            LogAnswersAgain(Title);
        }
        else
        {
            LogSilent(Title);
        }
    }

    public void Dispose() => Client.Dispose();

    [LoggerMessage(LogLevel.Warning, "{Service} does not answer")]
    private partial void LogSilent(string service);

    [LoggerMessage(LogLevel.Information, "{Service} answers again")]
    private partial void LogAnswersAgain(string service);
}
