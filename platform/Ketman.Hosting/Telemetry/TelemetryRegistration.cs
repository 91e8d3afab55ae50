using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace Ketman.Hosting.Telemetry;

/// <summary>Traces, metrics and logs by OTLP.</summary>
public static class TelemetryRegistration
{
    /// <summary>
    /// Sends telemetry to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (gRPC); without that variable nothing is collected and nothing is
    /// spent. Server spans bear their route, never the path that was asked for: that would name accounts and people.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="service">The service's name, e.g. <c>intake</c>.</param>
    public static WebApplicationBuilder AddKetmanTelemetry(this WebApplicationBuilder builder, string service)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 } url || !Uri.TryCreate(url, UriKind.Absolute, out var endpoint))
        {
            return builder;
        }

        // Read when the host is built: without it server spans have no tags.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddSingleton<IStartupFilter, SpanNaming>();
        builder.Services.AddHostedService(_ => new Collection(service, endpoint));
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(TelemetryProviders.Resource(service));
            logs.AddOtlpExporter(exporter => exporter.Endpoint = endpoint);
        });
        return builder;
    }

    /// <summary>Collects while the service runs, and flushes when it stops.</summary>
    private sealed class Collection(string service, Uri endpoint) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            TelemetryProviders.Acquire(service, endpoint);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.Run(TelemetryProviders.Release, cancellationToken);
    }
}
