namespace Ketman.Hosting.Bus;

/// <summary>A message in hand: it is the sender's until it is settled.</summary>
/// <param name="arrival">What it says.</param>
internal abstract class Delivery(Arrival arrival)
{
    /// <summary>What it says.</summary>
    public Arrival Arrival { get; } = arrival;

    /// <summary>By which it came; a later settlement on the same way settles all before it.</summary>
    public abstract object Way { get; }

    /// <summary>It is committed, and so is everything that came by the same way before it.</summary>
    public abstract ValueTask SettleAsync();

    /// <summary>It can never be journaled: to the error queue with it.</summary>
    public abstract Task RefuseAsync();

    /// <summary>The process stops; it shall come again.</summary>
    public abstract void Abandon();
}
