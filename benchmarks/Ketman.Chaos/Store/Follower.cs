using System.Diagnostics;
using Ketman.EventStore;

namespace Ketman.Chaos.Store;

/// <summary>A subscriber that notes what it is given: what comes twice, what comes out of the order of its stream, and when.</summary>
internal sealed class Follower(string name, long[] committedAt) : ILogSubscriber
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly bool[] _seen = new bool[committedAt.Length];
    private readonly List<double> _lags = [];
    private volatile int _count;

    public string Name => name;

    /// <summary>How many different events it was given.</summary>
    public int Count => _count;

    public int Doubled { get; private set; }

    public int OutOfOrder { get; private set; }

    /// <summary>From commit to here, in milliseconds.</summary>
    public IReadOnlyList<double> Lags => _lags;

    public bool Has(int number) => _seen[number];

    public Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var recorded in events)
        {
            var number = ((Ticked)recorded.Data).Number;
            if (_seen[number])
            {
                Doubled++;
                continue;
            }

            OutOfOrder += recorded.Version == _versions.GetValueOrDefault(recorded.Stream) + 1 ? 0 : 1;
            _versions[recorded.Stream] = recorded.Version;
            _seen[number] = true;
            _count++;
            // Its writer may not have heard yet that it is committed: then it was here at once.
            if (Volatile.Read(ref committedAt[number]) is var committed)
            {
                _lags.Add(committed == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(committed, now).TotalMilliseconds));
            }
        }

        return Task.CompletedTask;
    }
}
