using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Ketman.Hosting.Auth;

/// <summary>The roles of a team, as they stand in the gateway's token. A caller bears all that his own imply.</summary>
public static class CallerRoles
{
    /// <summary>Reads boards, timelines and statements.</summary>
    public const string Viewer = "viewer";

    /// <summary>Records what happens.</summary>
    public const string Analyst = "analyst";

    /// <summary>Opens and closes, pauses and extends.</summary>
    public const string Lead = "lead";

    /// <summary>Approves a publication.</summary>
    public const string Publisher = "publisher";

    /// <summary>Keeps users and keys, erases.</summary>
    public const string Admin = "admin";

    /// <summary>Lets in who holds one of these roles. Every endpoint of a service says whom it lets in; one that does not keeps it from starting.</summary>
    public static TBuilder ForRole<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfZero(roles.Length);
        return endpoint.WithMetadata(new RolesNeeded(roles));
    }

    /// <summary>Lets in every caller that the gateway vouches for, the gateway itself included: for what tells of no case.</summary>
    public static TBuilder ForEveryCaller<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RolesNeeded([]));

    /// <summary>Whether an endpoint is for peers.</summary>
    internal static bool IsInternal(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart first] }, ..]
        && first.Content.Equals("internal", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws where an endpoint does not say whom it lets in.</summary>
    /// <exception cref="InvalidOperationException">It names them.</exception>
    internal static void Check(IEnumerable<Endpoint> endpoints)
    {
        var open = endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => !IsInternal(endpoint) && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && endpoint.Metadata.GetMetadata<RolesNeeded>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText).ToList();
        if (open.Count > 0)
        {
            throw new InvalidOperationException($"Endpoints without a declared role: {string.Join(", ", open)}");
        }
    }
}

/// <summary>Whom an endpoint lets in.</summary>
/// <param name="Any">Who holds one of these; none: every caller.</param>
internal sealed record RolesNeeded(IReadOnlyList<string> Any)
{
    public bool LetsIn(Caller caller) => Any.Count == 0 || Any.Any(caller.Is);
}
