using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ketman.Dashboard.Connection;

/// <summary>
/// The platform's API as whoever looks at a page may use it: every request goes through the gateway with the browser's own cookie, so a
/// page can never show or do more than its reader may. Nothing is cached, so nobody sees what another one asked for.
/// </summary>
public sealed class PlatformApi(PlatformConnection connection, IHttpContextAccessor accessor)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What stands at a path below <c>/api/v1</c>.</summary>
    /// <exception cref="ApiProblemException">The platform answers otherwise than with it.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation) => (await ReadAsync<T>(path, cancellation)).Value;

    /// <summary>The same with its version, for a change that is to be made only while it stands so.</summary>
    /// <exception cref="ApiProblemException">The platform answers otherwise than with it.</exception>
    public async Task<(T Value, string? ETag)> ReadAsync<T>(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new ApiProblemException(await Problem.ReadAsync(response, cancellation));
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var value = await JsonSerializer.DeserializeAsync<T>(body, Json, cancellation)
            ?? throw new JsonException($"The answer holds nothing where {typeof(T).Name} is expected.");
        return (value, response.Headers.ETag?.Tag);
    }

    /// <summary>What stands at a path, or nothing when there is no such thing or its reader may not know of it.</summary>
    /// <exception cref="ApiProblemException">The platform answers otherwise.</exception>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellation);
        }
        catch (ApiProblemException e) when (e.Problem.Status is 404 or 403)
        {
            return null;
        }
    }

    /// <summary>Asks for a change. Refusals are answers, not exceptions: a form shows them beside its fields.</summary>
    /// <param name="method">POST, PUT or DELETE.</param>
    /// <param name="path">Below <c>/api/v1</c>.</param>
    /// <param name="body">The JSON body; null: none.</param>
    /// <param name="conditions">The session's anti-forgery token, and on what the change depends.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Outcome> ChangeAsync(HttpMethod method, string path, JsonNode? body, ChangeConditions conditions, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        Add(request, "X-Ketman-Csrf", conditions.Csrf);
        Add(request, "Idempotency-Key", conditions.IdempotencyKey);
        Add(request, "If-Match", conditions.IfMatch);
        using var response = await SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            return new Outcome(null, await Problem.ReadAsync(response, cancellation), null);
        }

        // Signing in and out change the cookie; the browser must hear of it.
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            Context.Response.Headers.Append("Set-Cookie", cookies.ToArray());
        }

        var text = await response.Content.ReadAsStringAsync(cancellation);
        return new Outcome(text.Length > 0 ? JsonNode.Parse(text) : null, null, response.Headers.ETag?.Tag);
    }

    /// <summary>An answer as it comes, for a download. Whoever asks disposes of it.</summary>
    /// <exception cref="ApiProblemException">The platform answers otherwise.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, string accept, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        Add(request, "Accept", accept);
        var response = await SendAsync(request, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new ApiProblemException(await Problem.ReadAsync(response, cancellation));
        }
    }

    private HttpContext Context => accessor.HttpContext ?? throw new InvalidOperationException("The API is asked outside of a request.");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var from = Context.Request.Headers;
        request.RequestUri = connection.AddressOf(request.RequestUri!.OriginalString);
        // The gateway names its cookie by the host and the scheme that the browser sees.
        request.Headers.Host = from["X-Forwarded-Host"].FirstOrDefault();
        Add(request, "X-Forwarded-Proto", from["X-Forwarded-Proto"].FirstOrDefault());
        Add(request, "X-Ketman-Caller", from["X-Ketman-Caller"].FirstOrDefault());
        Add(request, "Cookie", from.Cookie.ToString());
        try
        {
            return await connection.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException)
        {
            throw new ApiProblemException(new Problem(
                (int)HttpStatusCode.ServiceUnavailable, "urn:ketman:problem:unreachable", Words.Error_Unreachable, Words.Error_UnreachableDetail, []));
        }
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}

/// <summary>On what a change depends.</summary>
/// <param name="Csrf">The anti-forgery token that the form bore.</param>
/// <param name="IdempotencyKey">Drawn when the form was shown, so that sending it twice does it once.</param>
/// <param name="IfMatch">The version that its reader saw; null: whatever it is now.</param>
public sealed record ChangeConditions(string Csrf, string? IdempotencyKey = null, string? IfMatch = null);

/// <summary>What came of a change.</summary>
/// <param name="Body">The answer; null when there is none.</param>
/// <param name="Problem">Why it was refused; null when it was done.</param>
/// <param name="ETag">The version afterwards.</param>
public sealed record Outcome(JsonNode? Body, Problem? Problem, string? ETag);
