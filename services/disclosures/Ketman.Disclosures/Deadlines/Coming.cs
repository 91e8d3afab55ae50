using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Deadlines;

/// <summary>Something that the passing of time will bring about unless the case changes first: a warning, a breach, a step that becomes due.</summary>
/// <param name="At">When.</param>
/// <param name="Name">What, unique in the case: the same coming event always has the same name, and its id follows from it.</param>
/// <param name="Event">The event; it bears <paramref name="At"/> as the time at which it happened.</param>
public readonly record struct Coming(DateTimeOffset At, string Name, IDomainEvent Event);
