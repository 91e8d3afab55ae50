using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ketman.Testing;

namespace Ketman.Chaos.Fuzz;

/// <summary>Sends requests, judges each answer by itself, and keeps what must be found in the logs.</summary>
internal sealed class Attack : IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _url;
    private readonly IReadOnlyList<string> _keys;
    private readonly ConcurrentQueue<string> _broken = [];
    private readonly ConcurrentDictionary<string, (FuzzRequest Request, int Status, int? Events)> _answered = new(StringComparer.Ordinal);
    private int _unsendable;

    public Attack(Uri url, IReadOnlyList<string> keys)
    {
        (_url, _keys) = (url, keys);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            ActivityHeadersPropagator = null,
        })
        { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Answers that nobody should get.</summary>
    public IReadOnlyCollection<string> Broken => _broken;

    /// <summary>How many answers of each status; 0: none came.</summary>
    public ConcurrentDictionary<int, int> Statuses { get; } = [];

    /// <summary>The operations that were answered with yes at least once.</summary>
    public ConcurrentDictionary<string, bool> Accepted { get; } = [];

    /// <summary>How often each operation was asked for.</summary>
    public ConcurrentDictionary<string, int> Asked { get; } = [];

    /// <summary>How many requests could not be written down as HTTP.</summary>
    public int Unsendable => _unsendable;

    public void Dispose() => _client.Dispose();

    public async Task SendAsync(FuzzRequest request, CancellationToken cancellation)
    {
        Asked.AddOrUpdate(request.Operation.Id, 1, (_, times) => times + 1);
        using var message = Write(request);
        if (message is null)
        {
            Interlocked.Increment(ref _unsendable);
            return;
        }

        try
        {
            using var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            // A stream of what changes has no end; that it began is the answer.
            var text = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync(cancellation);
            var status = (int)answer.StatusCode;
            Statuses.AddOrUpdate(status, 1, (_, times) => times + 1);
            foreach (var wrong in Judge(request, answer, status, text))
            {
                _broken.Enqueue($"{wrong}: {request} => {status} {text[..Math.Min(text.Length, 400)]}");
            }

            if (answer.IsSuccessStatusCode)
            {
                Accepted[request.Operation.Id] = true;
            }

            if (answer.Headers.TryGetValues("X-Request-Id", out var traces))
            {
                _answered[traces.First()] = (request, status, EventsIn(request, status, text));
            }
        }
        catch (HttpRequestException)
        {
            // The server may close on a body that it does not want; that it is still there is seen by the next request.
            Statuses.AddOrUpdate(0, 1, (_, times) => times + 1);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _broken.Enqueue($"no answer within a minute: {request}");
        }
    }

    /// <summary>Events of requests that were not answered with yes, and events that an answer promised and no log has.</summary>
    public async Task<IReadOnlyList<string>> HalfStoredAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        var stored = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var service in new[] { "intake", "disclosures" })
        {
            // What a consumer or the clock writes bears the same trace, but is nobody's request.
            await using var command = platform.Database(service).Source.CreateCommand(
                "select correlation_id, count(*)::int from mt_events where correlation_id is not null and type <> 'lead-disclosed.v1' group by 1");
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                stored[reader.GetString(0)] = stored.GetValueOrDefault(reader.GetString(0)) + reader.GetInt32(1);
            }
        }

        var broken = new List<string>();
        foreach (var (trace, (request, status, promised)) in _answered)
        {
            var found = stored.GetValueOrDefault(trace);
            if (status is < 200 or > 299 && found > 0)
            {
                broken.Add($"{found} events were stored although the answer was {status}: {request}");
            }
            else if (promised is { } events && events != found)
            {
                broken.Add($"{events} events were promised and {found} stored: {request}");
            }
        }

        if (_answered.Values.Where(one => one.Events > 0).ToList() is { Count: 0 })
        {
            broken.Add("no command was accepted at all, so nothing was tried");
        }

        return broken;
    }

    private HttpRequestMessage? Write(FuzzRequest request)
    {
        try
        {
            var target = new Uri($"http://{_url.Authority}{request.Target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            var message = new HttpRequestMessage(new HttpMethod(request.Method), target);
            var key = request.Who switch { Requests.Stranger => null, Requests.Impostor => "ktm_" + new string('x', 43), var who => _keys[who] };
            message.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            foreach (var (name, value) in request.Headers)
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }

            if (request.Body is not null)
            {
                message.Content = new ByteArrayContent(request.Body);
                message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
            }

            return message;
        }
        catch (Exception e) when (e is UriFormatException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Judge(FuzzRequest request, HttpResponseMessage answer, int status, string text)
    {
        if (status >= 500)
        {
            yield return "the platform failed";
        }

        var type = answer.Content.Headers.ContentType?.MediaType;
        if (type is not (null or "application/json" or "application/problem+json" or "application/x-ndjson" or "text/markdown" or "text/html" or "text/csv" or "text/event-stream"))
        {
            yield return $"an answer of {type}";
        }

        // Refusals of the server itself (a request line that is none) come before anything of ours.
        if (answer.Headers.Contains("X-Request-Id") && (!answer.Headers.TryGetValues("X-Content-Type-Options", out var sniff) || sniff.Single() != "nosniff"))
        {
            yield return "an answer that a browser may take for a page";
        }

        if (status >= 400 && text.Length > 0 && (type != "application/problem+json" || !text.Contains("urn:ketman:problem:", StringComparison.Ordinal)))
        {
            yield return "a refusal that does not say what is wrong";
        }

        if (status is >= 200 and < 300 && request.Who is Requests.Stranger or Requests.Impostor)
        {
            yield return "an answer for somebody without a key";
        }
    }

    // What a single command says that it stored; null: it does not say.
    private static int? EventsIn(FuzzRequest request, int status, string text)
    {
        if (status is not (200 or 201) || !request.Operation.IsCommand || request.Method != "POST")
        {
            return null;
        }

        try
        {
            using var answer = JsonDocument.Parse(text);
            return answer.RootElement.TryGetProperty("changed", out var changed) && answer.RootElement.TryGetProperty("events", out var events) && events.ValueKind is JsonValueKind.Array
                ? changed.GetBoolean() ? events.GetArrayLength() : 0
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
