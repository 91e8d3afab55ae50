using Ketman.EventStore.Rebuilding;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>
/// Follows the log with an effect outside of the database (publishing). It is called in commit order, by one leader at a
/// time; the checkpoint is stored after it returns, so after a crash a batch can come again and its effect must bear that.
/// </summary>
public interface ILogSubscriber
{
    /// <summary>The checkpoint's name, e.g. <c>publisher</c>.</summary>
    string Name { get; }

    /// <summary>Returns when the effect of all <paramref name="events"/> is certain; throws to have the batch again.</summary>
    Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation);

    /// <summary>
    /// Whether <paramref name="error"/> passes by itself (the broker is away). Then the batch is tried until it does; any
    /// other error is taken as the fault of an event, and pauses the subscription after a few tries. Errors of connections
    /// and timeouts count as passing anyway.
    /// </summary>
    bool IsTransient(Exception error) => false;
}

/// <summary>Follows the log with an effect in the same database: effect and checkpoint commit together, exactly once.</summary>
public interface IProjection
{
    /// <summary>The checkpoint's name.</summary>
    string Name { get; }

    /// <summary>
    /// The tables that it writes, so that it can be rebuilt beside the live ones; null: it cannot. It must then name them without
    /// a schema, read and write no others of its own, and have no effect but in them.
    /// </summary>
    ReadModelTables? Tables => null;

    /// <summary>Writes the effect of <paramref name="events"/>, which come in commit order, within <paramref name="transaction"/>.</summary>
    Task ProjectAsync(IReadOnlyList<RecordedEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation);
}
