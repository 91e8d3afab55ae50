using Ketman.Contracts;
using Ketman.EventStore.Rebuilding;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Folds the events of other services into this service's read models. There is one per service: its journal belongs to it.
/// It is never called by two threads or two instances at once, so it may rely on what it reads.
/// </summary>
public interface IJournalConsumer
{
    /// <summary>Its name, e.g. <c>metrics</c>: what is paused and resumed.</summary>
    string Name { get; }

    /// <summary>
    /// The contracts it folds, by URN, or <c>*</c> for all. Events of other types are journaled without their data, only to
    /// know that nothing is missing in between, and are never handed over.
    /// </summary>
    IReadOnlyCollection<string> Types { get; }

    /// <summary>
    /// Writes the effect of <paramref name="events"/> within the transaction that journals them: all of it commits, once, or
    /// nothing does. Per stream they come in the order of their versions and none is left out (but see <see cref="Types"/>);
    /// between streams roughly in the order in which they were recorded, in a rebuild stream after stream: what it writes must not
    /// depend on how streams lie beside one another. An exception that is not a passing failure of the
    /// database pauses the consumer at the event that causes it. A contract that <see cref="IErasesSubject"/> makes unreadable
    /// what the read models keep of that subject: the journal has lost it already, and whatever comes later comes without it.
    /// </summary>
    /// <param name="events">At most a few thousand.</param>
    /// <param name="transaction">Its connection is to be used for everything; it is neither committed nor rolled back here.</param>
    /// <param name="cancellation">The process is stopping.</param>
    Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation);

    /// <summary>
    /// The tables that it writes, so that it can be rebuilt beside the live ones; null: it cannot, because what it does is no read
    /// model. It must then name them without a schema, read and write no others, and have no effect but in them.
    /// </summary>
    ReadModelTables? Tables => null;
}

/// <summary>An event as the journal has it.</summary>
/// <param name="Message">As it came; <see cref="IntegrationEvent.Data"/> is its payload.</param>
/// <param name="Contract">The payload as its record, or null when this build does not know the type.</param>
public sealed record JournaledEvent(IntegrationEvent Message, object? Contract);
