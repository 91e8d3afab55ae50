using Ketman.Gateway.Callers;
using Ketman.Gateway.Doors;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ketman.Gateway.Health;

/// <summary>How the whole platform is.</summary>
/// <param name="Status"><c>ready</c>, <c>alert</c> when every service works but something must be seen to, else <c>not-ready</c>.</param>
/// <param name="Services">The gateway and every service behind it.</param>
internal sealed record PlatformHealth(string Status, IReadOnlyList<ServiceHealth> Services);

/// <summary>How one service is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ready">Whether it does its work.</param>
/// <param name="Description">What is wrong, when something is.</param>
/// <param name="Milliseconds">How long it took to say so.</param>
/// <param name="Checks">What it looked at, as it reports it.</param>
internal sealed record ServiceHealth(string Name, bool Ready, string? Description, object? Milliseconds, object? Checks);

/// <summary>The health of everything in one answer, for those who run the platform; 200 also when something is wrong.</summary>
internal static class PlatformHealthEndpoint
{
    public static void MapPlatformHealth(this IEndpointRouteBuilder app, IReadOnlyList<string> backends, bool withPages) =>
        app.MapGet("/api/v1/health", async (HealthCheckService checks, CancellationToken cancellation) =>
            {
                var report = await checks.CheckHealthAsync(cancellation);
                var own = report.Entries.Where(entry => !backends.Contains(entry.Key) && entry.Key != PageDoor.Name).ToList();
                return TypedResults.Ok(new PlatformHealth(
                    report.Status switch { HealthStatus.Healthy => "ready", HealthStatus.Degraded => "alert", _ => "not-ready" },
                    [
                        new ServiceHealth(
                            "gateway",
                            own.All(entry => entry.Value.Status is HealthStatus.Healthy),
                            own.Select(entry => entry.Value.Description).FirstOrDefault(description => description is not null),
                            null,
                            own.ToDictionary(
                                entry => entry.Key,
                                entry => new { ready = entry.Value.Status is HealthStatus.Healthy, entry.Value.Description })),
                        .. backends.Select(name => Of(name, report.Entries[name], HealthStatus.Degraded)),
                        .. withPages ? [Of(PageDoor.Name, report.Entries[PageDoor.Name], HealthStatus.Healthy)] : Array.Empty<ServiceHealth>(),
                    ]));
            })
            .WithName("health").WithTags("health").RequireAuthorization(Roles.Viewer);

    // Without the dashboard the API does its work, so its being away is an alert, and yet it is not ready.
    private static ServiceHealth Of(string name, HealthReportEntry entry, HealthStatus atLeast) => new(
        name, entry.Status >= atLeast, entry.Description, entry.Data.GetValueOrDefault("milliseconds"), entry.Data.GetValueOrDefault("checks"));
}
