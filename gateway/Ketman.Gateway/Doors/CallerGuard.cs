using Ketman.Gateway.Callers;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Doors;

/// <summary>What a recognised caller may still not do, although its roles allow it; after authorization.</summary>
internal static class CallerGuard
{
    public static IApplicationBuilder UseCallerGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity is not PrincipalIdentity { Principal: var principal })
        {
            return next(context);
        }

        return principal.Scope.Count > 0 && NeededScope(context) is { } needed && !Scopes.Allow(principal.AllowedScopes, needed)
            ? ScopeTooNarrow(needed).ExecuteAsync(context)
            : next(context);
    });

    /// <summary>403: the key is held to less than this.</summary>
    public static IResult ScopeTooNarrow(string needed) => Problems.With(
        StatusCodes.Status403Forbidden, "scope-too-narrow", "The scope of this key does not hold it.",
        $"It needs {needed} in its scope; an admin can make such a key.").ToResult();

    private static string? NeededScope(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ScopeOf>() is { } scope
            ? scope.Service is { } service ? Scopes.NeededFor(context.Request.Method, service) : null
            : Scopes.NeededFor(context.Request.Method, Scopes.Gateway);
}
