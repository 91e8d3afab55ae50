using System.Diagnostics.Metrics;
using Ketman.Hosting.Telemetry;

namespace Ketman.Disclosures.Deadlines;

/// <summary>What the deadline clock measures of itself.</summary>
internal static class DeadlineMetrics
{
    private static long _backlog;

    /// <summary>From the due time to the commit of what was noticed, in milliseconds; what is caught up with is not in it.</summary>
    public static Histogram<double> Lateness { get; } = KetmanTelemetry.Meter.CreateHistogram<double>("ketman.deadlines.lateness", "ms");

    /// <summary>What was noticed, by kind of event.</summary>
    public static Counter<long> Noticed { get; } = KetmanTelemetry.Meter.CreateCounter<long>("ketman.deadlines.noticed", "{event}");

    /// <summary>Cases that a command changed while they were being decided on.</summary>
    public static Counter<long> Conflicts { get; } = KetmanTelemetry.Meter.CreateCounter<long>("ketman.deadlines.conflicts", "{case}");

    /// <summary>Cases that failed too often.</summary>
    public static Counter<long> Parked { get; } = KetmanTelemetry.Meter.CreateCounter<long>("ketman.deadlines.parked", "{case}");

    /// <summary>Cases that are due now, counted up to 10,000.</summary>
    public static ObservableGauge<long> Backlog { get; } =
        KetmanTelemetry.Meter.CreateObservableGauge("ketman.deadlines.backlog", () => Interlocked.Read(ref _backlog), "{case}");

    /// <summary>Says what <see cref="Backlog"/> is to show.</summary>
    public static void Backlogged(long cases) => Interlocked.Exchange(ref _backlog, cases);
}
