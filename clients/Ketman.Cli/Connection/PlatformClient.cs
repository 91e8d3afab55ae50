using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;

namespace Ketman.Cli.Connection;

/// <summary>What the platform answered.</summary>
internal sealed record Answer(int Status, byte[] Body)
{
    /// <summary>What a header says; null: it is not there.</summary>
    public string? Header(string name) => Headers is { } headers && headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public HttpResponseHeaders? Headers { get; init; }

    public bool Ok => Status is >= 200 and < 300;

    /// <exception cref="CliException">It is a refusal.</exception>
    public Answer OrRefuse() => Ok ? this : throw new CliException(Problem.Read(Status, Body));
}

/// <summary>
/// Speaks HTTP to the gateway. A request is tried again on 429, 502, 503, 504 and a broken connection: that is safe
/// because reading changes nothing and everything written bears an Idempotency-Key that stays the same from try to try.
/// </summary>
internal sealed class PlatformClient : IDisposable
{
    private const string Api = "api/v1/";

    private readonly HttpClient _http;
    private readonly Address _address;
    private readonly Surroundings _surroundings;
    private readonly bool _verbose;

    public PlatformClient(Address address, Surroundings surroundings, bool verbose)
    {
        _address = address;
        _surroundings = surroundings;
        _verbose = verbose;
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A redirect would take the key elsewhere, and the trace header is set here.
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            UseProxy = !address.Url.IsLoopback,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        {
            BaseAddress = address.Url,
            Timeout = TimeSpan.FromSeconds(100),
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ketman-cli", Version));
    }

    public static string Version { get; } =
        typeof(PlatformClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public Uri Url => _address.Url;

    /// <summary>One trace for the whole command, so that everything it causes can be found by one id.</summary>
    public ActivityTraceId Trace { get; private set; } = ActivityTraceId.CreateRandom();

    /// <summary>Begins another trace: a long import is one for each batch.</summary>
    public void NewTrace() => Trace = ActivityTraceId.CreateRandom();

    public Task<Answer> GetAsync(string path, CancellationToken cancellation, string accept = "application/json") =>
        SendAsync(HttpMethod.Get, Api + path, null, null, accept, Patience.OfPerson, cancellation);

    public Task<Answer> PostAsync(string path, ReadOnlyMemory<byte> body, string? key, CancellationToken cancellation, Patience? patience = null) =>
        SendAsync(HttpMethod.Post, Api + path, body, key, "application/json", patience ?? Patience.OfPerson, cancellation);

    public Task<Answer> PutAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, Api + path, body, null, "application/json", Patience.OfPerson, cancellation);

    public Task<Answer> DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, Api + path, null, null, "application/json", Patience.OfPerson, cancellation);

    /// <summary>Puts; <paramref name="ifMatch"/> is the ETag of what it is to replace.</summary>
    public Task<Answer> PutAsync(string path, ReadOnlyMemory<byte> body, string? ifMatch, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, Api + path, body, null, "application/json", Patience.OfPerson, cancellation, ifMatch: ifMatch);

    /// <summary>Opens a stream of server-sent events; once, as whoever reads it comes again by himself.</summary>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, string? lastEventId, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Get, Api + path, null, null, "text/event-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _address.Key.Value);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Posts without a key, once: what is asked here may be answered once only.</summary>
    public Task<Answer> PostAsStrangerAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, Api + path, body, null, "application/json", Patience.OfPerson, cancellation, asStranger: true);

    /// <summary>Asks for readiness, which needs no key; a 503 is an answer here and is not tried again.</summary>
    public async Task<Answer?> ReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("health/ready", UriKind.Relative), cancellation);
            return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (Exception e) when (IsConnectionLoss(e, cancellation))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? key, string accept, Patience patience, CancellationToken cancellation,
        bool asStranger = false, string? ifMatch = null)
    {
        var credentials = asStranger ? null : new AuthenticationHeaderValue("Bearer", _address.Key.Value);
        var backoff = new Backoff(patience);
        while (true)
        {
            string failure;
            TimeSpan? asked = null;
            Answer? answer = null;
            var absent = false;
            try
            {
                using var request = Request(method, path, body, key, accept);
                request.Headers.Authorization = credentials;
                if (ifMatch is not null)
                    request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                using var response = await _http.SendAsync(request, cancellation);
                answer = new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation)) { Headers = response.Headers };
                Remark($"{method} /{path} -> {answer.Status}, trace {Trace}");
                if (asStranger || answer.Status is not (429 or 502 or 503 or 504))
                    return answer;

                failure = $"the platform answered {answer.Status}";
                asked = Backoff.Asked(response.Headers.RetryAfter, _surroundings.Time.GetUtcNow());
            }
            catch (Exception e) when (IsConnectionLoss(e, cancellation))
            {
                failure = Describe(e);
                absent = IsAbsent(e);
                Remark($"{method} /{path} -> {failure}, trace {Trace}");
            }

            // Nobody there at all: a person wants to hear that now.
            var wait = asStranger || (absent && !patience.WaitsForAbsent) ? null : backoff.Next(asked);
            if (wait is null)
                return answer ?? throw Unreachable(failure);

            if (wait >= TimeSpan.FromSeconds(1))
                _surroundings.Error.WriteLine($"ketman: {failure}; trying again in {wait.Value.TotalSeconds:0} s");
            await Task.Delay(wait.Value, _surroundings.Time, cancellation);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? key, string accept)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{Trace}-{ActivitySpanId.CreateRandom()}-01");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private CliException Unreachable(string failure) => new(ExitCode.Unreachable,
        $"The platform at {_address.Url.GetLeftPart(UriPartial.Authority)} cannot be reached: {failure}. Is it up (`./ketman status`, `./ketman up`), and is KETMAN_URL right?");

    private void Remark(string text)
    {
        if (_verbose)
            _surroundings.Error.WriteLine($"ketman: {text}");
    }

    // The client's own timeout arrives as a cancellation that nobody asked for.
    private static bool IsConnectionLoss(Exception e, CancellationToken cancellation) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested);

    private static bool IsAbsent(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private static string Describe(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "its certificate is not trusted",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "nothing listens there",
        OperationCanceledException => "it did not answer in time",
        _ => "the connection broke",
    };
}
