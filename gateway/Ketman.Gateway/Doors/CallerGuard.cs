using System.Security.Cryptography;
using System.Text;
using Ketman.Gateway.Callers;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Authorization;

namespace Ketman.Gateway.Doors;

/// <summary>What a recognised caller may still not do, although its roles allow it; after authorization.</summary>
internal static class CallerGuard
{
    public const string AntiForgeryHeader = "X-Ketman-Csrf";

    public static IApplicationBuilder UseCallerGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity is not PrincipalIdentity { Principal: var principal } identity
            || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(context);
        }

        // A browser sends the cookie along whichever page makes it ask; the header only a page that could read the session's answer.
        if (identity.AntiForgery is { } needs && !Scopes.IsRead(context.Request.Method) && !Bears(context.Request, needs))
        {
            return Problems.With(
                StatusCodes.Status403Forbidden, "anti-forgery", "The anti-forgery token is missing or another session's.",
                $"Send the csrfToken that signing in and GET /api/v1/session answer as {AntiForgeryHeader}.").ToResult().ExecuteAsync(context);
        }

        return principal.Scope.Count > 0 && NeededScope(context) is { } needed && !Scopes.Allow(principal.AllowedScopes, needed)
            ? ScopeTooNarrow(needed).ExecuteAsync(context)
            : next(context);
    });

    /// <summary>403: the key is held to less than this.</summary>
    public static IResult ScopeTooNarrow(string needed) => Problems.With(
        StatusCodes.Status403Forbidden, "scope-too-narrow", "The scope of this key does not hold it.",
        $"It needs {needed} in its scope; an admin can make such a key.").ToResult();

    private static bool Bears(HttpRequest request, string token) =>
        request.Headers[AntiForgeryHeader] is [{ } given]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));

    private static string? NeededScope(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<WholeScope>() is not null && !Scopes.IsRead(context.Request.Method) ? Scopes.BeyondOf(Principal.Of(context), [])
        : context.GetEndpoint()?.Metadata.GetMetadata<ScopeOf>() is { } scope
            ? scope.Service is { } service ? Scopes.NeededFor(context.Request.Method, service) : null
            : Scopes.NeededFor(context.Request.Method, Scopes.Gateway);
}
