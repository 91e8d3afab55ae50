using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ketman.Hosting.Telemetry;

/// <summary>The platform's own source of spans and measurements.</summary>
public static class KetmanTelemetry
{
    /// <summary>The name of <see cref="Source"/> and <see cref="Meter"/>.</summary>
    public const string Name = "Ketman";

    /// <summary>Spans: publishing, folding.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Measurements of the road.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>Events that the broker has confirmed.</summary>
    internal static Counter<long> Published { get; } = Meter.CreateCounter<long>("ketman.events.published", "{event}");

    /// <summary>Events that were new to the journal.</summary>
    internal static Counter<long> Journaled { get; } = Meter.CreateCounter<long>("ketman.events.journaled", "{event}");

    /// <summary>Events whose effect is in the read models.</summary>
    internal static Counter<long> Folded { get; } = Meter.CreateCounter<long>("ketman.events.folded", "{event}");

    /// <summary>From the recording of an event to the commit of its effect, in milliseconds.</summary>
    internal static Histogram<double> Delay { get; } = Meter.CreateHistogram<double>("ketman.events.delay", "ms");
}
