namespace Ketman.Hosting.Bus;

/// <summary>Where a consumer listens.</summary>
/// <param name="Queue">Its queue, e.g. <c>ketman.metrics</c>; what cannot be read goes to <c>ketman.metrics_error</c>.</param>
/// <param name="Owners">The services it listens to.</param>
internal sealed record ConsumerWiring(string Queue, IReadOnlyList<string> Owners)
{
    /// <summary>Where messages go that are no events.</summary>
    public string ErrorQueue => Queue + "_error";
}
