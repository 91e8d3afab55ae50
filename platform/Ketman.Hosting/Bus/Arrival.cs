using System.Diagnostics;
using Ketman.Contracts;

namespace Ketman.Hosting.Bus;

/// <summary>An event on its way into the journal.</summary>
/// <param name="Message">The event.</param>
/// <param name="Trace">The span it came by, or that of the request that caused it.</param>
internal sealed record Arrival(IntegrationEvent Message, ActivityContext Trace)
{
    /// <summary>An event that came by no message: asked for over HTTP, or read from the journal.</summary>
    public static Arrival Of(IntegrationEvent message) =>
        new(message, ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var trace) ? trace : default);

    /// <summary>The same, as part of the span that it was received in, if that continues another.</summary>
    public Arrival Within(Activity? received) => received is { ParentId: not null } ? this with { Trace = received.Context } : this;
}
