namespace Ketman.Gateway.Callers;

/// <summary>
/// What a key is held to within its roles: a list of <c>read</c>, <c>write</c>, or either for one service
/// (<c>write:disclosures</c>). Reading is GET, all else is writing, and neither implies the other. The gateway's own endpoints
/// (keys, users, the audit log) are the service <c>gateway</c>; asking who one is needs no scope.
/// </summary>
internal static class Scopes
{
    public const string Gateway = "gateway";

    private const int Everything = ~0;
    private static readonly string[] Services = ["intake", "disclosures", "metrics", Gateway];

    /// <summary>Everything that can stand in the list.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["read", "write", .. Services.Select(service => "read:" + service), .. Services.Select(service => "write:" + service)];

    /// <summary>The list as bits; none of the known for an empty list would be a key for nothing, so that one is for everything.</summary>
    public static int MaskOf(IReadOnlyCollection<string> scope) =>
        scope.Count == 0 ? Everything : scope.Aggregate(0, (mask, one) => mask | BitsOf(one));

    /// <summary>Whether a method changes nothing.</summary>
    public static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>The one entry that a request needs.</summary>
    public static string NeededFor(string method, string service) => (IsRead(method) ? "read:" : "write:") + service;

    /// <summary>Whether bits hold the whole of an entry.</summary>
    public static bool Allow(int mask, string needed) => BitsOf(needed) is var bits && bits != 0 && (mask & bits) == bits;

    /// <summary>What of a wanted scope (empty: everything) goes beyond that of the caller; null: nothing.</summary>
    public static string? BeyondOf(Principal caller, IReadOnlyCollection<string> wanted) =>
        (wanted.Count > 0 ? wanted : ["read", "write"]).FirstOrDefault(one => !Allow(caller.AllowedScopes, one));

    private static int BitsOf(string one)
    {
        var colon = one.IndexOf(':', StringComparison.Ordinal);
        var action = colon < 0 ? one : one[..colon];
        var services = colon < 0 ? (1 << Services.Length) - 1
            : Array.IndexOf(Services, one[(colon + 1)..]) is >= 0 and var at ? 1 << at : 0;
        return action switch { "read" => services, "write" => services << Services.Length, _ => 0 };
    }
}

/// <summary>Marks an endpoint by whose changes a key for little could come by more: only a key that is held to nothing may make them.</summary>
internal sealed record WholeScope;

/// <summary>Says of an endpoint which service's scope it needs; without it, the gateway's.</summary>
/// <param name="Service">The service; null: no scope at all.</param>
internal sealed record ScopeOf(string? Service);
