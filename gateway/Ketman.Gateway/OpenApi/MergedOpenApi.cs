using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Gateway.Doors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ketman.Gateway.OpenApi;

/// <summary>
/// One description of the whole API, put together from those of the services and the gateway's own. A service that cannot be
/// asked is named in it, so that nobody takes an incomplete document for the whole.
/// </summary>
internal sealed partial class MergedOpenApi(IServiceProvider services, TimeProvider time, ILogger<MergedOpenApi> logger) : IDisposable
{
    private const string Self = "gateway";
    private static readonly TimeSpan KeptWhole = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeptInPart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private (byte[] Json, long At, TimeSpan Kept)? _last;

    /// <summary>The document as UTF-8 JSON.</summary>
    public async Task<byte[]> GetAsync(CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) >= last.Kept)
            {
                var (document, whole) = await BuildAsync(cancellation);
                _last = last = (JsonSerializer.SerializeToUtf8Bytes(document), time.GetTimestamp(), whole ? KeptWhole : KeptInPart);
            }

            return last.Json;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<(JsonObject Document, bool Whole)> BuildAsync(CancellationToken cancellation)
    {
        var names = Door.All.Select(door => door.Service).Distinct().ToList();
        var fetched = await Task.WhenAll(names.Select(name => FetchAsync(services.GetRequiredKeyedService<Backend>(name), cancellation)));
        var parts = names.Zip(fetched).Where(part => part.Second is not null).Select(part => (part.First, part.Second!)).ToList();
        var missing = names.Except(parts.Select(part => part.First)).ToList();
        parts.Add((Self, await OwnAsync(cancellation)));
        return (OpenApiMerge.Merge(Frame(missing), parts, Place), missing.Count == 0);
    }

    private async Task<JsonObject> OwnAsync(CancellationToken cancellation)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync(cancellation);
        return JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellation))!.AsObject();
    }

    private async Task<JsonObject?> FetchAsync(Backend backend, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        try
        {
            using var response = await backend.GetAsync("/openapi/v1.json", limited.Token);
            if (response.IsSuccessStatusCode)
            {
                return await response.Content.ReadFromJsonAsync<JsonObject>(limited.Token);
            }

            LogRefused(backend.Title, (int)response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            backend.Answered(false);
        }

        return null;
    }

    /// <summary>A path of a service is one of the API when a door leads to it.</summary>
    private static string? Place(string name, string path) =>
        name == Self ? (path.StartsWith(BackendTransformer.ApiPrefix, StringComparison.Ordinal) ? path : null)
        : Door.All.Any(door => door.Service == name && LeadsTo(door.Pattern, path)) ? BackendTransformer.ApiPrefix + path
        : null;

    private static bool LeadsTo(string pattern, string path)
    {
        var wanted = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < segments.Length; index++)
        {
            if (segments[index].StartsWith("{**", StringComparison.Ordinal))
            {
                return true;
            }

            if (index >= wanted.Length || (segments[index][0] != '{' && segments[index] != wanted[index]))
            {
                return false;
            }
        }

        return segments.Length == wanted.Length;
    }

    private static JsonObject Frame(List<string> missing)
    {
        var info = new JsonObject
        {
            ["title"] = "Ketman Platform",
            ["version"] = "v1",
            ["description"] =
                "Everything people and programs may ask of the platform, through its gateway. Errors are problem details (RFC 9457) "
                + "whose `type` is stable. A request that writes may be repeated with the same Idempotency-Key: nothing happens twice.",
        };
        if (missing.Count > 0)
        {
            info["description"] += $" INCOMPLETE: {string.Join(" and ", missing)} could not be asked; ask again in a moment.";
            info["x-ketman-missing"] = new JsonArray([.. missing.Select(name => (JsonNode)name)]);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = info,
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["paths"] = new JsonObject(),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "An API key, e.g. `Authorization: Bearer ktm_...`.",
                    },
                },
            },
        };
    }

    [LoggerMessage(LogLevel.Warning, "{Service} did not give its description: status {Status}")]
    private partial void LogRefused(string service, int status);
}

/// <summary>Serves the merged document.</summary>
internal static class MergedOpenApiEndpoint
{
    public static void MapMergedOpenApi(this IEndpointRouteBuilder app) =>
        // In front of the endpoint that every process has for its own document.
        app.MapGet("/openapi/{documentName}.json", async (string documentName, MergedOpenApi merged, CancellationToken cancellation) =>
                documentName == "v1" ? Results.Bytes(await merged.GetAsync(cancellation), "application/json") : Results.NotFound())
            .WithOrder(-1).ExcludeFromDescription();
}
