using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Ketman.EventStore.Subscriptions;

/// <summary>Raises the alert on a paused subscription. The service still takes commands, so it is degraded and not unhealthy.</summary>
internal sealed class SubscriptionCheck(SubscriptionControl control) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var statuses = await control.StatusAsync(cancellationToken);
            var data = statuses.ToDictionary(status => status.Name, status => (object)status);
            var paused = statuses.Where(status => status.Paused).Select(Describe).ToList();
            return paused.Count == 0
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Degraded(string.Join("; ", paused), data: data);
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("the database does not answer");
        }
    }

    private static string Describe(SubscriptionStatus status) => status.FailedEvent is { } failed
        ? $"{status.Name} is paused: event {failed} of type {status.FailedType} failed with {status.LastErrorType}"
        : $"{status.Name} is paused by {status.PausedBy ?? "an operator"}";
}
