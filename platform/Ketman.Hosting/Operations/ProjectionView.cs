namespace Ketman.Hosting.Operations;

/// <summary>How something that follows the history is.</summary>
/// <param name="Name">Its name within the service.</param>
/// <param name="Kind">
/// <c>publisher</c>, <c>projection</c> (of the service's log), <c>inline</c> (written with each append), <c>consumer</c> (of what other services publish).
/// </param>
/// <param name="State"><c>running</c>, <c>paused</c> or <c>rebuilding</c>.</param>
/// <param name="Checkpoint">How far it is: a place in the log; of a consumer, how many events it has folded.</param>
/// <param name="Head">How far there is to go, counted alike.</param>
/// <param name="Lag">What lies between the two; of a log an upper bound, as numbers that were rolled back are counted.</param>
/// <param name="Rebuildable">Whether it can be rebuilt.</param>
/// <param name="PausedAt">Since when it is paused.</param>
/// <param name="PausedBy">Who paused it; absent: an event did.</param>
/// <param name="Failed">The event that stands in its way.</param>
/// <param name="Rebuild">The rebuild under way, or the last one.</param>
public sealed record ProjectionView(
    string Name,
    string Kind,
    string State,
    long Checkpoint,
    long Head,
    long Lag,
    bool Rebuildable,
    DateTimeOffset? PausedAt,
    string? PausedBy,
    FailedEvent? Failed,
    EventStore.Rebuilding.RebuildStatus? Rebuild);

/// <summary>An event that could not be handled.</summary>
/// <param name="Event">Its place: a number in the log, or <c>stream@version</c>. What <c>skip</c> wants to be told.</param>
/// <param name="Type">Its type.</param>
/// <param name="ErrorType">The kind of error, never its message, which may hold personal data.</param>
/// <param name="Attempts">How often it was tried; absent where that is not counted.</param>
public sealed record FailedEvent(string Event, string? Type, string? ErrorType, int? Attempts);

/// <summary>All that follows the history in a service.</summary>
public sealed record ProjectionList(string Service, IReadOnlyList<ProjectionView> Items);

/// <summary>What came of an operator's command.</summary>
/// <param name="Changed">False: it was so already.</param>
/// <param name="Projection">How it is now.</param>
public sealed record ProjectionChange(bool Changed, ProjectionView Projection);

/// <summary>Which event to give up.</summary>
/// <param name="Event">As <see cref="FailedEvent.Event"/> says it.</param>
public sealed record SkipRequest(string Event);
