namespace Ketman.Hosting.Bus;

/// <summary>
/// Decides what may be folded now: per stream only what follows without a gap on what is folded already. Pure; the journal
/// brings the events and keeps the outcome.
/// </summary>
internal sealed class FoldPlan
{
    private readonly Dictionary<string, StreamProgress> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<long, Arrival>> _early = new(StringComparer.Ordinal);
    private readonly List<Arrival> _ready = [];

    /// <summary>What may be folded, in order.</summary>
    public IReadOnlyList<Arrival> Ready => _ready;

    /// <summary>The streams that the plan knows, before <see cref="Ready"/> is folded.</summary>
    public IReadOnlyDictionary<string, StreamProgress> Streams => _streams;

    /// <summary>Says how far a stream is; one that is not mentioned is new.</summary>
    public void Begin(string stream, long folded, long head, DateTimeOffset? waitingSince) =>
        _streams[stream] = new StreamProgress(folded, folded, head, waitingSince);

    /// <summary>Adds an event that is in the journal. One that is folded already, or was added before, changes nothing.</summary>
    public void Add(Arrival arrival)
    {
        var (stream, version) = (arrival.Message.Stream, arrival.Message.Version);
        var progress = _streams.GetValueOrDefault(stream) ?? new StreamProgress(0, 0, 0, null);
        progress = progress with { Head = Math.Max(progress.Head, version) };
        _streams[stream] = progress;
        if (version <= progress.Planned)
        {
            return;
        }

        if (version > progress.Planned + 1)
        {
            if (!_early.TryGetValue(stream, out var early))
            {
                _early.Add(stream, early = []);
            }

            early.TryAdd(version, arrival);
            return;
        }

        _ready.Add(arrival);
        var planned = version;
        if (_early.TryGetValue(stream, out var waiting))
        {
            while (waiting.Remove(planned + 1, out var next))
            {
                _ready.Add(next);
                planned++;
            }
        }

        _streams[stream] = progress with { Planned = planned };
    }

    /// <summary>Hands over what is ready, for a history that is folded page by page.</summary>
    public IReadOnlyList<Arrival> TakeReady()
    {
        Arrival[] ready = [.. _ready];
        _ready.Clear();
        return ready;
    }

    /// <summary>The streams after the first <paramref name="folded"/> events of <see cref="Ready"/>.</summary>
    public IEnumerable<(string Stream, StreamProgress Progress)> After(int folded)
    {
        var reached = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < folded; i++)
        {
            reached[_ready[i].Message.Stream] = _ready[i].Message.Version;
        }

        foreach (var (stream, progress) in _streams)
        {
            yield return (stream, progress with { Folded = reached.GetValueOrDefault(stream, progress.Folded) });
        }
    }
}

/// <summary>How far a stream is.</summary>
/// <param name="Folded">The last version whose effect is committed.</param>
/// <param name="Planned">The last version that the plan would fold.</param>
/// <param name="Head">The highest version in the journal.</param>
/// <param name="WaitingSince">Since when something in the journal is not folded.</param>
internal sealed record StreamProgress(long Folded, long Planned, long Head, DateTimeOffset? WaitingSince);
