using System.Net;
using Ketman.Gateway.Keys;

namespace Ketman.Gateway.Sessions;

/// <summary>
/// The cookie of a session: opaque, out of reach of scripts, sent over TLS only, and by the <c>__Host-</c> prefix bound to this very
/// host. On the machine itself (plain HTTP to a loopback name) it has another name, since browsers take no secure cookie there.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "__Host-ketman";
    public const string LoopbackName = "ketman";

    /// <summary>The hash of the session that a request presents, or null.</summary>
    public static KeyHash? Presented(HttpRequest request) =>
        request.Headers.Cookie.Count == 0 ? null : KeySecret.HashOf(KeySecret.Session, request.Cookies[NameFor(request, Name, LoopbackName)]);

    public static void Set(HttpContext context, string secret, DateTimeOffset expires) =>
        context.Response.Cookies.Append(NameFor(context.Request, Name, LoopbackName), secret, OptionsFor(context.Request, expires));

    public static void Remove(HttpContext context) =>
        context.Response.Cookies.Append(NameFor(context.Request, Name, LoopbackName), "", OptionsFor(context.Request, DateTimeOffset.UnixEpoch));

    /// <summary>How every cookie of the gateway is kept.</summary>
    public static CookieOptions OptionsFor(HttpRequest request, DateTimeOffset expires) => new()
    {
        HttpOnly = true,
        Secure = !IsLoopback(request),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };

    public static string NameFor(HttpRequest request, string name, string loopbackName) => IsLoopback(request) ? loopbackName : name;

    // By the host that the browser sees: a proxy in front that ends TLS passes that on.
    private static bool IsLoopback(HttpRequest request) =>
        !request.IsHttps && (request.Host.Host is "localhost" || (IPAddress.TryParse(request.Host.Host, out var address) && IPAddress.IsLoopback(address)));
}
