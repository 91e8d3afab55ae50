using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Ketman.Disclosures.Deadlines;

/// <summary>
/// Whether what time brings about is noticed. Late, it makes the service no less ready for commands; it is an alert, as a breach
/// nobody is told of is what the platform is there to prevent.
/// </summary>
internal sealed class DeadlineCheck(DeadlineOperations operations, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var (since, due, parked) = await operations.BacklogAsync(cancellationToken);
            var waiting = time.GetUtcNow() - since ?? TimeSpan.Zero;
            var data = new Dictionary<string, object> { ["due"] = due, ["oldestSeconds"] = (long)waiting.TotalSeconds, ["parked"] = parked };
            var alert = parked > 0 ? $"the deadlines of {parked} cases cannot be decided; ketman deadlines status shows which"
                : waiting > Tolerated ? $"a deadline has waited {waiting.TotalSeconds:0} s to be noticed"
                : null;
            return alert is null ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Degraded(alert, data: data);
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("the deadlines cannot be read");
        }
    }
}
