using System.Diagnostics;
using System.Text.Json;
using Ketman.Gateway.Doors;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ketman.Gateway.Health;

/// <summary>
/// Asks a process whether it is ready; how bad it is when not, its registration says. The answer is kept for a second: anybody may ask the gateway, and that must not become a
/// way to keep the services busy.
/// </summary>
internal sealed class BackendHealth(Backend backend, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private (HealthCheckResult Result, long At)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || time.GetElapsedTime(last.At) >= Kept)
            {
                _last = last = (await AskAsync(context.Registration.FailureStatus, cancellationToken), time.GetTimestamp());
            }

            return last.Result;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<HealthCheckResult> AskAsync(HealthStatus failure, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        var watch = Stopwatch.GetTimestamp();
        try
        {
            using var response = await backend.GetAsync("/health/ready", limited.Token);
            // The dashboard, which looks at nothing but itself, has nothing to say beyond the status.
            var body = response.Content.Headers.ContentType?.MediaType is "application/json" ? await response.Content.ReadFromJsonAsync<JsonElement>(limited.Token) : default;
            backend.Answered(true);
            var data = new Dictionary<string, object> { ["milliseconds"] = Math.Round(Stopwatch.GetElapsedTime(watch).TotalMilliseconds, 1) };
            if (body.ValueKind is JsonValueKind.Object && body.TryGetProperty("checks", out var checks))
            {
                data["checks"] = checks;
            }

            return !response.IsSuccessStatusCode ? new HealthCheckResult(failure, $"{backend.Title} is not ready", data: data)
                : AlertsOf(body) is { Length: > 0 } alerts ? HealthCheckResult.Degraded(alerts, data: data)
                : HealthCheckResult.Healthy(data: data);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            backend.Answered(false);
            return new HealthCheckResult(failure, $"{backend.Title} does not answer");
        }
    }

    private static string? AlertsOf(JsonElement body) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty("alerts", out var alerts) && alerts.ValueKind is JsonValueKind.Array
            ? string.Join("; ", alerts.EnumerateArray().Select(alert => alert.ToString()))
            : null;
}
