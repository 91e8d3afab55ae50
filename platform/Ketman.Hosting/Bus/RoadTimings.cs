namespace Ketman.Hosting.Bus;

/// <summary>How patient the healing is. Only tests have others.</summary>
internal sealed record RoadTimings
{
    /// <summary>How long a broker that is not known to be short of anything may take to confirm a batch.</summary>
    public TimeSpan Confirm { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the journal is looked through for streams that wait.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a missing version may be on its way before its owner is asked for it.</summary>
    public TimeSpan GapAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the owners' logs are compared with the journal.</summary>
    public TimeSpan Reconcile { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what an owner has published may take to arrive while nothing arrives.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to hold back, at most, while messages are still coming in.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
