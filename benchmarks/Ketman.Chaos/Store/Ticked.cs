using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Chaos.Store;

/// <summary>An event that is known by its number.</summary>
internal sealed record Ticked(int Number, Moment OccurredAt) : IDomainEvent
{
    /// <summary>Its name on disk.</summary>
    public const string Name = "ticked.v1";

    /// <summary>When all of them happened.</summary>
    public static readonly DateTimeOffset Now = new(2025, 2, 3, 14, 5, 0, TimeSpan.Zero);
}
