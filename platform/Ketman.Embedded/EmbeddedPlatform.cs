using Ketman.Dashboard;
using Ketman.Disclosures;
using Ketman.Gateway;
using Ketman.Hosting;
using Ketman.Hosting.Bus;
using Ketman.Intake;
using Ketman.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ketman.Embedded;

/// <summary>
/// The whole platform in one process, for a laptop without a broker: the same services with the same doors between them, each
/// on its own database, joined by a bus in memory, and the dashboard. What is on that bus when the process ends is asked for again at the next start.
/// </summary>
internal sealed partial class EmbeddedPlatform : IAsyncDisposable
{
    private static readonly TimeSpan ReadinessPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PatienceWithStop = TimeSpan.FromSeconds(15);

    private readonly WebApplication _gateway;
    private readonly IReadOnlyList<WebApplication> _services;
    private readonly ILogger<EmbeddedPlatform> _logger;

    private EmbeddedPlatform(WebApplication gateway, IReadOnlyList<WebApplication> services)
    {
        _gateway = gateway;
        _services = services;
        _logger = gateway.Services.GetRequiredService<ILogger<EmbeddedPlatform>>();
    }

    /// <summary>Where each process listens, by its name; known once it is started.</summary>
    public IEnumerable<(string Name, Uri Url)> Addresses =>
        EmbeddedSettings.Services.Append("dashboard").Zip(_services).Prepend(("gateway", _gateway)).Select(one => (one.Item1, new Uri(one.Item2.Urls.First())));

    /// <summary>Puts the platform together.</summary>
    /// <exception cref="SettingException">A setting is missing or unreadable.</exception>
    public static EmbeddedPlatform Build(IConfiguration configuration)
    {
        var settings = EmbeddedSettings.Read(configuration);
        var bus = SharedBus.InMemory();
        return new EmbeddedPlatform(
            GatewayService.Build(settings["gateway"]),
            [
                IntakeService.Build(settings["intake"], bus),
                DisclosuresService.Build(settings["disclosures"], bus),
                MetricsService.Build(settings["metrics"], bus),
                DashboardService.Build(settings.Dashboard),
            ]);
    }

    /// <summary>Runs until the process is told to stop.</summary>
    public async Task RunAsync()
    {
        // A service that stops by itself takes the others along: half a platform would look like a whole one.
        using var anyStops = CancellationTokenSource.CreateLinkedTokenSource(
            [_gateway.Lifetime.ApplicationStopping, .. _services.Select(service => service.Lifetime.ApplicationStopping)]);
        var stopping = anyStops.Token;
        await StartAsync(stopping);
        try
        {
            await AwaitReadinessAsync(stopping);
            await Task.Delay(Timeout.Infinite, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await StopAsync();
        }
    }

    /// <summary>Starts every service, and then the door to them.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_services.Select(service => service.StartAsync(cancellation)));
        await _gateway.StartAsync(cancellation);
    }

    /// <summary>Waits until every service does its work.</summary>
    public async Task AwaitReadinessAsync(CancellationToken cancellation)
    {
        var health = _gateway.Services.GetRequiredService<HealthCheckService>();
        while ((await health.CheckHealthAsync(cancellation)).Status is not HealthStatus.Healthy)
        {
            await Task.Delay(ReadinessPause, cancellation);
        }

        LogReady(string.Join(", ", _gateway.Urls));
    }

    /// <summary>Closes the door first, so that what has come in can be finished, and stops the services then.</summary>
    public async Task StopAsync()
    {
        using var limited = new CancellationTokenSource(PatienceWithStop);
        await _gateway.StopAsync(limited.Token);
        await Task.WhenAll(_services.Select(service => service.StopAsync(limited.Token)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    [LoggerMessage(LogLevel.Information, "The platform is ready at {Url}")]
    private partial void LogReady(string url);
}
