using System.Text.Json;
using Ketman.Hosting;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Tokens;

/// <summary>What the provider publishes of itself.</summary>
/// <param name="Issuer">What tokens must bear as <c>iss</c>, letter by letter.</param>
/// <param name="Keys">Its keys that can verify something here.</param>
/// <param name="ReadAt">When it was read, as a timestamp of the clock.</param>
internal sealed record Provider(string Issuer, IReadOnlyList<ProviderKey> Keys, long ReadAt)
{
    /// <summary>The key for a token; without a <c>kid</c> the only one that can be meant.</summary>
    public ProviderKey? Find(string? id, string algorithm)
    {
        ProviderKey? found = null;
        foreach (var key in Keys)
        {
            if (key.Serves(algorithm) && (id is null || key.Id == id))
            {
                if (found is not null)
                {
                    return null;
                }

                found = key;
            }
        }

        return found;
    }
}

/// <summary>
/// Reads the provider's discovery document and its keys when they are needed: hourly, and when a token names a key that is not known,
/// but then at most once a minute, since anybody can make up key ids. While the provider is away, what was read stays good for a day.
/// </summary>
internal sealed partial class ProviderKeys : IDisposable
{
    private const int LargestDocument = 256 * 1024;
    private const int MostKeys = 64;
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseWithout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WithoutProvider = TimeSpan.FromDays(1);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly OidcSettings? _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ProviderKeys> _logger;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Provider? _known;
    private long? _triedAt;
    private string? _trouble;

    public ProviderKeys(KetmanSettings settings, TimeProvider time, ILogger<ProviderKeys> logger)
    {
        (_settings, _time, _logger) = (settings.Oidc, time, logger);
        _http = new HttpClient(new SocketsHttpHandler
        {
            // What was configured is asked, and nobody whom it would send us to.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = settings.Oidc?.Authority.IsLoopback is not true,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = TimeSpan.FromSeconds(5),
            MaxResponseContentBufferSize = LargestDocument,
        };
    }

    /// <summary>The provider, read anew if need be.</summary>
    /// <param name="id">The key that a token names.</param>
    /// <param name="algorithm">The algorithm that it names.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ProblemException">503: it never answered, or not for a day.</exception>
    public async ValueTask<Provider> GetAsync(string? id, string algorithm, CancellationToken cancellation)
    {
        if (_known is { } known && IsGood(known))
        {
            return known;
        }

        // While one request reads, others go on with what is known if that is enough for them.
        if (!await _reading.WaitAsync(_known?.Find(id, algorithm) is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellation))
        {
            return _known!;
        }

        try
        {
            if (_known is not { } before || !IsGood(before))
            {
                await TryReadAsync();
            }

            return _known is { } read && _time.GetElapsedTime(read.ReadAt) < WithoutProvider ? read : throw new ProblemException(Problems.Unavailable("The identity provider"));
        }
        finally
        {
            _reading.Release();
        }

        bool IsGood(Provider provider) => _time.GetElapsedTime(provider.ReadAt) < Fresh && provider.Find(id, algorithm) is not null;
    }

    public void Dispose()
    {
        _http.Dispose();
        _reading.Dispose();
    }

    private async Task TryReadAsync()
    {
        if (_triedAt is { } tried && _time.GetElapsedTime(tried) < (_known is null ? PauseWithout : Pause))
        {
            return;
        }

        _triedAt = _time.GetTimestamp();
        string trouble;
        try
        {
            // Not with the request's token: whoever hangs up must not keep the others from the keys.
            _known = await ReadAsync(CancellationToken.None);
            if (_trouble is not null)
            {
                _trouble = null;
                LogReadAgain();
            }

            return;
        }
        catch (HttpRequestException e)
        {
            trouble = e.StatusCode is { } status ? $"it answers {(int)status}" : "it does not answer";
        }
        catch (OperationCanceledException)
        {
            trouble = "it does not answer in time";
        }
        catch (JsonException)
        {
            trouble = "what it publishes is not well-formed";
        }
        catch (ProviderException e)
        {
            trouble = e.Message;
        }

        if (trouble != _trouble)
        {
            _trouble = trouble;
            LogCannotRead(trouble);
        }
    }

    private async Task<Provider> ReadAsync(CancellationToken cancellation)
    {
        var authority = _settings!.Authority.AbsoluteUri.TrimEnd('/');
        using var discovery = await GetAsync(new Uri(authority + "/.well-known/openid-configuration"), cancellation);
        if (Text(discovery.RootElement, "issuer") is not { } issuer || issuer.TrimEnd('/') != authority)
        {
            throw new ProviderException("it calls itself otherwise than KETMAN_OIDC_AUTHORITY does");
        }

        if (!Uri.TryCreate(Text(discovery.RootElement, "jwks_uri"), UriKind.Absolute, out var place) || !OidcSettings.IsSafe(place)
            || place.UserInfo.Length > 0 || (place.IsLoopback && !_settings.Authority.IsLoopback))
        {
            throw new ProviderException("its jwks_uri is not https");
        }

        using var keys = await GetAsync(place, cancellation);
        if (keys.RootElement.ValueKind is not JsonValueKind.Object || !keys.RootElement.TryGetProperty("keys", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            throw new ProviderException("its jwks_uri has no keys");
        }

        ProviderKey[] usable = [.. list.EnumerateArray().Take(MostKeys).Select(ProviderKey.Read).OfType<ProviderKey>()];
        return usable.Length > 0
            ? new Provider(issuer, usable, _time.GetTimestamp())
            : throw new ProviderException("none of its keys is for RS256, PS256 or ES256");
    }

    private async Task<JsonDocument> GetAsync(Uri place, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(place, cancellation);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation), Strict);
    }

    private static string? Text(JsonElement document, string name) =>
        document.ValueKind is JsonValueKind.Object && document.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    [LoggerMessage(LogLevel.Error, "The keys of the identity provider cannot be read: {Trouble}")]
    private partial void LogCannotRead(string trouble);

    [LoggerMessage(LogLevel.Information, "The keys of the identity provider can be read again")]
    private partial void LogReadAgain();

    private sealed class ProviderException(string message) : Exception(message);
}
