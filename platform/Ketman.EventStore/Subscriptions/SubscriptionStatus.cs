namespace Ketman.EventStore;

/// <summary>How far a subscription is, for health checks and operators.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Checkpoint">The place in the log up to which its effect is done.</param>
/// <param name="Head">The highest place in the log that is committed.</param>
/// <param name="Paused">Whether it stands still until an operator says otherwise.</param>
/// <param name="FailedEvent">The place of the event that paused it; null when an operator did, or it runs.</param>
/// <param name="FailedType">That event's name on disk.</param>
/// <param name="LastErrorType">The type of the error, never its message, which may hold personal data.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="ChangedAt">When the checkpoint last moved.</param>
/// <param name="PausedAt">Since when it stands still.</param>
/// <param name="PausedBy">The operator who paused it; null when an event did.</param>
public sealed record SubscriptionStatus(
    string Name,
    long Checkpoint,
    long Head,
    bool Paused,
    long? FailedEvent,
    string? FailedType,
    string? LastErrorType,
    int? Attempts,
    DateTimeOffset? ChangedAt,
    DateTimeOffset? PausedAt,
    string? PausedBy)
{
    /// <summary>Places in the log still to come; numbers that were rolled back are among them, so it is an upper bound.</summary>
    public long Lag => Math.Max(0, Head - Checkpoint);
}
