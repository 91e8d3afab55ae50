using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>Collects the spans that a deployment would export.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Ketman" or "MassTransit" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IEnumerable<Activity> All => _ended;

    public IEnumerable<Activity> Of(string trace) => _ended.Where(span => span.TraceId.ToString() == trace);

    public void Dispose() => _listener.Dispose();
}
