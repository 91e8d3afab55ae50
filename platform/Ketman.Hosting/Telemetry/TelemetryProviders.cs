using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ketman.Hosting.Telemetry;

/// <summary>
/// The providers of this process. Sources and meters belong to the process, so services that share one (embedded mode) share
/// the providers too; each collecting for itself, every span would be sent once per service.
/// </summary>
internal static class TelemetryProviders
{
    private static readonly Lock Gate = new();
    private static TracerProvider? _tracer;
    private static MeterProvider? _meter;
    private static int _users;

    public static ResourceBuilder Resource(string service) => ResourceBuilder.CreateDefault().AddService($"ketman-{service}", "ketman");

    public static void Acquire(string service, Uri endpoint)
    {
        lock (Gate)
        {
            if (_users++ > 0)
            {
                return;
            }

            // RabbitMQ.Client's own source is left out: its subscriber starts an orphan root per delivery.
            _tracer = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource(service))
                .SetSampler(new ParentBasedSampler(new NoRootClients()))
                .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", KetmanTelemetry.Name)
                .AddProcessor(new PathScrubber())
                .AddOtlpExporter(exporter => exporter.Endpoint = endpoint)
                .Build();
            _meter = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(Resource(service))
                .AddMeter("Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", KetmanTelemetry.Name)
                .AddOtlpExporter(exporter => exporter.Endpoint = endpoint)
                .Build();
        }
    }

    public static void Release()
    {
        lock (Gate)
        {
            if (--_users > 0)
            {
                return;
            }

            // Disposing flushes what is still in hand.
            _tracer?.Dispose();
            _meter?.Dispose();
        }
    }

    /// <summary>
    /// Background loops look into the database several times a second; such a query belongs to no request, and as a trace of
    /// its own it would only bury the others.
    /// </summary>
    private sealed class NoRootClients : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Kind is ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
    }

    /// <summary>Takes the address out of spans: paths name accounts, companies and people. The route stays as the name.</summary>
    internal sealed class PathScrubber : BaseProcessor<Activity>
    {
        private static readonly string[] Addresses = ["url.path", "url.query", "url.full", "http.url", "http.target"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Addresses)
            {
                data.SetTag(tag, null);
            }
        }
    }
}
